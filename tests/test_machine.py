"""What is missing is told, and in CI nothing may silently not run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def _pytest(folder: Path, source: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run tests of their own in a folder, under our conftest."""
    (folder / "tests").mkdir()
    for name in ("__init__.py", "conftest.py", "machine.py"):
        shutil.copy(TESTS / name, folder / "tests")
    shutil.copy(TESTS.parent / "pyproject.toml", folder)
    (folder / "tests" / "test_it.py").write_text(source, encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CI", "PYTEST"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "pytest_timeout"],
        cwd=folder,
        env=clean | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


SKIPS = "import pytest\ndef test_a(): pytest.skip('no such thing here')\ndef test_b(): pass\n"


def test_a_skip_is_a_skip_on_a_laptop(tmp_path: Path) -> None:
    done = _pytest(tmp_path, SKIPS)
    assert done.returncode == 0
    assert "1 passed, 1 skipped" in done.stdout


def test_a_skip_is_a_failure_in_ci_and_the_last_lines_count(tmp_path: Path) -> None:
    done = _pytest(tmp_path, SKIPS, CI="true")
    assert done.returncode == 1
    assert "test_a did not run, which CI does not allow" in done.stdout
    assert "2 tests ran, 0 did not" in done.stdout


def test_a_test_for_another_python_may_skip_in_ci(tmp_path: Path) -> None:
    source = "import pytest\n@pytest.mark.skipif(True, reason='needs Python 3.99')\ndef test_a(): pass\n"
    done = _pytest(tmp_path, source, CI="true")
    assert done.returncode == 0
    assert "0 tests ran, 1 did not" in done.stdout


@pytest.mark.parametrize(("ci", "outcome"), [("", "3 skipped"), ("true", "3 errors")])
def test_what_the_machine_lacks_skips_on_a_laptop_and_fails_in_ci(
    tmp_path: Path, ci: str, outcome: str
) -> None:
    source = "import pytest\n" + "".join(
        f"@pytest.mark.{marker}\ndef test_{marker}(): pass\n" for marker in ("docker", "compose", "browser")
    )
    done = _pytest(tmp_path, source, CI=ci, PATH=str(tmp_path))
    assert outcome in done.stdout
    assert "install the Docker Engine" in done.stdout
    assert "install one of chromium" in done.stdout


def test_small_tests_come_before_those_that_start_much(tmp_path: Path) -> None:
    source = (
        "import pytest\n"
        "@pytest.mark.faults\ndef test_last(): pass\n"
        "def test_first(): pass\n"
        "def test_second(): pass\n"
    )
    done = _pytest(tmp_path, source, PYTEST_ADDOPTS="--verbose")
    order = [line.split("::")[1].split()[0] for line in done.stdout.splitlines() if "PASSED" in line]
    assert order == ["test_first", "test_second", "test_last"]


def test_what_is_missing_is_listed_with_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.machine"],
        cwd=TESTS.parent,
        env={"PATH": str(tmp_path), "CI": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "these tests will be skipped" in done.stdout
    assert "docker, compose: there is no docker command: install the Docker Engine" in done.stdout
