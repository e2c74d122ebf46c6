"""What a program prints is data: nothing of it drives a terminal or a browser that shows the report."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from markupsafe import escape
from rich.console import Console

from graders.report import Check, Report
from graders.verdict import Verdict
from service.web.text import visible
from tests.attacks.programs import FOLDER, Attack, attacks
from workers.cli.show import show_report

PAYLOADS = [attack for attack in attacks() if attack.kind == "payloads"]
each = pytest.mark.parametrize("attack", PAYLOADS, ids=lambda attack: attack.path)


def printed(attack: Attack) -> str:
    """What the program prints and says at its end; it does nothing else, so it may run here."""
    done = subprocess.run(
        [sys.executable, "-I", str(FOLDER / attack.path)], capture_output=True, timeout=20, check=False
    )
    return (done.stdout + done.stderr).decode(errors="replace")


def report_of(text: str) -> Report:
    check = Check("value", text[:300], Verdict.CRASH, 0, 10, f"Run 1 crashed: {text}")
    return Report.of("shared-data/counter", [check], output=text)


@each
def test_the_command_line_shows_no_character_that_a_terminal_obeys(attack: Attack) -> None:
    text = printed(attack)
    assert text.strip()
    shown = io.StringIO()
    show_report(Console(file=shown, markup=False, highlight=False), report_of(text), {"counter.py": text})
    assert not [char for char in shown.getvalue() if char not in "\n\t" and not char.isprintable()]


@each
def test_a_page_shows_neither_markup_nor_invisible_characters(attack: Attack) -> None:
    text = printed(attack)
    page = str(escape(visible(text)))
    assert "<" not in page
    assert not [char for char in page if char not in "\n\t" and not char.isprintable()]


@each
def test_it_comes_through_the_report_unchanged_and_as_one_line_of_json(attack: Attack) -> None:
    report = report_of(printed(attack))
    assert Report.from_json(report.to_json()) == report
