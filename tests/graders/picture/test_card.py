"""The card of a pass: what is certified, and what that covers."""

from __future__ import annotations

import pytest

from graders.picture import card, svg, text
from graders.verdict import Certificate
from tests.graders.picture.reports import passed


def test_a_card_tells_certificate_meaning_and_runs() -> None:
    drawn = svg(passed(), "")
    assert ">Verified<" in drawn
    assert "No order of events can break the program" in drawn
    assert "3 free and 12 explored runs" in drawn


def test_the_two_kinds_of_pass_can_be_told_without_reading() -> None:
    seals = {certificate: svg(passed(certificate), "").count("il-mark") for certificate in Certificate}
    verified, explored = (
        svg(passed(kind), "").partition('class="il-mark"')[2].partition(">")[0]
        for kind in (Certificate.VERIFIED, Certificate.EXPLORED)
    )
    assert verified != explored
    assert seals[Certificate.REFUTED] == 0


def test_what_the_certificate_covers_is_told_in_the_picture_and_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    covers = "10 processes with 10 additions each, from every start value."
    monkeypatch.setattr("graders.picture.telling.covered", lambda _: covers)
    monkeypatch.setattr(card, "covered", lambda _: covers)
    assert covers in text(passed())
    assert "10 processes with 10 additions" in svg(passed(), "").partition("</desc>")[2]
