"""What a container may be created with: every key that is not named here is refused, whatever it says.

The daemon reads JSON as Go does, which takes ``hostconfig`` and ``HOSTCONFIG`` for ``HostConfig`` and keeps
the last of several. So names must match to the letter, and what is sent on is what was looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

LABEL, LABEL_VALUE = "interleave", "sandbox"
"""Marks the containers that are ours; `workers.sandbox.engine` gives it to each."""

GIB = 1024**3
MOST_MEMORY = 16 * GIB
MOST_PROCESSES = 4096
MOST_CPUS = 64
MOST_SCRATCH = GIB
CAPABILITIES = {"SETUID", "SETGID", "KILL"}
SCRATCH = {"/tmp", "/dev/shm", "/work"}  # noqa: S108 - mount points inside the container
ULIMITS = {"nofile", "core", "fsize"}

_TMPFS_FLAGS = {"rw", "nosuid", "nodev", "noexec"}
_TMPFS_VALUES = re.compile(r"(nr_inodes|uid|gid)=[0-9]{1,9}|mode=[0-7]{3,4}|size=(?P<size>[0-9]{1,12})")

Check = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Policy:
    """What differs from one deployment to the next."""

    images: frozenset[str]
    """The names and the digests of the images that may be run."""
    runtimes: frozenset[str]
    """The runtimes that may be named; none need be."""
    seccomp: dict[str, Any]
    """The profile that every container must have."""


def parse(body: bytes) -> dict[str, Any]:
    """Return a request's JSON object; raises `ValueError` for anything else."""
    try:
        loaded = json.loads(body, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(loaded, dict):
        raise ValueError("not an object")
    return loaded


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def problems(body: dict[str, Any], policy: Policy) -> Iterator[str]:
    """Say what is wrong with the body of a create call, one sentence each; nothing: it may be sent on."""
    yield from _unfit(body, _outer(policy), "")
    host = body.get("HostConfig")
    if isinstance(host, dict):
        yield from _unfit(host, _host(policy), "HostConfig.")
        if host.get("MemorySwap") != host.get("Memory"):
            yield "HostConfig.MemorySwap must equal Memory"


def _unfit(given: dict[str, Any], known: dict[str, tuple[bool, Check]], prefix: str) -> Iterator[str]:
    for key, value in given.items():
        if key not in known:
            yield f"{prefix}{key[:40]} is not allowed"
        elif not (known[key][1](value) or (value is None and not known[key][0])):
            yield f"{prefix}{key} is not as it must be"
    for key, (required, _) in known.items():
        if required and key not in given:
            yield f"{prefix}{key} is missing"


def _outer(policy: Policy) -> dict[str, tuple[bool, Check]]:
    return {
        "Image": (True, lambda value: isinstance(value, str) and value in policy.images),
        "Labels": (True, _labels),
        "HostConfig": (True, lambda value: isinstance(value, dict)),
        "Cmd": (False, _words),
        "User": (False, lambda value: _matches(r"[0-9]{1,9}:[0-9]{1,9}", value)),
        "Hostname": (False, lambda value: _matches(r"[a-z0-9-]{1,63}", value)),
        "StopTimeout": (False, lambda value: _between(value, 0, 60)),
        **{key: (False, lambda value: isinstance(value, bool)) for key in _FLAGS},
        **dict.fromkeys(_UNUSED, (False, _empty)),
    }


_FLAGS = ("Tty", "OpenStdin", "StdinOnce", "AttachStdin", "AttachStdout", "AttachStderr", "NetworkDisabled")
_UNUSED = (
    *("Domainname", "ExposedPorts", "Env", "Volumes", "Entrypoint", "WorkingDir", "NetworkingConfig"),
    *("MacAddress", "StopSignal", "Healthcheck", "Runtime"),
)
"""Keys that clients always send, with nothing in them."""


def _host(policy: Policy) -> dict[str, tuple[bool, Check]]:
    return {
        "NetworkMode": (True, lambda value: value == "none"),
        "IpcMode": (True, lambda value: value in ("private", "none")),
        "ReadonlyRootfs": (True, lambda value: value is True),
        "CapDrop": (True, lambda value: value == ["ALL"]),
        "CapAdd": (False, lambda value: _words(value) and set(value) <= CAPABILITIES),
        "SecurityOpt": (True, lambda value: _confined(value, policy)),
        "Memory": (True, lambda value: _between(value, 1, MOST_MEMORY)),
        "MemorySwap": (True, lambda value: _between(value, 1, MOST_MEMORY)),
        "PidsLimit": (True, lambda value: _between(value, 1, MOST_PROCESSES)),
        "NanoCpus": (True, lambda value: _between(value, 1, MOST_CPUS * 10**9)),
        "Ulimits": (True, _ulimits),
        "LogConfig": (True, lambda value: value in ({"Type": "none"}, {"Type": "none", "Config": {}})),
        "Tmpfs": (False, lambda value: isinstance(value, dict) and all(map(_tmpfs, value.items()))),
        "Runtime": (False, lambda value: isinstance(value, str) and value in policy.runtimes),
        "Init": (False, lambda value: isinstance(value, bool)),
    }


def _labels(value: Any) -> bool:
    if not isinstance(value, dict) or value.get(LABEL) != LABEL_VALUE:
        return False
    return all(isinstance(text, str) and len(text) <= 200 for text in value.values())


def _confined(value: Any, policy: Policy) -> bool:
    """Whether these are no-new-privileges and our own profile, and nothing else."""
    if (
        not _words(value)
        or len(value) != 2
        or value[0] not in ("no-new-privileges", "no-new-privileges:true")
    ):
        return False
    kind, _, text = value[1].partition("=")
    try:
        return kind == "seccomp" and _same(parse(text.encode()), policy.seccomp)
    except ValueError:
        return False


def _same(one: Any, other: Any) -> bool:
    # Compared as text: Python takes 1, 1.0 and True for equal, the daemon does not.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _ulimits(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    for entry in value:
        if not isinstance(entry, dict) or set(entry) != {"Name", "Soft", "Hard"}:
            return False
        if not all(_between(entry[key], 0, 2**40) for key in ("Soft", "Hard")):
            return False
    return sorted(str(entry["Name"]) for entry in value) == sorted(ULIMITS)


def _tmpfs(item: tuple[str, Any]) -> bool:
    path, options = item
    if path not in SCRATCH or not isinstance(options, str):
        return False
    words = options.split(",")
    values = [match for word in words if (match := _TMPFS_VALUES.fullmatch(word))]
    if len(values) + sum(word in _TMPFS_FLAGS for word in words) != len(words):
        return False
    sizes = [int(match["size"]) for match in values if match["size"]]
    return {"nosuid", "nodev", "noexec"} <= set(words) and len(sizes) == 1 and sizes[0] <= MOST_SCRATCH


def _words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _between(value: Any, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _matches(pattern: str, value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _empty(value: Any) -> bool:
    return value in (None, "", [], {})
