"""Each property decides over runs made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
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
        (["105.", "105."], "wrong-value"),
        (["105.", "105"], "race"),
        (["105", ""], "race"),
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


@pytest.mark.parametrize(
    ("outputs", "verdict"),
    [
        (["ready\nx\nsteady\ngo\n", "ready\nsteady\ngo"], "passed"),
        (["ready\nready\nsteady\ngo"], "passed"),
        (["steady\nready\ngo", "ready\nsteady\ngo"], "race"),
        (["ready\nsteady\nready\ngo"], "wrong-value"),
        (["ready\nsteady\n"], "wrong-value"),
        (["ready steady go"], "wrong-value"),
        ([""], "wrong-value"),
    ],
)
def test_order_looks_at_the_order_of_lines_and_at_nothing_else(outputs: list[str], verdict: str) -> None:
    lines = ["ready", "steady", "go"]
    assert verdicts("order", *outputs, lines=lines) == (verdict, float(verdict == "passed"))


def test_order_says_which_line_came_too_soon() -> None:
    finding = judge("order", [printed("b\na"), printed("a\nb")], lines=["a", "b"])
    assert finding.message.startswith("Run 1 of 2: 'b' was printed before 'a'. Which line comes first")


@pytest.mark.parametrize(
    ("outputs", "verdict"),
    [
        (["in 1\nout 1\nin 2\nout 2"], "passed"),
        (["x\nin 1\nwork\nout 1\n\nin 2\nout 2\nx"], "passed"),
        (["in 1\nin 2\nout 1\nout 2", "in 1\nout 1\nin 2\nout 2"], "race"),
        (["in 1\nin 2\nout 1\nout 2"], "wrong-value"),
        (["in 1\nout 1"], "wrong-value"),
        (["in 1\nout 1\nin 2"], "wrong-value"),
        (["out 1\nin 1\nin 2\nout 2"], "wrong-value"),
        (["inside 1\noutside 1\nin 1\nout 1"], "wrong-value"),
        ([""], "wrong-value"),
    ],
)
def test_mutual_exclusion_follows_who_is_inside(outputs: list[str], verdict: str) -> None:
    finding = verdicts("mutual-exclusion", *outputs, enter="in", leave="out", times=2)
    assert finding == (verdict, float(verdict == "passed"))


def test_as_many_as_are_allowed_may_be_inside_and_no_more() -> None:
    three = "in 1\nin 2\nin 3\nout 1\nout 2\nout 3"
    given = {"enter": "in", "leave": "out", "times": 3}
    assert verdicts("mutual-exclusion", three, most=3, **given)[0] == "passed"
    finding = judge("mutual-exclusion", [printed(three)], most=2, **given)
    assert finding.message == (
        "Run 1 of 1: line 3, 'in 3': 'in 1' and 'in 2' are still inside, as no 'out' came in between."
    )


OWN = replace(
    LAB,
    own_property="""
def it(run, most=3):
    if len(run.lines) > most:
        return f"{len(run.lines)} lines were printed, and {most} are the most."

def asserts(run):
    assert run.output == "1", "it must be 1"
    assert run.processes == 10

def parses(run):
    return None if int(run.lines[-1]) == 1 else False
""",
)


def own(name: str, *outputs: str, **with_: Any) -> Finding:
    spec = CheckSpec(name, "It", 1, "python", with_)
    PROPERTIES["python"].validate(spec)
    return PROPERTIES["python"].judge(OWN, spec, [printed(output) for output in outputs])


def test_a_property_of_ones_own_says_what_is_wrong_and_runs_that_disagree_are_a_race() -> None:
    assert own("it", "1\n2\n3").verdict == "passed"
    assert own("it", "1\n2", most=1).message == "Run 1 of 1: 2 lines were printed, and 1 are the most."
    assert own("it", "1\n2", "1", most=1).verdict == "race"
    assert own("it", "1\n2", most=1).share == 0


@pytest.mark.parametrize(
    ("name", "output", "told"),
    [
        ("asserts", "2", "it must be 1"),
        ("parses", "2", "it does not hold."),
        ("parses", "x", "could make nothing of this run (ValueError: invalid literal"),
        ("parses", "", "could make nothing of this run (IndexError"),
    ],
)
def test_an_exception_in_a_property_of_ones_own_says_that_it_does_not_hold(
    name: str, output: str, told: str
) -> None:
    finding = own(name, output)
    assert finding.verdict == "wrong-value"
    assert told in finding.message


def test_an_assertion_without_words_is_told_by_its_line() -> None:
    runs = [replace(printed("1"), started=9)]
    finding = PROPERTIES["python"].judge(OWN, CheckSpec("asserts", "It", 1, "python"), runs)
    assert "what is asked in line 8 of the lab's property does not hold" in finding.message


def test_a_property_of_ones_own_does_not_pass_what_the_grader_could_not_follow() -> None:
    hidden = replace(printed("1"), unexplained=True)
    finding = PROPERTIES["python"].judge(OWN, CheckSpec("asserts", "It", 1, "python"), [hidden])
    assert finding.verdict == "inconclusive"


@pytest.mark.parametrize(
    ("name", "with_", "place"),
    [
        ("order", {}, "lines"),
        ("order", {"lines": ["a"]}, "lines"),
        ("order", {"lines": ["a", "a"]}, "lines"),
        ("order", {"lines": ["a", 1]}, "lines"),
        ("order", {"lines": ["a", " "]}, "lines"),
        ("mutual-exclusion", {"enter": "in", "leave": "out"}, "times"),
        ("mutual-exclusion", {"enter": "go in", "leave": "out", "times": 1}, "enter"),
        ("mutual-exclusion", {"enter": "in", "leave": "in", "times": 1}, "leave"),
        ("mutual-exclusion", {"enter": "in", "leave": "out", "times": 0}, "times"),
        ("mutual-exclusion", {"enter": "in", "leave": "out", "times": 1, "most": 0}, "most"),
        ("python", {"a b": 1}, "a b"),
        ("python", {"when": date(2026, 1, 1)}, "when"),
        ("python", {"deep": [{"x": float("nan")}]}, "deep"),
    ],
)
def test_parameters_that_make_no_sense_are_told_by_their_place(
    name: str, with_: dict[str, Any], place: str
) -> None:
    with pytest.raises(ContentError) as caught:
        PROPERTIES[name].validate(CheckSpec("it", "It", 1, name, with_))
    assert caught.value.key == f"checks.it.with.{place}"
