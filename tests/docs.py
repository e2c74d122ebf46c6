"""Reads our pages: which code they show, where they point."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "ARCHITECTURE.md",
    "SECURITY.md",
    "CONTRIBUTING.md",
    *sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").glob("*.md")),
)


@dataclass(frozen=True)
class Block:
    """A fenced block of code.

    After the fence, ``sh run`` means that a test runs each command as it stands, ``sh tour`` that one
    runs them in order against a service that ``make demo`` has started.
    """

    page: str
    info: str
    text: str

    @property
    def commands(self) -> list[list[str]]:
        """The shell commands, as words; continued lines are one, comments are none."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [words for line in lines if (words := shlex.split(line, comments=True))]


def text_of(page: str) -> str:
    """Return a page as it is written."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(*pages: str) -> list[Block]:
    """Return the fenced blocks of these pages, or of all of them."""
    fence = re.compile(r"^```(\S.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [Block(page, *found) for page in pages or PAGES for found in fence.findall(text_of(page))]


def commands(*pages: str) -> list[list[str]]:
    """Return every shell command that a block shows."""
    return [words for block in blocks(*pages) if block.info.startswith("sh") for words in block.commands]


def inline_commands() -> Iterator[tuple[str, list[str]]]:
    """Give page and words of what stands `like this` in running text and looks like a command of ours."""
    for page in PAGES:
        for code in re.findall(r"`([^`\n]+)`", text_of(page)):
            if re.match(r"(make|interleave|docker compose) [a-z]", code):
                yield page, shlex.split(code)


def links(page: str) -> list[str]:
    """Return where a page's links into this repository point."""
    targets = re.findall(r"\]\(([^)#\s]+)", text_of(page))
    return [target for target in targets if "://" not in target]
