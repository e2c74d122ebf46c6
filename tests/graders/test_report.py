from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.report import Check, Report, SandboxInfo, Wait, Witness
from graders.verdict import Verdict
from graders.wire import WireError
from tests.graders.strategies import JSON, instances

PASSED = Check("finishes", "Finishes", Verdict.PASSED, 4.0, 4.0)
RACE = Check("value", "Ends right", Verdict.RACE, 0.0, 6.0, "some updates were lost")


@given(instances(Report))
def test_a_report_survives_the_way_through_json(report: Report) -> None:
    assert Report.from_json(json.loads(json.dumps(report.to_json(), allow_nan=False))) == report


@given(JSON | st.builds(lambda rest: {"version": 1, **rest}, st.dictionaries(st.text(), JSON)))
def test_arbitrary_json_is_a_report_or_a_wire_error(value: Any) -> None:
    with suppress(WireError):
        Report.from_json(value)


@given(st.lists(instances(Check), max_size=6))
def test_verdict_and_score_follow_from_the_checks(checks: list[Check]) -> None:
    report = Report.of("a/b", checks, witness=Witness(Verdict.RACE, "", ""))
    assert report.score == pytest.approx(sum(check.points for check in checks), abs=1e-5)
    assert report.passed == all(check.verdict is Verdict.PASSED for check in checks)


def test_the_keys_are_those_of_the_documented_format() -> None:
    witness = Witness(Verdict.DEADLOCK, "", "", waits=(Wait(3, "lock", 1, 9),))
    report = Report.of("shared-data/counter", [PASSED, RACE], witness=witness)
    data = report.within(SandboxInfo("docker", "runc", "sha256:1")).to_json()
    assert list(data)[:5] == ["version", "lab", "verdict", "score", "max_score"]
    documented = {"checks", "certificate", "runs", "seed", "seconds", "witness", "output", "usage", "flags"}
    assert documented | {"sandbox", "graders", "content"} <= set(data)
    assert data["witness"]["waits"] == [{"process": 3, "for": "lock", "held_by": 1, "line": 9}]
    assert data["runs"] == {"free": 0, "explored": 0}
    assert set(data["usage"]) == {"wall", "cpu", "memory", "processes"}
    assert data["sandbox"]["kind"] == "docker"
    assert (data["verdict"], data["score"], data["max_score"]) == ("race", 4.0, 10.0)


@pytest.mark.parametrize("verdict", [Verdict.RACE, Verdict.DEADLOCK, Verdict.LIVELOCK])
def test_no_report_convicts_without_a_witness(verdict: Verdict) -> None:
    with pytest.raises(ValueError, match="needs a witness"):
        Report.of("a/b", [Check("value", "Ends right", verdict, 0.0, 1.0)])


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_a_report_of_another_version_is_refused(version: object) -> None:
    with pytest.raises(WireError, match="version"):
        Report.from_json({**Report.of("a/b", []).to_json(), "version": version})


@pytest.mark.parametrize(("points", "most"), [(-1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0)])
def test_a_check_cannot_have_more_points_than_there_are_or_less_than_none(points: float, most: float) -> None:
    with pytest.raises(ValueError, match="points"):
        Check("a", "A", Verdict.PASSED, points, most)
