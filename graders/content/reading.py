"""Reading the files of a course, and refusing what should not be in one.

A course lies in a folder, or comes packed; whoever reads it need not know which.
"""

from __future__ import annotations

import stat
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graders.errors import ContentError

MAX_FILE_BYTES = 256 * 1024
MAX_COURSE_BYTES = 16 * 1024**2
"""All files that are read of one course together."""


class Source(ABC):
    """The files of a course. Paths are relative to it; errors name them as the author knows them."""

    def __init__(self) -> None:
        self._read = 0

    @property
    @abstractmethod
    def title(self) -> str:
        """What the course's slug is taken from when none is given: the folder's own name."""

    @abstractmethod
    def name(self, relative: str) -> str:
        """Return how errors name a file."""

    @abstractmethod
    def exists(self, relative: str) -> bool:
        """Whether there is anything under that name."""

    @abstractmethod
    def names(self, relative: str) -> list[str]:
        """Return the names of what lies in a folder, in order; none when it is not there."""

    @abstractmethod
    def bytes(self, relative: str) -> bytes:
        """Return a file's bytes, at most one more than `MAX_FILE_BYTES`; raises `ContentError`."""

    def text(self, relative: str) -> str:
        """Return a file's text; raises `ContentError` for what is no small UTF-8 file of the course."""
        data = self.bytes(relative)
        if len(data) > MAX_FILE_BYTES:
            raise self._error(relative, f"at most {MAX_FILE_BYTES // 1024} KiB")
        self._read += len(data)
        if self._read > MAX_COURSE_BYTES:
            whole = f"{MAX_COURSE_BYTES // 1024**2} MiB"
            raise self._error(relative, f"at most {whole} in all files of the course together")
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
        text = self.text(relative)
        try:
            return tomllib.loads(text)
        except ValueError as problem:
            # Numbers of thousands of digits are a plain ValueError.
            raise self._error(relative, f"valid TOML: {problem}") from None
        except RecursionError:
            raise self._error(relative, "valid TOML; it is nested too deeply") from None

    def _error(self, relative: str, expected: str) -> ContentError:
        return ContentError(self.name(relative), "", expected)


class Folder(Source):
    """A course in a folder on disk, named in errors as the author gave it."""

    def __init__(self, path: Path, called: str | None = None) -> None:
        super().__init__()
        self.path = path
        self._root = path.resolve()
        self._called = Path(str(path) if called is None else called)

    @property
    def title(self) -> str:
        """The folder's own name."""
        return self._root.name

    def name(self, relative: str) -> str:
        """Return the path, below the folder as it was given or as it is `called`."""
        return str(self._called / relative)

    def exists(self, relative: str) -> bool:
        """Whether there is anything under that name."""
        return (self.path / relative).exists()

    def names(self, relative: str) -> list[str]:
        """Return the names in a folder; none of one that lies outside the course."""
        path = self.path / relative
        if not path.is_dir() or not path.resolve().is_relative_to(self._root):
            return []
        return sorted(entry.name for entry in path.iterdir())

    def bytes(self, relative: str) -> bytes:
        """Return a file's bytes; raises `ContentError` for links out, pipes, devices and folders."""
        path = self.path / relative
        try:
            # Resolved first: a link out of the folder must not even be looked at.
            if not path.resolve(strict=True).is_relative_to(self._root):
                raise self._error(relative, "a file inside the course folder, not a link out of it")
            state = path.stat()
            if not stat.S_ISREG(state.st_mode):
                raise self._error(relative, "a file")
            with path.open("rb") as file:
                return file.read(MAX_FILE_BYTES + 1)
        except FileNotFoundError:
            raise self._error(relative, "this file; it is missing") from None
        except OSError as problem:
            raise self._error(relative, f"a readable file: {problem.strerror}") from None
        except RuntimeError:
            # How Python up to 3.12 tells of a link that leads back to itself.
            raise self._error(relative, "a file, not a link to itself") from None


class Packed(Source):
    """A course that came in an archive: nothing of it is ever written to a disk."""

    def __init__(self, title: str, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self._title = title
        self._files = dict(files)

    @property
    def title(self) -> str:
        """The archive's folder, or its own name."""
        return self._title

    def name(self, relative: str) -> str:
        """Return the path inside the course: authors have packed a folder of their own."""
        return relative

    def exists(self, relative: str) -> bool:
        """Whether the archive holds a file of that name, or a folder."""
        return relative in self._files or bool(self.names(relative))

    def names(self, relative: str) -> list[str]:
        """Return the names of files and folders below `relative`."""
        below = (name.removeprefix(f"{relative}/") for name in self._files if name.startswith(f"{relative}/"))
        return sorted({name.partition("/")[0] for name in below})

    def bytes(self, relative: str) -> bytes:
        """Return a file's bytes; raises `ContentError`."""
        if relative in self._files:
            return self._files[relative]
        raise self._error(relative, "a file" if self.exists(relative) else "this file; it is missing")
