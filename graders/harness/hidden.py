"""Runs a lab's hidden tests under pytest, in a process of the harness's own.

What the tests import of the student's files are stand-ins: to call one calls the function in the
student's process (`graders.harness.student`). pytest itself comes with the job: see `graders.job.Job.kit`.
"""

from __future__ import annotations

import importlib
import json
import linecache
import os
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from graders.harness.student import RAISED, Student, StudentError
from graders.verdict import Verdict

_MOST = 4000
"""Characters of a message, or of a test's output, at the most."""
_OPTIONS = (
    *("-c", os.devnull, "--import-mode=prepend", "--capture=no", "--strict-markers", "-p", "no:terminal"),
    *("-p", "no:cacheprovider", "-p", "no:junitxml", "-p", "no:faulthandler", "-p", "no:threadexception"),
)


def run(
    kit: Path, tests: Path, student: Student, modules: Mapping[str, str], say: Callable[[Any], None]
) -> None:
    """Collect and run the tests in a folder; `say` is told of each, and of what cannot be collected.

    `modules` are the student's files by the names under which the tests import them. The folder is
    emptied before the first test runs, and with it before the first byte of the student's.
    """
    sys.path.insert(0, str(kit))
    sys.dont_write_bytecode = True
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    pytest = importlib.import_module("pytest")
    sys.meta_path.insert(0, StandIns(modules, student))
    plugin = Plugin(tests, student, say)
    pytest.main([*_OPTIONS, f"--rootdir={tests}", str(tests)], plugins=[plugin])


class StandIns(MetaPathFinder, Loader):
    """Finds modules of the student's names, and puts stand-ins in their place."""

    def __init__(self, modules: Mapping[str, str], student: Student) -> None:
        self.modules = modules
        self.student = student

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Say that a module of the student's is made here."""
        del path, target
        name = fullname
        return ModuleSpec(name, self) if name in self.modules else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a module whose every name is a function of the student's."""
        return StandIn(spec.name, self.modules[spec.name], self.student)

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing: the student's file is run in a process of its own."""


class StandIn(ModuleType):
    """A student's module as the tests see it."""

    def __init__(self, name: str, file: str, student: Student) -> None:
        super().__init__(name)
        vars(self)["_asked"] = (student, file)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        student, file = vars(self)["_asked"]
        module = self.__name__

        def call(*arguments: Any, **named: Any) -> Any:
            return student.call((module, file), name, arguments, named)

        call.__name__ = call.__qualname__ = name
        return call


class Plugin:
    """What pytest is told to do, and what it is asked."""

    def __init__(self, tests: Path, student: Student, say: Callable[[Any], None]) -> None:
        self._tests = tests
        self._student = student
        self._say = say

    def pytest_configure(self, config: Any) -> None:
        """Make our markers known."""
        config.addinivalue_line("markers", "points(number): what the test is worth")
        config.addinivalue_line("markers", "shown(*what): show students the diff, the output, or both")

    def pytest_collectreport(self, report: Any) -> None:
        """Tell of a file that cannot be collected: that is its author's mistake."""
        if report.failed:
            self._say({"broken": str(report.longrepr)[-_MOST:]})

    def pytest_collection_finish(self, session: Any) -> None:
        """Say which tests there are, and take their files away."""
        self._say({"collected": [item.nodeid for item in session.items]})
        for path in sorted(self._tests.rglob("*"), reverse=True):
            if path.is_file():
                text = path.read_text(encoding="utf-8")
                # Kept for what is shown of a failure; without a date it is never looked for again.
                linecache.cache[str(path)] = (len(text), None, text.splitlines(keepends=True), str(path))
                path.unlink()
            else:
                path.rmdir()

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        """Tell how a part of a test went: its preparation, the test itself, or what comes after."""
        raised = call.excinfo.value if call.excinfo else None
        if raised is None:
            if call.when == "call":
                self._tell(item, Verdict.PASSED, "")
            return
        self._tell(item, *_judged(raised, call.excinfo))

    def pytest_runtest_teardown(self, item: Any, nextitem: Any) -> None:
        """Nothing of the student's lives longer than one test."""
        del item, nextitem
        self._student.end()

    def _tell(self, item: Any, verdict: Verdict, message: str) -> None:
        printed = bytes(self._student.output).decode(errors="replace")
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        self._say(
            {
                "test": item.nodeid,
                "verdict": verdict,
                "message": message[:_MOST],
                "output": printed[:_MOST],
                "memory": memory,
            }
        )


def _judged(raised: BaseException, told: Any) -> tuple[Verdict, str]:
    """Return what an exception says of the student's program."""
    if isinstance(raised, StudentError):
        return raised.verdict, f"{raised}."
    if RAISED in vars(raised):
        return Verdict.CRASH, f"{vars(raised)[RAISED]}."
    if type(raised).__name__ == "Skipped":
        return Verdict.INCONCLUSIVE, "the test was skipped."
    if isinstance(raised, AssertionError):
        return Verdict.WRONG_VALUE, str(raised)
    if type(raised).__name__ == "Failed":
        return Verdict.WRONG_VALUE, str(raised)
    return Verdict.WRONG_VALUE, told.exconly()


def main_of(descriptor: int) -> Callable[[Any], None]:
    """Return a way to say things on a pipe, a line of JSON each."""
    out = open(descriptor, "w", encoding="utf-8")  # noqa: SIM115 - it is open as long as the process is

    def say(thing: Any) -> None:
        print(json.dumps(thing), file=out, flush=True)

    return say
