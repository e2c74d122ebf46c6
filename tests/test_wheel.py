"""What is installed with pip alone grades as the service does: the same verdict from the same seed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from graders.course import dump_item
from graders.lab import Lab
from service.at_home import for_home
from workers.cli.courses import find_item

ROOT = Path(__file__).parents[1]
SEED = 7
INSTALL_SECONDS = 280
PROGRAMS = [
    ("counter", "race", "tests/corpus/counter/lost-update-unlocked/zaehler.py"),
    ("counter", "passed", "courses/shared-data/labs/counter/submissions/passed/with_lock.py"),
    ("counter", "deadlock", "tests/corpus/counter/release-forgotten/lock_it.py"),
    ("transfer", "deadlock", "tests/corpus/transfer/lock-order/nested_with.py"),
    ("bank", "race", "tests/corpus/bank/lost-update-unlocked/deposit.py"),
]
pytestmark = pytest.mark.timeout(2 * INSTALL_SECONDS)


# As in a shell of somebody who has no checkout.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def call(*command: str | Path, **rest: Any) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, check=False, env=ENVIRONMENT, **rest)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `interleave` of a fresh environment in which nothing but our wheel was installed."""
    folder = tmp_path_factory.mktemp("wheel")
    built = call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    call(sys.executable, "-m", "venv", folder / "venv")
    python = folder / "venv" / "bin" / "python"
    versions = folder / "versions.txt"
    locked = re.findall(r"^([\w.-]+==\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    versions.write_text("\n".join(dict.fromkeys(locked)))
    quiet = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    done = call(python, *quiet, "--constraint", versions, wheel, timeout=INSTALL_SECONDS)
    if done.returncode:
        # No registry answers: what this environment has from the lock stands in; our code is the wheel's.
        assert call(python, *quiet, "--no-index", "--no-deps", wheel).returncode == 0, done.stderr
        here = call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
        Path(here, "locked.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "venv" / "bin" / "interleave"


def lab_file(folder: Path, slug: str) -> Path:
    """Write the file that the lab's page gives."""
    lab = find_item(ROOT / "courses", f"shared-data/{slug}")
    assert isinstance(lab, Lab)
    taken = for_home(lab)
    assert taken is not None
    path = folder / f"{slug}.json"
    path.write_text(json.dumps(dump_item(taken)))
    return path


def grade(interleave: list[str | Path], lab: str | Path, program: str, cwd: Path) -> dict[str, Any]:
    """Return the report of one attempt; `cwd` alone says whose courses, and here whose code, it is."""
    arguments = ("grade", lab, ROOT / program, "--sandbox", "local", "--seed", str(SEED), "--json")
    done = call(*interleave, *arguments, cwd=cwd, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_wheel_is_used_and_not_this_checkout(installed: Path, tmp_path: Path) -> None:
    python = installed.with_name("python")
    where = call(python, "-c", "import graders, workers; print(graders.__file__)", cwd=tmp_path).stdout
    assert str(installed.parents[1]) in where


@pytest.mark.parametrize(("slug", "verdict", "program"), PROGRAMS)
def test_the_same_seed_gives_the_same_verdict_at_home(
    installed: Path, tmp_path: Path, slug: str, verdict: str, program: str
) -> None:
    home = grade([installed], lab_file(tmp_path, slug), program, tmp_path)
    here = grade([sys.executable, "-m", "workers.cli"], f"shared-data/{slug}", program, ROOT)
    assert home["verdict"] == verdict
    for what in ("lab", "verdict", "score", "max_score", "checks", "certificate", "seed"):
        assert home[what] == here[what]
    for what in ("kind", "lines", "steps", "schedule"):
        assert (home["witness"] or {}).get(what) == (here["witness"] or {}).get(what)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"kind": 1}', "[" * 10_000, "\x00"])
def test_a_file_that_is_no_lab_is_told_so(tmp_path: Path, content: str) -> None:
    path = tmp_path / "lab.json"
    path.write_text(content)
    program = tmp_path / "a.py"
    program.write_text("print(1)\n")
    done = call(sys.executable, "-m", "workers.cli", "grade", path, program, cwd=ROOT)
    assert done.returncode == 2
    assert "is not a lab as its page gives it" in done.stderr
