"""Passwords: argon2id with the OWASP profile (19 MiB, two passes, one lane), RFC 9106."""

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError

OWASP = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)


class _Chosen:
    hasher = OWASP


def use_cheap_profile() -> None:
    """Hash at nearly no cost from now on: for tests and the made-up people of the demonstration only."""
    _Chosen.hasher = CHEAP


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _Chosen.hasher.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Say whether the password is the one hashed; False for no hash or a broken one."""
    try:
        return password_hash is not None and _Chosen.hasher.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


def verify_or_pretend(password_hash: str | None, password: str) -> bool:
    """Say whether the password is right, taking as long for somebody who does not exist."""
    if password_hash is None:
        _Chosen.hasher.hash(password)
        return False
    return verify(password_hash, password)


def needs_rehash(password_hash: str) -> bool:
    """Say whether the hash was made with weaker settings than today's."""
    return _Chosen.hasher.check_needs_rehash(password_hash)
