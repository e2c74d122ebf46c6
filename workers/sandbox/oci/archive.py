"""Unpacks an image from an archive, as ``docker save`` writes it or in the OCI image layout.

An image is a stack of layers, each a tar: files that replace those beneath, and whiteouts (names that begin
with ``.wh.``) that take some away. See the OCI image format specification, "layer" and "image-layout".
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from graders.errors import SandboxError

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_CHUNK = 1024**2
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Contents:
    """What an archive holds."""

    digest: str
    """The image's: ``sha256:`` and the digest of its configuration, by which Docker calls it too."""
    layers: tuple[str, ...]
    """Their names in the archive, the lowest first."""
    layer_digests: tuple[str, ...]
    """What each layer, uncompressed, must hash to."""


@contextmanager
def opened(path: Path) -> Iterator[tarfile.TarFile]:
    """Open an archive; what is wrong with it is a `SandboxError` that names it."""
    try:
        with tarfile.open(path) as archive:
            yield archive
    except (OSError, tarfile.TarError, EOFError, ValueError, LookupError, TypeError) as problem:
        raise SandboxError(f"{path} cannot be unpacked as an image: {problem}") from problem


def contents(archive: tarfile.TarFile) -> Contents:
    """Read which image an archive holds; raises what `opened` explains."""
    names = set(archive.getnames())
    if "manifest.json" in names:
        (manifest,) = json.loads(_read(archive, "manifest.json"))
        config, layers = manifest["Config"], manifest["Layers"]
    elif "index.json" in names:
        (entry,) = json.loads(_read(archive, "index.json"))["manifests"]
        manifest = json.loads(_read(archive, _blob(entry)))
        config, layers = _blob(manifest["config"]), [_blob(layer) for layer in manifest["layers"]]
    else:
        raise ValueError("it holds neither manifest.json nor index.json; `docker save` makes one that does")
    content = _read(archive, config)
    digests = tuple(json.loads(content)["rootfs"]["diff_ids"])
    if len(digests) != len(layers):
        raise ValueError(f"it names {len(digests)} layers and holds {len(layers)}")
    return Contents(f"sha256:{hashlib.sha256(content).hexdigest()}", tuple(layers), digests)


def unpack(archive: tarfile.TarFile, found: Contents, root: Path) -> None:
    """Lay all layers over each other in the folder `root`; each is checked against its digest first.

    Devices are left out, and so are setuid bits and what others might write: no sandbox needs them.
    """
    for name, digest in zip(found.layers, found.layer_digests, strict=True):
        with _layer(archive, name) as stream:
            if (real := _digest(stream)) != digest:
                raise ValueError(f"layer {name} is {real}, not {digest}")
        with _layer(archive, name) as stream, tarfile.open(fileobj=stream) as layer:
            for member in layer:
                _apply(layer, member, root)


@contextmanager
def _layer(archive: tarfile.TarFile, name: str) -> Iterator[IO[bytes] | gzip.GzipFile]:
    stream = archive.extractfile(name)
    if stream is None:
        raise ValueError(f"{name} is no file")
    with stream:
        compressed = stream.read(2) == _GZIP
        stream.seek(0)
        if not compressed:
            yield stream
            return
        with gzip.open(stream) as uncompressed:
            yield uncompressed


def _apply(layer: tarfile.TarFile, member: tarfile.TarInfo, root: Path) -> None:
    path = PurePosixPath(member.name)
    if path.name == _OPAQUE:
        for child in _inside(root, path.parent).iterdir():
            _remove(child)
    elif path.name.startswith(_WHITEOUT):
        _remove(_inside(root, path.parent) / path.name.removeprefix(_WHITEOUT))
    elif member.isdev():
        return
    else:
        target = _inside(root, path.parent) / path.name
        # Written over, a link would lead elsewhere, and the other names of a file would change with it.
        if target.is_symlink() or (target.exists() and not (target.is_dir() and member.isdir())):
            _remove(target)
        layer.extract(member, root, numeric_owner=True, filter=_safe)


def _safe(member: tarfile.TarInfo, path: str) -> tarfile.TarInfo:
    """Return what may be made. A folder keeps its mode: the runtime gives it to what it mounts there."""
    made = tarfile.tar_filter(member, path)
    return made.replace(mode=member.mode & 0o1777) if member.isdir() else made


def _inside(root: Path, folder: PurePosixPath) -> Path:
    """Return the real folder; raises `ValueError` when a name or a link leads out of the root."""
    real = (root / folder).resolve()
    if folder.is_absolute() or not real.is_relative_to(root.resolve()):
        raise ValueError(f"{folder} leads out of the image")
    return real


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _digest(stream: IO[bytes] | gzip.GzipFile) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"


def _blob(descriptor: dict[str, Any]) -> str:
    algorithm, _, value = str(descriptor["digest"]).partition(":")
    return f"blobs/{algorithm}/{value}"


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    stream = archive.extractfile(name)
    if stream is None:
        raise ValueError(f"{name} is no file")
    with stream:
        return stream.read()
