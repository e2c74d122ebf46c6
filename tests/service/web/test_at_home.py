"""What may be taken home of a lab."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from sqlalchemy import update

from graders.content import load_course
from graders.course import dump_item, load_item
from graders.lab import CheckSpec, Lab
from service.at_home import PUBLIC, for_home
from service.store.models import Item
from tests.service.web.conftest import text_of
from tests.service.web.school import LAB

SHIPPED = [
    item
    for item in load_course(Path(__file__).parents[3] / "courses" / "shared-data").items
    if isinstance(item, Lab)
]
STAYS = {"own_property", "rubric", "tests"}
"""Fields of a lab that do not go home."""


@pytest.mark.parametrize("lab", SHIPPED, ids=[lab.slug for lab in SHIPPED])
def test_a_lab_with_public_checks_goes_home_as_it_is(lab: Lab) -> None:
    public = all(check.property in PUBLIC for check in lab.checks)
    assert for_home(lab) == (lab if public else None)


def test_a_lab_whose_check_holds_an_answer_stays() -> None:
    secret = CheckSpec("said", "Says it", 1, "output", {"lines": ["the answer"]})
    assert for_home(replace(SHIPPED[0], checks=(*SHIPPED[0].checks, secret))) is None


def test_whoever_adds_a_field_to_labs_must_decide_whether_it_goes_home() -> None:
    known = {"course", "slug", "title", "style", "file", "text", "starter", "checks", "limits", "free_runs"}
    assert {field.name for field in fields(Lab)} <= known | {"explore", "function"} | STAYS


def test_the_page_offers_it_and_gives_a_file_that_can_be_graded_with(browser, school):
    counter = next(lab for lab in SHIPPED if lab.slug == "counter")
    with school.database.write() as session:
        row = update(Item).where(Item.id == school.item["counter"])
        session.execute(row.values(content=dump_item(counter)))
    ada = browser("ada")
    page = ada.get("/courses/shared-data/labs/counter")
    assert "Check it at home" in text_of(page)
    answer = ada.get("/courses/shared-data/labs/counter/lab.json")
    assert load_item("lab", json.loads(answer.text)) == counter
    assert browser("stranger").get("/courses/shared-data/labs/counter/lab.json").status_code == 404


def test_a_lab_that_stays_is_not_offered(browser, school):
    assert for_home(LAB) is None
    ada = browser("ada")
    assert "Check it at home" not in text_of(ada.get("/courses/shared-data/labs/counter"))
    assert ada.get("/courses/shared-data/labs/counter/lab.json").status_code == 404
