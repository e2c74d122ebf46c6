"""Compiled methods of dataclasses, kept in a file: they are the same, and nobody else notices."""

from __future__ import annotations

import dataclasses
import marshal
import subprocess
import sys
from pathlib import Path

import pytest

from graders.harness import precompiled


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "dataclasses.marshal"
    monkeypatch.setattr(precompiled, "_FILE", str(path))
    return path


def made() -> type:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int = 2

    return Point


def behaves(point: type) -> None:
    assert repr(point(1)).endswith("Point(x=1, y=2)")
    assert point(1) == point(1, 2) != point(2)
    assert hash(point(1)) == hash(point(1))
    with pytest.raises(dataclasses.FrozenInstanceError):
        point(1).x = 3


def test_classes_made_of_what_was_kept_behave_as_all_do(file: Path) -> None:
    kept: dict[str, object] = {}
    precompiled._instead(kept)  # type: ignore[arg-type]
    try:
        behaves(made())
    finally:
        precompiled.end()
    assert kept
    file.write_bytes(marshal.dumps(kept))
    precompiled.begin()
    try:
        behaves(made())
    finally:
        precompiled.end()
    assert "exec" not in vars(dataclasses)


@pytest.mark.parametrize("content", [None, b"", b"no code", marshal.dumps({})])
def test_a_file_that_is_missing_or_broken_changes_nothing(file: Path, content: bytes | None) -> None:
    if content is not None:
        file.write_bytes(content)
    precompiled.begin()
    assert "exec" not in vars(dataclasses)
    behaves(made())
    precompiled.end()


def test_code_that_was_kept_for_another_source_is_not_used(file: Path) -> None:
    file.write_bytes(marshal.dumps({"def other(): pass": compile("raise ZeroDivisionError", "x", "exec")}))
    precompiled.begin()
    try:
        behaves(made())
    finally:
        precompiled.end()


def test_all_that_the_harness_makes_is_kept(file: Path) -> None:
    program = (
        "import sys; from graders.harness import precompiled; precompiled._FILE = sys.argv[1]\n"
        "print(precompiled.write())"
    )
    root = Path(precompiled.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program, file], cwd=root, capture_output=True, text=True, check=True
    )
    known = marshal.loads(file.read_bytes())
    assert len(known) == int(done.stdout) > 30
