"""Tests that need something of the machine: skipped with the reason where it is missing, failed in CI.

Nothing may silently not run: with CI=true every skip is a failure, unless its reason begins with
"needs Python", and the last lines count what ran.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.machine import IN_CI, NEEDS, browser

# What starts more comes later, so that a mistake in the small things is told at once.
LATE = ("docker", "oci", "faults", "browser", "compose")


def _lateness(item: pytest.Item) -> int:
    return max((LATE.index(mark.name) + 1 for mark in item.iter_markers() if mark.name in LATE), default=0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_lateness)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers():
        problem = NEEDS.get(mark.name, lambda: None)()
        if problem:
            pytest.skip(problem)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not reason.removeprefix("Skipped: ").startswith("needs Python"):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} did not run, which CI does not allow: {reason}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not IN_CI:
        return
    ran = {outcome: len(terminalreporter.getreports(outcome)) for outcome in ("passed", "failed", "error")}
    skipped = len(terminalreporter.getreports("skipped"))
    terminalreporter.write_line(f"{sum(ran.values())} tests ran, {skipped} did not")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path, for playwright's `executable_path`."""
    path = browser()
    assert path is not None, "only tests marked browser may ask for it"
    return path
