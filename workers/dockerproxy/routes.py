"""Which calls of Docker's API go through: a table, and everything that is not in it is refused."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qsl, unquote, urlencode

from workers.dockerproxy.inspection import LABEL, LABEL_VALUE


class Kind(Enum):
    """What has to be looked at before a call goes through."""

    PLAIN = "plain"
    """Nothing: it tells of the daemon and changes nothing."""
    IMAGE = "image"
    """That the image is ours."""
    CREATE = "create"
    """The body, see `inspection`."""
    CONTAINER = "container"
    """That the container is ours."""
    ATTACH = "attach"
    """The same; afterwards the connection carries the container's streams."""


class RefusedError(Exception):
    """A call that does not go through."""

    def __init__(self, reason: str, status: int = 403) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Call:
    """A call that may go through, once what `kind` names has been looked at."""

    kind: Kind
    method: str
    path: str
    """Without the subject where there is one: ``{}`` stands for it."""
    query: str = ""
    subject: str = ""
    """Name or id of the container or image."""

    @property
    def target(self) -> str:
        """The request target to send on."""
        path = self.path.format(self.subject)
        return f"{path}?{self.query}" if self.query else path


_NAME = r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}"
_VERSION = re.compile(r"(/v1\.[0-9]{2})?(/.*)")

# method, path, kind, the parameters that may be given
_TABLE = tuple(
    (method, re.compile(pattern), kind, frozenset(parameters.split()))
    for method, pattern, kind, parameters in (
        ("GET", r"/_ping", Kind.PLAIN, ""),
        ("HEAD", r"/_ping", Kind.PLAIN, ""),
        ("GET", r"/version", Kind.PLAIN, ""),
        ("GET", r"/info", Kind.PLAIN, ""),
        ("GET", r"/images/([a-zA-Z0-9][a-zA-Z0-9_.:/@-]{0,255})/json", Kind.IMAGE, ""),
        ("GET", r"/containers/json", Kind.PLAIN, "all limit size trunc_cmd filters"),
        ("POST", r"/containers/create", Kind.CREATE, "name"),
        ("GET", rf"/containers/({_NAME})/json", Kind.CONTAINER, ""),
        ("POST", rf"/containers/({_NAME})/start", Kind.CONTAINER, ""),
        ("POST", rf"/containers/({_NAME})/stop", Kind.CONTAINER, "t"),
        ("POST", rf"/containers/({_NAME})/kill", Kind.CONTAINER, "signal"),
        ("POST", rf"/containers/({_NAME})/wait", Kind.CONTAINER, "condition"),
        ("POST", rf"/containers/({_NAME})/attach", Kind.ATTACH, "stdin stdout stderr stream logs"),
        ("DELETE", rf"/containers/({_NAME})", Kind.CONTAINER, "force v link"),
    )
)


def route(method: str, target: str) -> Call:
    """Return the call that a request line asks for; raises `RefusedError`."""
    path, _, query = target.partition("?")
    version = _VERSION.fullmatch(unquote(path))
    if version is None:
        raise RefusedError("this is no path of Docker's")
    prefix, rest = version[1] or "", version[2]
    for known, pattern, kind, parameters in _TABLE:
        if method == known and (match := pattern.fullmatch(rest)):
            subject = match[1] if pattern.groups else ""
            return Call(
                kind, method, prefix + _without(rest, match), _query(rest, query, parameters), subject
            )
    raise RefusedError(f"{method} {rest[:80]} is not among what workers need")


def _without(path: str, match: re.Match[str]) -> str:
    """Return the path with ``{}`` where its subject stands."""
    return path if not match.re.groups else path[: match.start(1)] + "{}" + path[match.end(1) :]


def _query(path: str, query: str, known: frozenset[str]) -> str:
    try:
        given = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict")
    except ValueError:
        raise RefusedError("the query cannot be read") from None
    names = [name for name, _ in given]
    if len(set(names)) < len(names) or not set(names) <= known:
        raise RefusedError(f"the query of {path[:80]} has parameters that are not allowed")
    values = dict(given)
    if path == "/containers/create" and not re.fullmatch(f"interleave-{_NAME}", values.get("name", "")):
        raise RefusedError("a container must have a name that begins with interleave-")
    if path == "/containers/json":
        values["filters"] = _only_ours(values.get("filters", "{}"))
    return urlencode(values)


def _only_ours(filters: str) -> str:
    """Return the filters of a list with our label among them, whatever else is asked for."""
    ours = f"{LABEL}={LABEL_VALUE}"
    try:
        given = json.loads(filters)
        labels = given.pop("label", [])
        wanted = list(labels if isinstance(labels, list) else [key for key, on in labels.items() if on])
        return json.dumps({**given, "label": sorted({*map(str, wanted), ours})})
    except (ValueError, RecursionError, AttributeError, TypeError):
        raise RefusedError("the filters cannot be read", 400) from None
