"""Which graders these are."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import graders
from graders.version import graders_digest

HOME = Path(graders.__file__).parent


def digest_of(place: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "from graders.version import graders_digest; print(graders_digest())"],
        cwd=place,
        env={"PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_a_copy_of_the_graders_has_the_same_digest_and_a_changed_one_another(tmp_path: Path) -> None:
    shutil.copytree(HOME, tmp_path / "graders", ignore=shutil.ignore_patterns("__pycache__"))
    assert digest_of(tmp_path) == graders_digest()
    (tmp_path / "graders" / "notes.txt").write_text("not a source")
    assert digest_of(tmp_path) == graders_digest()
    changed = tmp_path / "graders" / "verdict.py"
    changed.write_text(changed.read_text() + "\n# another version\n")
    assert digest_of(tmp_path) != graders_digest()
