"""`daybook prune` removes keys that are too old, and nothing else."""

import subprocess
from collections.abc import Callable
from datetime import timedelta

from common.db.models.idempotency import IdempotencyKey
from common.db.session import connect
from common.settings import Settings
from common.times import now

Run = Callable[..., subprocess.CompletedProcess[str]]


def key(digest: str, hours: float) -> IdempotencyKey:
    came = now() - timedelta(hours=hours)
    return IdempotencyKey(digest=digest, fingerprint="f", status=201, body=b"", created_at=came)


def test_old_keys_go_and_new_ones_stay(daybook: Run, environment: dict[str, str]) -> None:
    daybook("demo", "--customers", 2, "--orders", 3)
    database = connect(Settings(folder=environment["DAYBOOK_FOLDER"]))
    with database.transaction() as session:
        session.add_all(key(f"old {number}", 24.1) for number in range(2500))
        session.add_all(key(f"new {number}", 23.9) for number in range(3))
    for told in ("Keys removed: 2,500.\n", "Keys removed: 0.\n"):
        done = daybook("prune")
        assert (done.returncode, done.stdout, done.stderr) == (0, told, "")
        with database.reading() as session:
            left = session.query(IdempotencyKey.digest).order_by(IdempotencyKey.digest).all()
        assert [digest for (digest,) in left] == ["new 0", "new 1", "new 2"]
    environment["DAYBOOK_IDEMPOTENCY_HOURS"] = "23"
    assert daybook("prune").stdout == "Keys removed: 3.\n"
    assert daybook("check").returncode == 0
    database.dispose()
