"""Which shop is running: one at most on a folder, held by a lock that ends with its process."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from common.settings import Settings
from daybook.failures import CommandFailed

LOOKING = 0.5  # seconds


def database_file(settings: Settings) -> Path | None:
    """The file of an embedded database, else None."""
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        raise CommandFailed(
            "DATABASE_URL is no SQLAlchemy URL, such as sqlite:////srv/shop.db or"
            " postgresql://daybook:secret@localhost/shop."
        ) from None
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _base(settings: Settings) -> Path:
    """What the lock and the note are named after: a database on a server has no file."""
    if file := database_file(settings):
        return file
    url = make_url(settings.database_url).set(password=None).render_as_string()
    return settings.folder / f"daybook-{sha256(url.encode()).hexdigest()[:12]}.db"


def _lock(settings: Settings) -> FileLock:
    return FileLock(_base(settings).with_suffix(".lock"))


def _note(settings: Settings) -> Path:
    return _base(settings).with_suffix(".running.json")


@contextmanager
def the_only_one(settings: Settings) -> Iterator[None]:
    """Be the shop of this folder; CommandFailed if there is one already, or no place for it."""
    base = _base(settings)
    try:
        base.parent.mkdir(parents=True, exist_ok=True)
        # a command that only looks whether a shop runs holds the lock for a moment, too
        lock = _lock(settings).acquire(timeout=LOOKING)
    except Timeout:
        where = addresses(settings).get("gateway", "this machine")
        raise CommandFailed(
            f"Daybook is already running on {base.parent} ({where}); stop it first, or let"
            " DAYBOOK_FOLDER name another folder."
        ) from None
    except OSError as failed:
        raise CommandFailed(
            f"The folder {base.parent} cannot be written: {failed.strerror};"
            " DAYBOOK_FOLDER names another one."
        ) from None
    with lock:
        _note(settings).unlink(missing_ok=True)  # of a shop that was killed
        try:
            yield
        finally:
            _note(settings).unlink(missing_ok=True)


def tell_addresses(settings: Settings, found: dict[str, str]) -> None:
    """Write down where the shop that holds the lock is reached, and its process."""
    _note(settings).write_text(json.dumps({"pid": os.getpid(), "addresses": found}))


def is_running(settings: Settings) -> bool:
    """Whether a shop holds the lock of the folder."""
    try:
        with _lock(settings).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def addresses(settings: Settings) -> dict[str, str]:
    """Where the shop that holds the lock is reached, by app; empty while it only starts."""
    try:
        found: dict[str, str] = json.loads(_note(settings).read_text())["addresses"]
    except (OSError, ValueError, KeyError):
        return {}
    return found
