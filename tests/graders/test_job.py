from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.errors import ProtocolError
from graders.job import Event, Job
from tests.graders.strategies import JSON, instances

EVENT_LIKE = st.fixed_dictionaries(
    {"event": st.text()}, optional={"check": JSON, "report": JSON, "message": JSON}
)


@given(instances(Job))
def test_a_job_survives_its_line(job: Job) -> None:
    line = job.encode()
    assert line.count(b"\n") == 1
    assert Job.decode(line) == job


@given(instances(Event))
def test_an_event_survives_its_line(event: Event) -> None:
    line = event.encode()
    assert line.count(b"\n") == 1
    assert Event.decode(line) == event


@given(JSON | EVENT_LIKE)
def test_arbitrary_json_is_an_event_or_a_protocol_error(value: Any) -> None:
    for kind in (Event, Job):
        with suppress(ProtocolError):
            kind.decode(json.dumps(value).encode())


@given(st.binary())
def test_arbitrary_bytes_are_a_protocol_error(line: bytes) -> None:
    for kind in (Event, Job):
        with pytest.raises(ProtocolError):
            kind.decode(line)


@pytest.mark.parametrize("kind", [Event, Job])
def test_json_nested_too_deep_is_a_protocol_error(kind: Any) -> None:
    with pytest.raises(ProtocolError):
        kind.decode(b"[" * 100_000)
