"""A course in a zip archive, as staff upload it."""

from __future__ import annotations

from graders.content.reading import MAX_COURSE_BYTES, MAX_FILE_BYTES, Packed
from graders.errors import ContentError, HandInError
from graders.handin.archive import unpack
from graders.handin.bounds import Bounds

BOUNDS = Bounds(archive=MAX_COURSE_BYTES, file=MAX_FILE_BYTES, total=MAX_COURSE_BYTES, files=5000)


def read_archive(name: str, data: bytes) -> Packed:
    """Return the course in an archive, whose ``course.toml`` lies at its top or in a folder of it.

    Raises `ContentError` for what is no such archive, or one that leads out of itself, holds links,
    holds a name twice, or unpacks to more than a course may have.
    """
    files: dict[str, bytes] = {}
    try:
        for path, content in unpack(name, data, BOUNDS):
            if path in files:
                raise ContentError(name, "", f"each file once; {path} is in it twice")
            files[path] = content
    except HandInError as problem:
        raise ContentError(name, "", f"a zip archive of a course folder. {problem}") from None
    tops = sorted((path for path in files if _is_top(path)), key=lambda path: path.count("/"))
    if not tops:
        raise ContentError(name, "", "a zip archive of a course folder; no course.toml is in it")
    if len(tops) > 1 and tops[0].count("/") == tops[1].count("/"):
        raise ContentError(name, "", f"one course; there are {tops[0]} and {tops[1]}")
    prefix = tops[0].removesuffix("course.toml")
    title = prefix.rstrip("/").rpartition("/")[2] or name.rpartition("/")[2].removesuffix(".zip")
    inside = {
        path.removeprefix(prefix): content for path, content in files.items() if path.startswith(prefix)
    }
    return Packed(title, inside)


def _is_top(path: str) -> bool:
    return path.rpartition("/")[2] == "course.toml"
