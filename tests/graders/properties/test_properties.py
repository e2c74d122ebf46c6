"""Each property decides over runs made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graders.errors import ContentError
from graders.lab import CheckSpec, Lab, Style
from graders.properties import PROPERTIES, Finding
from graders.report import Usage, Wait
from graders.run import Crash, Ending, Run

LAB = Lab("course", "lab", "Lab", Style.PROGRAM, "lab.py", "", "", ())
FUNCTION = replace(LAB, style=Style.FUNCTION)


def printed(output: str, start: int | None = 0, started: int = 10) -> Run:
    return Run(Ending.FINISHED, output, "", 0.1, Usage(), start=start, started=started)


def shared(expected: dict[str, int], values: dict[str, int]) -> Run:
    given = "r started at 417, with 4 processes"
    return Run(Ending.FINISHED, "", "", 0.1, Usage(), values=values, expected=expected, given=given)


def judge(name: str, runs: list[Run], lab: Lab = LAB, **with_: Any) -> Finding:
    spec = CheckSpec("it", "It", 1, name, with_)
    PROPERTIES[name].validate(spec)
    return PROPERTIES[name].judge(lab, spec, runs)


def verdicts(name: str, *outputs: str, start: int | None = 0, **with_: Any) -> tuple[str, float]:
    finding = judge(name, [printed(output, start) for output in outputs], **with_)
    return finding.verdict.value, finding.share


@pytest.mark.parametrize(
    ("outputs", "verdict"),
    [
        (["x\nThe value is 105\n", "105\n\n"], "passed"),
        (["105", "104"], "race"),
        (["103", "104"], "race"),
        (["104", "104"], "wrong-value"),
        (["104"], "wrong-value"),
        (["105.", "105"], "wrong-value"),
        (["", ""], "wrong-value"),
        (["1" * 5000], "wrong-value"),
        (["value ¹⁰⁵"], "wrong-value"),
    ],
)
def test_final_value_compares_the_last_word_printed(outputs: list[str], verdict: str) -> None:
    assert verdicts("final-value", *outputs, start=5, adds=100) == (verdict, float(verdict == "passed"))


def test_final_value_says_what_was_wrong_in_which_run() -> None:
    finding = judge("final-value", [printed("100"), printed("97")], adds=100)
    assert finding.message.startswith(
        "Run 2 of 2: the shared integer starts at 0 and 100 is added, so the last word must be 100;"
        " it was 97."
    )
    assert finding.run is not None
    assert finding.run.output == "97"


def test_final_value_asks_for_a_start_that_can_be_read() -> None:
    assert verdicts("final-value", "100", start=None, adds=100)[0] == "requirement"


def test_final_value_of_a_function_tells_the_parameters() -> None:
    right, wrong = {"r": 457}, {"r": 455}
    finding = judge("final-value", [shared(right, right), shared(right, wrong)], FUNCTION)
    assert finding.verdict == "race"
    assert "r started at 417, with 4 processes: expected 457, got 455." in finding.message


def test_final_value_of_a_function_is_wrong_when_every_run_is_off_alike() -> None:
    runs = [shared({"r": 40}, {"r": 30}), shared({"r": 50}, {"r": 40})]
    assert judge("final-value", runs, FUNCTION).verdict == "wrong-value"


@pytest.mark.parametrize(("undisturbed", "verdict"), [(457, "race"), (455, "wrong-value")])
def test_what_is_wrong_even_undisturbed_is_no_race(undisturbed: int, verdict: str) -> None:
    runs = [shared({"r": 457}, {"r": 455}), shared({"r": 99}, {"r": 98})]
    serial = replace(shared({"r": 457}, {"r": undisturbed}), serial=True)
    finding = judge("final-value", [*runs, serial], FUNCTION)
    assert finding.verdict == verdict
    assert "Run 1 of 2" in finding.message


def test_conservation_looks_at_the_sum_alone() -> None:
    moved = [shared({"a": 5, "b": 5}, {"a": 7, "b": 3})]
    lost = [shared({"a": 5, "b": 5}, {"a": 5, "b": 3}), shared({"a": 5, "b": 5}, {"a": 5, "b": 5})]
    assert judge("conservation", moved, FUNCTION).verdict == "passed"
    finding = judge("conservation", lost, FUNCTION)
    assert finding.verdict == "race"
    assert "the sum of a and b must be 10, got 8" in finding.message


@pytest.mark.parametrize(
    ("outputs", "verdict"),
    [
        (["55", "99"], "passed"),
        (["100", "55"], "wrong-value"),
        (["100", "100"], "wrong-value"),
        (["0", "55"], "wrong-value"),
        (["101"], "wrong-value"),
        (["none"], "wrong-value"),
    ],
)
def test_lost_update_wants_every_run_to_lose(outputs: list[str], verdict: str) -> None:
    assert verdicts("lost-update", *outputs, adds=100)[0] == verdict


def test_lost_update_says_when_only_some_runs_lose() -> None:
    finding = judge("lost-update", [printed("55"), printed("100"), printed("60")], adds=100)
    assert "2 of 3 runs lost an update; the others printed 100" in finding.message


@pytest.mark.parametrize(
    ("with_", "outputs", "verdict"),
    [
        ({"lines": ["1", "2"]}, ["1\n2\n"], "passed"),
        ({"lines": ["1", "2"]}, ["2\n1\n"], "wrong-value"),
        ({"lines": ["1", "2"]}, ["1\n2\n", "2\n1\n"], "race"),
        ({"lines": ["1", "2"]}, ["1\n"], "wrong-value"),
        ({"lines": ["1"]}, ["1\n2\n"], "wrong-value"),
        ({"last": "done"}, ["1\ndone\n"], "passed"),
        ({"last": "done"}, ["done 1\n"], "wrong-value"),
        ({"last_word_adds": 2}, ["now 2\n"], "passed"),
        ({"last_word_adds": 2}, ["now 2\n", "now 1\n"], "race"),
        ({"last_word_adds": 2}, [""], "wrong-value"),
    ],
)
def test_output_compares_what_was_printed(with_: dict[str, Any], outputs: list[str], verdict: str) -> None:
    assert verdicts("output", *outputs, **with_)[0] == verdict


def test_workers_counts_what_was_really_started() -> None:
    assert judge("workers", [printed("100", started=10)], processes=10).verdict == "passed"
    few = judge("workers", [printed("100", started=12), printed("100", started=4)], processes=10)
    assert few.verdict == "requirement"
    assert "Only 4 of the 10" in few.message


def test_the_right_value_without_any_process_is_a_cheat() -> None:
    lab = replace(LAB, checks=(CheckSpec("value", "V", 1, "final-value", {"adds": 100}),))
    assert judge("workers", [printed("100", started=0)], lab, processes=10).verdict == "cheat"
    assert judge("workers", [printed("7", started=0)], lab, processes=10).verdict == "requirement"


def test_a_value_that_no_process_worked_for_earns_no_points() -> None:
    checks = (CheckSpec("workers", "W", 1, "workers", {"processes": 10}),)
    lab = replace(LAB, checks=checks)
    alone = judge("final-value", [printed("100"), printed("100", started=0)], lab, adds=100)
    assert (alone.verdict, alone.share) == ("cheat", 0.0)
    assert alone.message.startswith("100 was printed, but no process was started")
    threads = replace(printed("100", started=0), threads=10)
    assert judge("final-value", [threads], lab, adds=100).verdict == "passed"
    assert judge("final-value", [printed("100", started=0)], adds=100).verdict == "passed"
    assert judge("final-value", [printed("90", started=0)], lab, adds=100).verdict == "wrong-value"


def test_threads_are_no_processes_but_no_cheat_either() -> None:
    lab = replace(LAB, checks=(CheckSpec("value", "V", 1, "final-value", {"adds": 100}),))
    finding = judge("workers", [replace(printed("100", started=0), threads=10)], lab, processes=10)
    assert finding.verdict == "requirement"
    assert "A thread is no process" in finding.message


@pytest.mark.parametrize("name", ["final-value", "lost-update", "output", "workers", "conservation"])
@pytest.mark.parametrize(
    "ending", ["crash", "deadlock", "timeout", "memory-limit", "process-limit", "output-limit"]
)
def test_what_a_broken_run_leaves_open_is_not_reached(name: str, ending: str) -> None:
    with_: dict[str, Any] = {
        "final-value": {"adds": 1},
        "lost-update": {"adds": 1},
        "output": {"last": "x"},
        "workers": {"processes": 1},
    }.get(name, {})
    broken = replace(printed("1"), ending=Ending(ending), limit="too much", crash=Crash("ValueError: x", 3))
    finding = judge(name, [printed("1"), broken], **with_)
    assert (finding.verdict.value, finding.share) == (ending, 0.0)
    assert finding.message.startswith("Not reached: run 2 of 2 ")


def test_finishes_tells_who_waits_for_whom() -> None:
    waits = (Wait(0, "process 1 to end", line=20), Wait(1, "a lock", line=9), Wait(2, "a lock", line=9))
    finding = judge("finishes", [replace(printed(""), ending=Ending.DEADLOCK, waits=waits)])
    assert finding.verdict == "deadlock"
    assert finding.message == (
        "Run 1 of 1 can never end. Every process waits and none can go on: the main program waits"
        " at line 20 for process 1 to end; processes 1 and 2 wait at line 9 for a lock."
    )


def test_finishes_tells_a_limit_with_its_value() -> None:
    stopped = replace(printed(""), ending=Ending.TIMEOUT, limit="it had not ended after 10 s")
    assert judge("finishes", [stopped]).message == "Run 1 of 1 was stopped: it had not ended after 10 s."


def test_finishes_does_not_say_that_processes_ended_which_had_to_be_stopped() -> None:
    finding = judge("finishes", [printed(""), replace(printed(""), left=True)])
    assert finding.verdict == "passed"
    assert finding.message.startswith(
        "The main program ended by itself in every one of 2 runs; in run 2 of 2"
    )
    assert judge("finishes", [printed("")]).message == "Every process ended by itself in the one run made."


def test_the_worst_run_is_the_one_that_is_told() -> None:
    timeout = replace(printed(""), ending=Ending.TIMEOUT, limit="x")
    crashed = replace(printed(""), ending=Ending.CRASH, crash=Crash("ValueError: x", 3))
    finding = judge("finishes", [timeout, printed(""), crashed])
    assert finding.verdict == "crash"
    assert finding.message == "Run 3 of 3 crashed at line 3: ValueError: x"


def test_without_any_run_nothing_passes() -> None:
    assert judge("finishes", []).verdict == "inconclusive"


@pytest.mark.parametrize(
    ("name", "with_", "key"),
    [
        ("finishes", {"adds": 1}, "checks.it.with.adds"),
        ("conservation", {"x": 1}, "checks.it.with.x"),
        ("final-value", {"add": 100}, "checks.it.with.add"),
        ("final-value", {"adds": "100"}, "checks.it.with.adds"),
        ("lost-update", {}, "checks.it.with.adds"),
        ("output", {}, "checks.it.with"),
        ("output", {"last": "1", "lines": ["1"]}, "checks.it.with"),
        ("output", {"lines": [1]}, "checks.it.with.lines"),
        ("workers", {}, "checks.it.with.processes"),
        ("workers", {"processes": True}, "checks.it.with.processes"),
    ],
)
def test_wrong_parameters_are_named_when_the_lab_is_loaded(
    name: str, with_: dict[str, Any], key: str
) -> None:
    with pytest.raises(ContentError) as caught:
        PROPERTIES[name].validate(CheckSpec("it", "It", 1, name, with_))
    assert caught.value.key == key
