"""Names of files that are handed in."""

from __future__ import annotations

import re
import sys

from graders.errors import HandInError

_NAME = re.compile(r"\w[\w .()+-]{0,56}\.py")
_FOREIGN = re.compile(r"[/\\\0]|^[A-Za-z]:|^\.\.?$")


def check_name(name: str, wanted: str) -> None:
    """Raise `HandInError` unless `name` is a plain name of a Python file; `wanted` is the lab's."""
    shown = printable(name)
    if _FOREIGN.search(name):
        raise HandInError(
            "bad-name", f"The name {shown} leads into another folder. Put all files side by side.", 422, shown
        )
    if not name.endswith(".py"):
        raise HandInError(
            "wrong-type",
            f"{shown} is not a Python file. Send {wanted}, or a .zip with your .py files and nothing else.",
            415,
            shown,
        )
    if not _NAME.fullmatch(name):
        raise HandInError(
            "bad-name",
            f"The name {shown} cannot be used. Take a short one, without signs, such as {wanted}.",
            422,
            shown,
        )
    if name.removesuffix(".py") in sys.stdlib_module_names and name != wanted:
        raise HandInError(
            "bad-name",
            f"A file called {name} hides Python's own module of that name from every import. "
            f"Call it {wanted}, for example.",
            422,
            shown,
        )


def printable(name: str) -> str:
    """Return a name as it may be shown: short, and without control characters."""
    cleaned = "".join(char if char.isprintable() else "?" for char in name)
    return cleaned if len(cleaned) <= 80 else cleaned[:77] + "..."
