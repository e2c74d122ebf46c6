"""The bench: its arithmetic and its table. What it measures is measured by `make bench`."""

from __future__ import annotations

import json
import threading
import time

import pytest

from scripts.bench import __main__ as command
from scripts.bench.measure import Plan
from scripts.bench.rows import HEAD, Row, aligned, markdown
from scripts.bench.timing import median_of, percentile, sustain

ROWS = [
    Row("start", 12.34, "ms", at_most=30),
    Row("rate", 3.0, "/s", at_least=4, ratio="0.75 of the other"),
    Row("told", 1234.5, "ms"),
]


def test_a_row_says_whether_its_bar_is_met() -> None:
    assert [row.met for row in ROWS] == [True, False, None]
    assert Row("same", 30, "ms", at_most=30).met
    assert Row("same", 4, "/s", at_least=4).met
    assert ROWS[0].cells() == ("start", "12.3 ms", "", "<= 30", "met")
    assert ROWS[1].cells() == ("rate", "3 /s", "0.75 of the other", ">= 4", "MISSED")
    assert ROWS[2].cells() == ("told", "1234 ms", "", "", "")


def test_the_table_is_aligned_and_the_same_for_a_page() -> None:
    lines = aligned(ROWS).splitlines()
    assert len(lines) == 4
    assert (
        len({line.index(cell) for line, cell in zip(lines, ("value", "12.3", "3 /s", "1234"), strict=True)})
        == 1
    )
    page = markdown(ROWS).splitlines()
    assert page[1] == "| --- | --- | --- | --- | --- |"
    assert all(line.count("|") == len(HEAD) + 1 for line in page)


def test_so_many_are_always_in_flight_and_every_one_is_counted() -> None:
    lock, now, most, calls = threading.Lock(), 0, 0, 0

    def action() -> None:
        nonlocal now, most, calls
        with lock:
            now, calls = now + 1, calls + 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1

    found = sustain(3, 0.2, action)
    assert most == 3
    # The first round of each is before the count.
    assert found.done == calls - 3
    assert found.seconds >= 0.2
    assert found.per_second == pytest.approx(found.done / found.seconds)


def test_what_fails_at_once_is_told_at_once_whoever_else_is_in_flight() -> None:
    first = threading.Semaphore(1)

    def action() -> None:
        if first.acquire(blocking=False):
            raise RuntimeError("the service is gone")

    began = time.monotonic()
    with pytest.raises((RuntimeError, threading.BrokenBarrierError)):
        sustain(3, 60, action)
    assert time.monotonic() - began < 30


def test_what_fails_ends_the_measurement() -> None:
    calls = 0

    def action() -> None:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise RuntimeError("the right counter got a wrong verdict")

    with pytest.raises(RuntimeError, match="wrong verdict"):
        sustain(1, 5, action)


def test_medians_leave_the_first_call_out_and_percentiles_are_by_nearest_rank() -> None:
    waits = iter([0.3, 0.0, 0.0, 0.0])
    assert median_of(3, lambda: time.sleep(next(waits))) < 0.1
    assert percentile(range(100), 0.95) == 95
    assert percentile([7], 0.95) == 7


@pytest.mark.parametrize(("rows", "status"), [(ROWS, 1), (ROWS[:1], 0)])
def test_the_command_prints_the_table_and_its_status_says_whether_all_bars_are_met(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: object,
    rows: list[Row],
    status: int,
) -> None:
    plans = []

    def measure(plan: Plan, only: str | None, tell: object) -> list[Row]:
        plans.append((plan, only))
        return rows

    monkeypatch.setattr(command, "measure", measure)
    files = [f"{tmp_path}/{name}" for name in ("rows.json", "page.md")]
    arguments = ["bench", "--quick", "--only", "starts", "--json", files[0], "--markdown", files[1]]
    monkeypatch.setattr("sys.argv", arguments)
    assert command.main() == status
    assert plans == [(Plan.quick(), "starts")]
    out = capsys.readouterr().out
    assert "CPUs" in out
    assert aligned(rows) in out
    with open(files[0], encoding="utf-8") as file:
        written = json.load(file)
    assert [row["met"] for row in written["rows"]] == [row.met for row in rows]
    with open(files[1], encoding="utf-8") as file:
        assert markdown(rows) in file.read()
