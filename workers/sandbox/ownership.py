"""Whose containers are whose: several deployments may share one Docker daemon."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from service.settings import Settings

_SQLITE = "sqlite:///"


def deployment_id(settings: Settings) -> str:
    """Return what all workers of a deployment share and no other deployment has: made from its database."""
    address = settings.database_address()
    if address.startswith(_SQLITE):
        address = _SQLITE + str(Path(address.removeprefix(_SQLITE)).absolute())
    return _digest(address)


@cache
def _digest(address: str) -> str:
    # A label can be read by everybody who may use Docker, and the address may hold a password: scrypt (RFC
    # 7914) makes trying passwords against it dear. It takes some 50 ms, once in a process.
    return hashlib.scrypt(address.encode(), salt=b"interleave.deployment", n=2**14, r=8, p=1, dklen=8).hex()
