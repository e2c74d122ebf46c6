"""Unpacking images: what each form of archive gives, and what a hostile or broken one does not."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import stat
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from graders.errors import SandboxError
from workers.sandbox.oci.store import Store


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


@dataclass
class Layer:
    """A layer to be: what is put in, in order."""

    members: list[tuple[tarfile.TarInfo, bytes]] = field(default_factory=list)

    def file(self, name: str, text: str = "", mode: int = 0o644) -> Layer:
        return self._add(name, tarfile.REGTYPE, text.encode(), mode=mode)

    def folder(self, name: str, mode: int = 0o755) -> Layer:
        return self._add(name, tarfile.DIRTYPE, mode=mode)

    def link(self, name: str, target: str, hard: bool = False) -> Layer:
        return self._add(name, tarfile.LNKTYPE if hard else tarfile.SYMTYPE, linkname=target)

    def device(self, name: str) -> Layer:
        return self._add(name, tarfile.CHRTYPE)

    def _add(self, name: str, kind: bytes, data: bytes = b"", **values: Any) -> Layer:
        member = tarfile.TarInfo(name)
        member.type, member.size = kind, len(data)
        for key, value in values.items():
            setattr(member, key, value)
        self.members.append((member, data))
        return self

    def tar(self) -> bytes:
        return tar_of(self.members)


def tar_of(members: list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for member, data in members:
            tar.addfile(member, io.BytesIO(data))
    return file.getvalue()


def files(path: Path, contents: dict[str, bytes]) -> Path:
    members = []
    for name, data in contents.items():
        member = tarfile.TarInfo(name)
        member.size = len(data)
        members.append((member, data))
    path.write_bytes(tar_of(members))
    return path


def docker_archive(path: Path, *layers: Layer, claimed: tuple[str, ...] = ()) -> tuple[Path, str]:
    """As ``docker save`` writes it; returns its path and the image's digest."""
    tars = [layer.tar() for layer in layers]
    config = json.dumps({"rootfs": {"diff_ids": list(claimed) or [digest(tar) for tar in tars]}}).encode()
    names = [f"{number}/layer.tar" for number in range(len(tars))]
    manifest = json.dumps([{"Config": "config.json", "Layers": names}]).encode()
    contents = {"manifest.json": manifest, "config.json": config} | dict(zip(names, tars, strict=True))
    return files(path, contents), digest(config)


def oci_archive(path: Path, *layers: Layer) -> tuple[Path, str]:
    """An image layout with compressed layers, as one tar."""
    tars = [layer.tar() for layer in layers]
    packed = [gzip.compress(tar) for tar in tars]
    config = json.dumps({"rootfs": {"diff_ids": [digest(tar) for tar in tars]}}).encode()
    manifest = json.dumps(
        {"config": {"digest": digest(config)}, "layers": [{"digest": digest(one)} for one in packed]}
    ).encode()
    index = json.dumps({"manifests": [{"digest": digest(manifest)}]}).encode()
    blobs = {f"blobs/sha256/{digest(blob)[7:]}": blob for blob in (config, manifest, *packed)}
    return files(path, {"index.json": index, **blobs}), digest(config)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


BASE = Layer().folder("etc").file("etc/one", "1").file("etc/two", "2").folder("tmp", 0o1777)


@pytest.mark.parametrize("make", [docker_archive, oci_archive])
def test_layers_lie_over_each_other_and_the_image_has_dockers_name(
    store: Store, tmp_path: Path, make: Any
) -> None:
    upper = Layer().file("etc/one", "uno").file("etc/.wh.two").file("new", "n")
    path, name = make(tmp_path / "image.tar", BASE, upper)
    image = store.add_archive(path)
    assert image.digest == name
    assert store.current() == image
    assert {p.name: p.read_text() for p in (image.root / "etc").iterdir()} == {"one": "uno"}
    assert (image.root / "new").read_text() == "n"


