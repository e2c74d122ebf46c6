"""The directory a submission runs in: readable for the students' uid, writable only for the harness."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_SITE = Path(__file__).with_name("site")
_OURS = {path.name: path.read_bytes() for path in sorted(_SITE.glob("*.py"))}
"""Read when the harness starts: afterwards its uid may not reach the place it was started from."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where everything of one attempt lies."""

    directory: Path
    """Current directory of the student's program; holds the files and nothing else to see."""

    @property
    def ours(self) -> Path:
        """Scripts of ours, copied so that the students' uid can read them."""
        return self.directory / ".interleave"

    @property
    def trace(self) -> Path:
        """FIFO on which processes say where they stand."""
        return self.ours / "trace"

    def environment(self) -> dict[str, str]:
        """Return the whole environment of a student's process."""
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": "/tmp",  # noqa: S108 - the one place where the program may write
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(self.ours / "site"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONNOUSERSITE": "1",
            "INTERLEAVE_TRACE": str(self.trace),
        }


@contextmanager
def prepared(files: dict[str, str]) -> Iterator[Workplace]:
    """Lay out `files` and our scripts in ``INTERLEAVE_WORK`` (default /work) or a temporary directory.

    The directory is taken only when it is there, empty, and the harness's own: on a machine that is
    no sandbox, /work may be anything.
    """
    given = Path(os.environ.get("INTERLEAVE_WORK", "/work"))
    temporary = None
    if not _usable(given):
        temporary = given = Path(tempfile.mkdtemp(prefix="interleave-"))
    try:
        place = Workplace(given)
        _lay_out(place, files)
        yield place
    finally:
        if temporary:
            shutil.rmtree(temporary)


def sweep_temporary_files(uid: int, kept: str) -> None:
    """Remove what `uid` left in /tmp and /dev/shm, so that no run learns from the one before it.

    Runs in a process of that uid, because the harness has no right over other uids' files; and only
    where /tmp is a mount of its own, as in a sandbox: elsewhere it holds other people's things.
    """
    if os.stat("/tmp").st_dev == os.stat("/").st_dev:  # noqa: S108
        return
    pid = os.fork()
    if pid == 0:
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        for root in ("/tmp", "/dev/shm"):  # noqa: S108 - these two are what is meant
            _remove_owned(root, uid, kept)
        os._exit(0)
    os.waitpid(pid, 0)


def _remove_owned(root: str, uid: int, kept: str) -> None:
    with suppress(OSError), os.scandir(root) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.path == kept or entry.stat(follow_symlinks=False).st_uid != uid:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    os.unlink(entry.path)


def _usable(directory: Path) -> bool:
    try:
        owned = directory.stat().st_uid == os.geteuid()
        return owned and os.access(directory, os.W_OK | os.X_OK) and not any(directory.iterdir())
    except OSError:
        return False


def _lay_out(place: Workplace, files: dict[str, str]) -> None:
    place.directory.chmod(0o755)
    (place.ours / "site").mkdir(parents=True)
    for name, source in _OURS.items():
        # Only sitecustomize may be importable: other names could hide a module of the student's.
        folder = place.ours / "site" if name == "sitecustomize.py" else place.ours
        _write(folder / name, source)
    os.mkfifo(place.trace)
    place.trace.chmod(0o622)  # The students' uid may say something here, and not listen.
    for name, text in files.items():
        _write(place.directory / name, text.encode())
    for folder in (place.ours, place.ours / "site"):
        folder.chmod(0o755)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o444)
