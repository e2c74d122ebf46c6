"""The API does what its own description says, whatever it is sent."""

from __future__ import annotations

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.service.client import School

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(
    ("login", "known"),
    [("eve", False), *((login, True) for login in ("ada", "gus", "amy", "eve", "root"))],
    ids=lambda value: value if isinstance(value, str) else "addresses that exist" if value else "any address",
)
def test_every_answer_is_one_that_is_described_for_every_role(
    school: School, mode: GenerationMode, known: bool, login: str
) -> None:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", school.app)
    there = {"course": "shared-data", "lab": "locks-quiz", "submission": school.hand_in().json["id"]}
    headers = {"Authorization": f"Bearer {school.token[login]}"}
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) >= 9
    for operation in operations:
        names = re.findall(r"{(\w+)}", operation.path)
        given_path = {"path_parameters": {name: there[name] for name in names}} if known and names else {}

        @settings(
            max_examples=15,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=operation.as_strategy(generation_mode=mode, **given_path))
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        if mode is GenerationMode.POSITIVE or operation.body or names or operation.query:
            ask()
