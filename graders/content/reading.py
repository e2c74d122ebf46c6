"""Reading the files of a course folder, and refusing what should not be in one."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path
from typing import Any

from graders.errors import ContentError

MAX_FILE_BYTES = 256 * 1024


class Folder:
    """A course folder. Paths are relative to it; errors name them as the author gave the folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = path.resolve()

    def name(self, relative: str) -> str:
        """Return how errors name a file of the folder."""
        return str(self.path / relative)

    def exists(self, relative: str) -> bool:
        """Whether there is anything under that name."""
        return (self.path / relative).exists()

    def text(self, relative: str) -> str:
        """Return a file's text; raises `ContentError` for what is no small UTF-8 file in the folder."""
        data = self._bytes(relative)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            line = data.count(b"\n", 0, problem.start) + 1
            raise self._error(relative, f"UTF-8 text; line {line} has a byte that is not") from None
        if "\0" in text:
            raise self._error(relative, "text; it holds a NUL byte")
        return text.replace("\r\n", "\n")

    def toml(self, relative: str) -> dict[str, Any]:
        """Return a TOML file's tables; raises `ContentError`."""
        try:
            return tomllib.loads(self.text(relative))
        except tomllib.TOMLDecodeError as problem:
            raise self._error(relative, f"valid TOML: {problem}") from None

    def _bytes(self, relative: str) -> bytes:
        path = self.path / relative
        try:
            # Resolved first: a link out of the folder must not even be looked at.
            if not path.resolve(strict=True).is_relative_to(self._root):
                raise self._error(relative, "a file inside the course folder, not a link out of it")
            state = path.stat()
            if not stat.S_ISREG(state.st_mode):
                raise self._error(relative, "a file")
            with path.open("rb") as file:
                data = file.read(MAX_FILE_BYTES + 1)
        except FileNotFoundError:
            raise self._error(relative, "this file; it is missing") from None
        except OSError as problem:
            raise self._error(relative, f"a readable file: {problem.strerror}") from None
        except RuntimeError:
            # How Python up to 3.12 tells of a link that leads back to itself.
            raise self._error(relative, "a file, not a link to itself") from None
        if len(data) > MAX_FILE_BYTES:
            raise self._error(relative, f"at most {MAX_FILE_BYTES // 1024} KiB")
        return data

    def _error(self, relative: str, expected: str) -> ContentError:
        return ContentError(self.name(relative), "", expected)
