"""Ids as variables: what the examples call product 3 has the id that this shop gave to it.

In an answer, an id that no answer told before is learned from it; from then on it is compared,
and sent. Ids that nobody told are sent as they stand, for they are of nothing.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = Any
Path: TypeAlias = tuple[str | int, ...]
# Puts a variable in the place of an id: its kind, the id, and where it stands.
Put: TypeAlias = Callable[[str, Any, Path], Any]

# Other names of a record, in paths and in members.
_ALIASES = {
    "corrects_order": "order",
    "inventory_adjustment": "transaction",
    "inventory_transaction": "transaction",
    "item": "order_line",
    "line": "order_line",
    "user": "customer",
}
_NUMBERS = {"O": "order", "C": "customer"}  # the letters of the numbers that are made of an id
_NUMBER = re.compile(r"([OC]-)(\d+)")
# A variable instead of a whole number, and one inside a text; no example has these brackets.
_WHOLE, _INSIDE = "⟨{}⟩", "⟪{}⟫"


def kind(word: str) -> str:
    """The kind of record that a word of a path or a member means: `order` for `orders`."""
    one = word.replace("-", "_")
    one = f"{one[:-3]}y" if one.endswith("ies") else one.removesuffix("s")
    return _ALIASES.get(one, one)


@dataclass
class Names:
    """The variables that are known so far, with the ids that stand in the examples."""

    known: dict[str, int] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()  # these mean the same in every API

    def share(self) -> None:
        """Let what is known now mean the same in every API."""
        self.shared = frozenset(self.known)

    def sent(self, prefix: str, told: Json, of: str = "") -> Json:
        """What is sent, with variables for the ids that an answer has told."""

        def put(kind_: str, id_: Any, _where: Path) -> Any:
            name = self._name(prefix, kind_, id_)
            return _marked(name, id_) if name in self.known else id_

        return _walk(told, of, (), put)

    def answered(self, prefix: str, told: Json, of: str) -> tuple[Json, dict[str, str]]:
        """An answer with variables for its ids, and where to learn those that are new."""
        learned: dict[str, str] = {}

        def put(kind_: str, id_: Any, where: Path) -> Any:
            name = self._name(prefix, kind_, id_)
            if name not in self.known:
                self.known[name] = int(id_)
                learned[name] = _script_path(where)
            return _marked(name, id_)

        return _walk(told, of, (), put), learned

    def filled(self, text: str) -> str:
        """The text with the ids of the examples instead of variables."""
        return re.sub(r"{{(\w+)}}", lambda name: str(self.known[name[1]]), text)

    def _name(self, prefix: str, kind_: str, id_: Any) -> str:
        """Each API counts on from the records that are set up for all of them."""
        common = f"{kind_}_{id_}"
        return common if common in self.shared else f"{prefix}{common}"


def _marked(name: str, id_: Any) -> str:
    return (_INSIDE if isinstance(id_, str) else _WHOLE).format(name)


def _walk(node: Json, of: str, where: Path, put: Put) -> Json:
    if isinstance(node, dict):
        return {name: _member(name, value, of, (*where, name), put) for name, value in node.items()}
    if isinstance(node, list):
        return [_walk(value, of, (*where, index), put) for index, value in enumerate(node)]
    return node


def _member(name: str, value: Json, of: str, where: Path, put: Put) -> Json:
    if name.endswith("id") and not str(value).isdecimal():
        return value  # null, or the id of a request
    if name == "id":
        return put(of, value, where)
    if name.endswith("_id"):
        return put(kind(name.removesuffix("_id")), value, where)
    if name.endswith("_ids"):
        of = kind(name.removesuffix("_ids"))
        return [put(of, id_, (*where, index)) for index, id_ in enumerate(value)]
    if isinstance(value, str) and (number := _NUMBER.fullmatch(value)):
        return number[1] + put(_NUMBERS[number[1][0]], number[2], where)
    return _walk(value, of if name == "data" else kind(name), where, put)


def _script_path(where: Path) -> str:
    return "found" + "".join(f"[{at}]" if isinstance(at, int) else f".{at}" for at in where)


def as_body(told: Json) -> str:
    """A request's body, in which Postman puts the values of variables."""
    return as_text(re.sub(r'"⟨(\w+)⟩"', r"{{\1}}", _dumped(told)))


def as_text(told: Json) -> str:
    """A value outside a body, such as that of a parameter."""
    return re.sub("[⟨⟪](\\w+)[⟩⟫]", r"{{\1}}", str(told))


def as_script(told: Json) -> str:
    """An answer as an expression of a script, in which `id` gives the value of a variable."""
    script = re.sub(r'"⟨(\w+)⟩"', r'id("\1")', _dumped(told))
    return re.sub(r'"([^"⟪]*)⟪(\w+)⟫"', r'`\1${id("\2")}`', script)


def _dumped(told: Json) -> str:
    return json.dumps(told, indent=4, ensure_ascii=False)
