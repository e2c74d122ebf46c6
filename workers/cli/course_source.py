"""Where the commands take a course from: a folder, a zip archive, or a git repository."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graders.content.packed import BOUNDS, read_archive
from graders.content.reading import Folder, Source
from graders.errors import CallerError

_GIT_SECONDS = 300.0
_GIT = (
    *("git", "-c", "core.hooksPath=/dev/null", "-c", "core.symlinks=true", "-c", "protocol.ext.allow=never"),
    *("-c", "init.defaultBranch=main"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A course's files, its usual slug, and where they were found, in words."""

    source: Source
    slug: str
    told: str


@contextmanager
def found(place: str, ref: str = "", folder: str = "") -> Iterator[Found]:
    """Yield the course at `place`; raises `CallerError` or `ContentError`.

    A folder and a zip archive are read where they lie. Everything else, and a folder with `ref` (a
    branch, a tag or a commit), is a git repository, of which one version is fetched and forgotten
    again; `folder` is where in it the course lies.
    """
    path = Path(place)
    if ref or _is_repository(place):
        with tempfile.TemporaryDirectory(prefix="interleave-course-") as fetched:
            commit = _fetch(place, ref, Path(fetched))
            name = folder.strip("/").rpartition("/")[2] or _name(place)
            inside = Folder(Path(fetched) / _relative(folder))
            yield Found(inside, name, f"{place} at {commit[:12]}")
    elif path.is_file():
        if path.stat().st_size > BOUNDS.archive:
            raise CallerError(f"{place} is larger than {BOUNDS.archive // 1024**2} MiB: that is no course")
        packed = read_archive(path.name, path.read_bytes())
        yield Found(packed, packed.title, place)
    elif path.is_dir():
        inside = Folder(path / _relative(folder))
        yield Found(inside, inside.title, str(path.resolve()))
    else:
        raise CallerError(
            f"there is no {place}: give a course's folder, a zip archive of one, or a git repository"
        )


def _is_repository(place: str) -> bool:
    path = Path(place)
    if path.exists():
        bare = path.is_dir() and (path / "objects").is_dir() and (path / "HEAD").is_file()
        return bare and not (path / "course.toml").exists()
    return "://" in place or place.endswith(".git") or (":" in place and "@" in place.partition(":")[0])


def _name(place: str) -> str:
    if Path(place).is_dir():
        place = str(Path(place).resolve())
    return place.rstrip("/").rpartition("/")[2].rpartition(":")[2].removesuffix(".git")


def _relative(folder: str) -> Path:
    inside = Path(folder)
    if inside.is_absolute() or ".." in inside.parts:
        raise CallerError(f"--folder {folder} leads out of the repository")
    return inside


def _fetch(place: str, ref: str, target: Path) -> str:
    """Fetch one version into `target` and return its commit."""
    if ref.startswith("-"):
        raise CallerError(f"{ref} is no branch, tag or commit")
    address = str(Path(place).resolve()) if Path(place).exists() else place
    _git(target, "init", "--quiet")
    _git(target, "fetch", "--quiet", "--depth=1", "--no-tags", "--", address, ref or "HEAD")
    _git(target, "checkout", "--quiet", "--detach", "FETCH_HEAD")
    return _git(target, "rev-parse", "HEAD").strip()


def _git(target: Path, *arguments: str) -> str:
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            [*_GIT, *arguments],
            cwd=target,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise CallerError("git is not installed here: clone the repository, and give its folder") from None
    except subprocess.TimeoutExpired:
        raise CallerError(f"git was not done after {_GIT_SECONDS:.0f} s") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        reason = next((line for line in said if line.startswith("fatal:")), said[-1])
        raise CallerError(f"git could not fetch the course: {reason}")
    return done.stdout.decode(errors="replace")
