"""Files as they are handed in, turned into the sources of a job, or refused with what to do.

Used by the API, the pages and the command line alike, before anything is stored. Every refusal is a
`HandInError`; its `kind` is one of these and stable:

| kind | status | meaning |
| --- | --- | --- |
| ``no-files`` | 422 | nothing was sent |
| ``too-large`` | 413 | a file, an archive or all files together are too large |
| ``too-many-files`` | 413 | more files than anybody needs |
| ``wrong-type`` | 415 | neither Python source nor a zip archive |
| ``bad-archive`` | 422 | a damaged or encrypted archive, or one that holds links |
| ``bad-name`` | 422 | a name that leads elsewhere, or that a program cannot use |
| ``duplicate-name`` | 422 | two files of one name |
| ``no-main`` | 422 | several files, and none has the lab's name |
| ``empty`` | 422 | a file without text |
| ``not-utf8`` | 422 | text in another encoding |
| ``nul-bytes`` | 422 | bytes that no source can hold |
"""

from __future__ import annotations

from collections.abc import Iterable

from graders.errors import HandInError
from graders.handin.archive import is_zip, unpack
from graders.handin.bounds import MAX_FILES, MAX_TOTAL_BYTES, size
from graders.handin.names import check_name
from graders.handin.source import read_source
from graders.lab import Lab

__all__ = ["read_files"]


def read_files(parts: Iterable[tuple[str, bytes]], lab: Lab) -> tuple[dict[str, str], str]:
    """Return sources by file name, and the name of the main one; raises `HandInError`.

    `parts` are file names and contents as they came. A single file is the main one whatever its
    name; of several, the one with the lab's name is.
    """
    files: dict[str, str] = {}
    total = 0
    for name, data in _members(parts, lab):
        check_name(name, lab.file)
        if name in files:
            raise HandInError(
                "duplicate-name", f"There are two files called {name}. Send each only once.", 422, name
            )
        if len(files) == MAX_FILES:
            raise HandInError(
                "too-many-files", f"Send at most {MAX_FILES} files; the lab needs {lab.file}.", 413
            )
        total += len(data)
        if total > MAX_TOTAL_BYTES:
            raise HandInError(
                "too-large",
                f"All files together may have at most {size(MAX_TOTAL_BYTES)}. Send only your sources.",
                413,
                name,
            )
        files[name] = read_source(name, data)
    return files, _main(files, lab)


def _members(parts: Iterable[tuple[str, bytes]], lab: Lab) -> Iterable[tuple[str, bytes]]:
    for name, data in parts:
        if is_zip(name, data):
            yield from unpack(name, data)
        elif name or data:
            # Some browsers send the folder along; a form without a choice sends an empty part.
            yield name.replace("\\", "/").rsplit("/", 1)[-1] or lab.file, data


def _main(files: dict[str, str], lab: Lab) -> str:
    if not files:
        raise HandInError("no-files", f"Nothing was sent. Choose a file, such as {lab.file}.")
    if len(files) == 1:
        return next(iter(files))
    if lab.file in files:
        return lab.file
    raise HandInError("no-main", f"One of your files must be called {lab.file}: it is the one that is run.")
