"""The shape of the whole: who may import whom, which words are used, what is never written down."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("graders", "service", "workers")

SYNONYMS = {
    "assignment": "lab",
    "exercise": "lab",
    "homework": "lab",
    "questionnaire": "quiz",
    "submittal": "submission",
    "testcase": "check",
    "jail": "sandbox",
    "counterexample": "witness",
    "interleaver": "schedule",
}
"""What others call it, and our word for it."""

NEVER_WRITTEN = {
    "the address of a package index, a registry or a mirror": (
        r"pypi\.org|pythonhosted\.org|npmjs\.|registry-\d|ghcr\.io|quay\.io|"
        r"//[\w.-]*(docker\.(io|com)|debian\.org|ubuntu\.com)"
    ),
    "a path of somebody's machine": r"/work/(main|shared)\b|/root/\.\w|/home/[a-z]+/|/opt/(pypi|wheels)",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
}


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _modules() -> list[Path]:
    return [p for p in _tracked() if p.suffix == ".py" and p.relative_to(ROOT).parts[0] in ROOMS]


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def test_imports_run_in_one_straight_line() -> None:
    done = _lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


def test_every_import_against_the_line_is_caught(tmp_path: Path) -> None:
    wrong = {
        "graders/verdict.py": "import service.settings",
        "graders/report.py": "import sqlalchemy",
        "service/queue.py": "import workers.tasks",
        "service/store/models.py": "import flask",
        "workers/lease.py": "import service.app",
        "workers/sandbox/base.py": "from service.web import words",
    }
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module, line in wrong.items():
        with (tmp_path / module).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    done = _lint_imports(tmp_path)
    assert done.returncode == 1
    told = done.stdout.partition("Broken contracts")[2]
    assert [m for m in wrong if m.removesuffix(".py").replace("/", ".") not in told] == [], done.stdout


def test_graders_run_on_a_bare_python() -> None:
    names = [name for name in _module_names() if name.startswith("graders")]
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {', '.join(names)}"
    # -I and -S: no environment, no site-packages, as in the sandbox's image.
    done = _python("-I", "-S", "-c", program)
    assert done.returncode == 0, done.stderr


def test_importing_a_module_does_nothing_else(tmp_path: Path) -> None:
    program = (
        "import importlib, os, threading\n"
        f"for name in {list(_module_names())!r}: importlib.import_module(name)\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
        "assert os.listdir() == [], os.listdir()\n"
    )
    done = _python("-W", "error", "-c", program, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""


def _module_names() -> Iterator[str]:
    # Scripts that are run, never imported: Alembic's, students' first ones, and templates of labs.
    scripts = {"__main__", "sitecustomize", "env", "versions", "templates"}
    for path in _modules():
        parts = path.relative_to(ROOT).with_suffix("").parts
        if not scripts & set(parts):
            yield ".".join(parts).removesuffix(".__init__")


def _python(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )


def test_every_room_has_a_page_of_its_own_and_no_module_needs_a_table_of_contents() -> None:
    too_long = {str(path.relative_to(ROOT)): lines for path in _modules() if (lines := _length(path)) > 400}
    assert too_long == {}
    assert all(ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text())) for room in ROOMS)


def _length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_names_are_those_of_the_word_list() -> None:
    # Classes and modules: a function may well be about the assignments of a Python program.
    names = {f"{path.relative_to(ROOT)}: {path.stem}" for path in _modules()}
    names |= {
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}"
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    strangers = {
        f"{name}: we say {ours}"
        for name in names
        for theirs, ours in SYNONYMS.items()
        if theirs in name.rpartition(" ")[2].lower()
    }
    assert strangers == set()


@pytest.mark.parametrize("what", NEVER_WRITTEN)
def test_no_tracked_file_holds(what: str) -> None:
    pattern = re.compile(NEVER_WRITTEN[what])
    found = []
    for path in _tracked():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        name = path.relative_to(ROOT)
        found += [f"{name}:{n}: {line[:99]}" for n, line in enumerate(lines, 1) if pattern.search(line)]
    assert found == []


def test_no_tracked_file_is_empty_by_accident() -> None:
    empty = [str(p.relative_to(ROOT)) for p in _tracked() if not p.stat().st_size]
    meant = {"__init__.py", "py.typed"}
    assert [name for name in empty if Path(name).name not in meant and "/submissions/" not in name] == []


def test_the_two_locks_agree_and_the_smaller_one_holds_no_tools() -> None:
    run, dev = (_locked(ROOT / name) for name in ("requirements.lock", "requirements-dev.lock"))
    assert run.items() <= dev.items()
    # pytest is no tool here: it grades labs.
    assert "pytest" in run
    assert not {"pytest-xdist", "ruff", "mypy", "playwright"} & run.keys()


def _locked(path: Path) -> dict[str, str]:
    pins = re.findall(r"^([\w.-]+)==([^ \\]+(?: ; [^\\]+)?)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {f"{name} {rest.partition(';')[2].strip()}".strip(): rest.partition(" ")[0] for name, rest in pins}
