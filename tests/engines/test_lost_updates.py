"""Two editors of one record, in every order that two can read and write: no edit is lost."""

from itertools import permutations

import pytest
from proving.crowd import Wish, sent
from proving.processes import Fleet
from proving.records import KINDS, Editor, Kind
from proving.shopping import Api

pytestmark = pytest.mark.proof

# Each editor's first step is to read, the second to write.
INTERLEAVINGS = sorted({"".join(steps) for steps in permutations("AABB")})
TOLD = {"If-Match": (412, "precondition_failed"), "version": (409, "stale_version")}


@pytest.fixture
def api(proof: Fleet) -> Api:
    return Api(proof)


def test_there_are_six_interleavings() -> None:
    assert INTERLEAVINGS == ["AABB", "ABAB", "ABBA", "BAAB", "BABA", "BBAA"]


@pytest.mark.parametrize("by", TOLD)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_of_two_who_edit_what_they_read_the_later_is_told(
    proof: Fleet, api: Api, kind: Kind, method: str, by: str
) -> None:
    for interleaving in INTERLEAVINGS:
        path, whole = kind.make(api)
        editors = {name: Editor(proof, kind, path, which) for which, name in enumerate("AB")}
        value = dict(zip("AB", kind.values, strict=True))
        seen: set[str] = set()
        written = ""
        for step in interleaving:
            editor = editors[step]
            if step not in seen:
                seen.add(step)
                before = editor.read()
                continue
            edit = {kind.member: value[step]}
            answer = editor.write(method, whole | edit if method == "PUT" else edit, by=by)
            overlap = interleaving[:2] in {"AB", "BA"}
            if written and overlap:  # what this one read is no longer what there is
                assert (answer.status_code, answer.json()["code"]) == TOLD[by]
                assert answer.json()["current"] == before
                assert answer.headers["Content-Type"] == "application/problem+json"
            else:
                assert (answer.status_code, answer.json()[kind.member]) == (200, value[step])
                written, before = step, answer.json()
        assert editors["A"].read() == before
        assert before[kind.member] == value[written]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.deletable], ids=lambda k: k.name)
def test_who_deletes_what_another_has_edited_is_told(proof: Fleet, api: Api, kind: Kind) -> None:
    path, _ = kind.make(api)
    first, second = (Editor(proof, kind, path, which) for which in range(2))
    first.read()
    second.read()
    edited = first.write("PATCH", {kind.member: kind.values[0]}, by="If-Match")
    assert edited.status_code == 200
    refused = second.write("DELETE", None, by="If-Match")
    assert (refused.status_code, refused.json()["code"]) == TOLD["If-Match"]
    assert refused.json()["current"] == edited.json() == second.read()
    assert second.write("DELETE", None, by="If-Match").status_code == 200
    assert first.write("PATCH", {kind.member: kind.values[1]}, by="If-Match").status_code == 404


@pytest.mark.parametrize("by", TOLD)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_of_two_who_write_at_the_same_moment_one_is_told(
    proof: Fleet, api: Api, kind: Kind, by: str
) -> None:
    readers = [Editor(proof, kind, kind.make(api)[0], 0) for _ in range(kind.at_once)]
    scripts = []
    for reader in readers:
        reader.read()
        headers = {"If-Match": reader.etag} if by == "If-Match" else {}
        version = {} if by == "If-Match" else {"version": reader.version}
        scripts += [
            [Wish(kind.app, "PATCH", reader.path, {kind.member: value} | version, None, headers)]
            for value in kind.values
        ]
    # the two of each pair come from two processes, and go to two
    answers = sent(proof.addresses, scripts, processes=2)
    for reader in readers:
        pair = [answer for answer in answers if answer.wish.path == reader.path]
        heard, told = sorted(pair, key=lambda answer: answer.status)
        assert (heard.status, told.status) == (200, TOLD[by][0]), (heard.body, told.body)
        assert told.json()["code"] == TOLD[by][1]
        assert told.json()["current"] == heard.json() == reader.read()
