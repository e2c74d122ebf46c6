"""The unpacked images of this host: one is current, and the one before stays for what still runs on it.

DIR/images/<digest>/    the root file system, shared read-only by all containers made of it
DIR/current             a link to the current one
DIR/run/<id>/           what the runtime is told about one container
DIR/state/              the runtime's own
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graders.errors import SandboxError
from workers.sandbox import engine
from workers.sandbox.oci import archive

DEFAULT_DIR = Path("/var/lib/interleave/oci")


@dataclass(frozen=True)
class Image:
    """An unpacked image."""

    digest: str
    root: Path


@dataclass(frozen=True)
class Store:
    """The images below one folder. Whoever may write there decides what graders run: root alone."""

    folder: Path = DEFAULT_DIR

    @property
    def runs(self) -> Path:
        """Where the bundles of the containers lie."""
        return self.folder / "run"

    @property
    def state(self) -> Path:
        """The runtime's folder."""
        return self.folder / "state"

    def current(self) -> Image:
        """Return the image that sandboxes are made of now; raises `SandboxError` with what to do."""
        try:
            name = os.readlink(self.folder / "current")
        except OSError:
            raise SandboxError(
                f"No sandbox image is unpacked in {self.folder}: run `interleave sandbox unpack`, "
                "with an archive from `docker save interleave-sandbox` where there is no Docker."
            ) from None
        root = self.folder / name
        return Image(f"sha256:{root.name}", root)

    def closed_folder(self) -> Path | None:
        """Return the topmost folder on the way to the images through which not everybody may pass."""
        way = [*reversed(self.folder.parents), self.folder]
        return next((folder for folder in way if not folder.stat().st_mode & stat.S_IXOTH), None)

    def add_archive(self, path: Path) -> Image:
        """Unpack the archive and make its image current; one that is there already is only made current."""
        with self._locked(), archive.opened(path) as opened:
            found = archive.contents(opened)
            image = self._place(found.digest)
            if not image.root.is_dir():
                self._unpack(image, lambda root: archive.unpack(opened, found, root))
            self._make_current(image)
        return image

    def add_from_docker(self, name: str) -> Image:
        """Do the same with an image of the Docker daemon; takes seconds where it is new."""
        with engine.daemon() as client:
            image = self._place(engine.image_id(client, name))
            if image.root.is_dir():
                with self._locked():
                    self._make_current(image)
                return image
            self._prepare()
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".tar") as file:
                with engine.as_sandbox_errors():
                    for chunk in client.images.get(name).save(named=True):
                        file.write(chunk)
                file.flush()
                return self.add_archive(Path(file.name))

    def follow_docker(self, name: str) -> None:
        """Make current what the Docker daemon has under this name; without a daemon all stays as it is."""
        if engine.problem_of_daemon() is None:
            self.add_from_docker(name)

    def _place(self, digest: str) -> Image:
        return Image(digest, self.folder / "images" / digest.removeprefix("sha256:"))

    def _unpack(self, image: Image, fill: Callable[[Path], None]) -> None:
        """Fill a folder beside and give it its name at the end: what is cut short is never used."""
        beside = Path(tempfile.mkdtemp(dir=image.root.parent, prefix="partial-"))
        try:
            fill(beside)
            beside.chmod(0o755)
            beside.rename(image.root)
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def _make_current(self, image: Image) -> None:
        link = self.folder / "current"
        before = os.readlink(link) if link.is_symlink() else ""
        wanted = str(image.root.relative_to(self.folder))
        if before == wanted:
            return
        new = self.folder / "current.new"
        new.unlink(missing_ok=True)
        new.symlink_to(wanted)
        new.rename(link)
        for other in image.root.parent.iterdir():
            if other.name not in {image.root.name, Path(before).name}:
                shutil.rmtree(other)

    def _prepare(self) -> None:
        try:
            for folder in (self.folder, self.folder / "images", self.runs, self.state):
                folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        except OSError as problem:
            raise SandboxError(f"{self.folder} cannot be used: {problem.strerror}.") from problem

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process at a time change what is unpacked."""
        self._prepare()
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
