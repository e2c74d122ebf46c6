"""SECURITY.md names the test that proves each wall: it exists, and nothing on the page is out of date."""

from __future__ import annotations

import re

import pytest

from tests import docs
from tests.attacks.programs import attacks

PAGE = docs.text_of("SECURITY.md")
ROWS = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| ") and "::" in line]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)))


def test_every_wall_names_a_test() -> None:
    table = PAGE.split("## The walls")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    assert len(rows) - 2 == len(ROWS) > 15


@pytest.mark.parametrize(("path", "name"), NAMED, ids=lambda value: value.rpartition("/")[2])
def test_the_test_that_is_named_is_there(path: str, name: str) -> None:
    assert re.search(rf"^def {name}\(", (docs.ROOT / path).read_text(), re.MULTILINE)


def test_the_number_of_kinds_of_attack_is_right() -> None:
    assert f"of {len({attack.kind for attack in attacks()})} kinds" in PAGE
    assert 80 <= len(attacks()) <= 130