def test_an_opaque_folder_hides_all_beneath_it(store: Store, tmp_path: Path) -> None:
    upper = Layer().file("etc/.wh..wh..opq").file("etc/three", "3")
    image = store.add_archive(docker_archive(tmp_path / "image.tar", BASE, upper)[0])
    assert [path.name for path in (image.root / "etc").iterdir()] == ["three"]


def test_a_link_is_replaced_and_never_followed(store: Store, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("mine")
    lower = Layer().file("a", "a").link("b", "a", hard=True).link("c", str(outside)).link("d", ".")
    upper = Layer().file("b", "b").file("c", "c").folder("d").file("d/e", "e")
    image = store.add_archive(docker_archive(tmp_path / "image.tar", lower, upper)[0])
    assert outside.read_text() == "mine"
    assert {p.name: p.read_text() for p in image.root.iterdir() if p.is_file()} == {
        "a": "a",
        "b": "b",
        "c": "c",
    }
    assert (image.root / "d" / "e").read_text() == "e"


def test_no_special_rights_and_no_devices_come_out_and_folders_keep_their_modes(
    store: Store, tmp_path: Path
) -> None:
    layer = Layer().folder("tmp", 0o1777).file("su", "", 0o6755).file("open", "", 0o666).device("null")
    image = store.add_archive(docker_archive(tmp_path / "image.tar", layer)[0])
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in image.root.iterdir()}
    assert modes == {"tmp": 0o1777, "su": 0o755, "open": 0o644}


@pytest.mark.parametrize(
    "layer",
    [
        Layer().file("../escaped", "x"),
        Layer().link("out", "..").file("out/escaped", "x"),
        Layer().link("out", "/").file("out/.wh.escaped"),
        Layer().file("../.wh.escaped"),
        Layer().link("escaped", "../../escaped", hard=True),
    ],
    ids=["a name", "through a link", "a whiteout through a link", "a whiteout", "a hard link"],
)
def test_an_archive_that_climbs_out_is_refused_and_leaves_nothing(
    store: Store, tmp_path: Path, layer: Layer
) -> None:
    before = set(os.listdir("/"))
    path, _ = docker_archive(tmp_path / "image.tar", layer)
    with pytest.raises(SandboxError, match="cannot be unpacked as an image"):
        store.add_archive(path)
    assert set(os.listdir("/")) == before
    assert not [found for found in tmp_path.rglob("escaped") if not found.is_symlink()]
    assert list((store.folder / "images").iterdir()) == []


def test_a_layer_that_is_not_what_the_image_names_is_refused(store: Store, tmp_path: Path) -> None:
    path, _ = docker_archive(tmp_path / "image.tar", BASE, claimed=("sha256:" + "0" * 64,))
    with pytest.raises(SandboxError, match=r"layer 0/layer\.tar is sha256:.*, not sha256:000"):
        store.add_archive(path)


@pytest.mark.parametrize("content", [b"", b"no tar", tar_of([])], ids=["empty", "text", "an empty tar"])
def test_what_is_no_image_is_told(store: Store, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "image.tar"
    path.write_bytes(content)
    with pytest.raises(SandboxError, match=r"image\.tar cannot be unpacked as an image"):
        store.add_archive(path)


def test_without_an_image_it_says_what_to_do(store: Store) -> None:
    with pytest.raises(SandboxError, match="interleave sandbox unpack"):
        store.current()


def test_the_image_before_stays_for_what_still_runs_on_it_and_older_ones_go(
    store: Store, tmp_path: Path
) -> None:
    images = []
    for number in range(3):
        path, _ = docker_archive(tmp_path / f"{number}.tar", Layer().file("n", str(number)))
        images.append(store.add_archive(path))
    assert store.current() == images[2]
    assert [image.root.exists() for image in images] == [False, True, True]


def test_an_image_that_is_there_is_not_unpacked_again(store: Store, tmp_path: Path) -> None:
    path, _ = docker_archive(tmp_path / "image.tar", BASE)
    first = store.add_archive(path)
    mark = first.root / "mark"
    mark.touch()
    assert store.add_archive(path) == first
    assert mark.exists()
