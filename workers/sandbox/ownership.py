"""Whose containers are whose: several deployments may share one Docker daemon, several processes a worker."""

from __future__ import annotations

import hashlib
import os
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


def this_process() -> str:
    """Return what names this process and, unlike its id, no later one: boot, id and time of start."""
    return _named(os.getpid())


def lives(process: str) -> bool:
    """Whether `process`, as `this_process` named it, is still there; to be asked on its own machine."""
    _, _, rest = process.partition("/")
    number = rest.partition("/")[0]
    if not number.isdecimal():
        return False
    try:
        return _named(int(number)) == process
    except OSError:
        return False


def _named(pid: int) -> str:
    # proc(5): the 22nd field; the second is a name that may hold anything, and ends with the last bracket.
    started = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return f"{_boot()}/{pid}/{started}"


@cache
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
