"""Python source as tokens that do not change when names, numbers, texts or the layout do."""

from __future__ import annotations

import builtins
import keyword
import re
from dataclasses import dataclass

_STRING = (
    r"(?:[rRbBfFuU]{0,2})"
    r"(?:'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^\\\n'])*'|\"(?:\\.|[^\\\n\"])*\")"
)
_TOKEN = re.compile(
    rf"(?P<comment>\#[^\n]*)|(?P<string>{_STRING})|(?P<name>[^\W\d]\w*)"
    r"|(?P<number>(?:\d[\w.]*|\.\d[\w.]*))"
    r"|(?P<newline>\n)|(?P<space>[^\S\n]+|\\\n)"
    r"|(?P<operator>\*\*=?|//=?|>>=?|<<=?|->|:=|[-+*/%@&|^=<>!]=|\.\.\.|.)",
    re.S,
)
_KEPT = frozenset(keyword.kwlist) | frozenset(dir(builtins))
"""Names that mean the same in every program; all others are somebody's choice."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token, normalised; `line` as Python counts, from 1."""

    text: str
    line: int


def tokens(source: str) -> list[Token]:
    """Return the tokens: every name that its author chose is ``V``, every number ``N``, every text ``S``.

    Comments, layout and texts that stand alone (docstrings) are left out. What follows a dot keeps its
    name, because it is the library's: ``value``, ``acquire``. Never fails, also on what is no Python.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    found: list[Token] = []
    line, depth, begins = 1, 0, True
    for match in _TOKEN.finditer(source):
        kind, text = match.lastgroup, match.group()
        alone = kind == "string" and begins and _ends_statement(source, match.end())
        if kind in ("string", "name", "number", "operator") and not alone:
            found.append(Token(_normal(str(kind), text, found), line))
            depth = max(0, depth + (text in "([{") - (text in ")]}"))
            begins = text in ":;"
        elif kind == "newline":
            # Inside brackets a line that begins with a text is no statement.
            begins = depth == 0
        line += text.count("\n")
    return found


def _normal(kind: str, text: str, before: list[Token]) -> str:
    if kind == "name":
        chosen = text not in _KEPT and not (before and before[-1].text == ".")
        return "V" if chosen else text
    return {"string": "S", "number": "N"}.get(kind, text)


def _ends_statement(source: str, end: int) -> bool:
    stop = source.find("\n", end)
    rest = source[end : stop if stop >= 0 else len(source)].strip()
    return not rest or rest.startswith(("#", ";"))
