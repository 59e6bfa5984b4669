"""Passwords are kept as Argon2id hashes, and never come back."""

from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_hasher = PasswordHash((Argon2Hasher(),))
# A hash takes 64 MiB and a core for a tenth of a second: two at once, whatever comes in.
_turns = BoundedSemaphore(2)


def hashed(password: str | None) -> str | None:
    """The hash to be stored; None of None. Slow, so never call it in a transaction."""
    if password is None:
        return None
    with _turns:
        return _hasher.hash(password)
