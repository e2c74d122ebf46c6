"""Somebody who does what docs/making-a-lab.md says has a lab in the end: command by command, file by file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from graders.properties.own import Ended
from service.store import migrate
from service.store.database import Database
from service.store.models import Item
from tests import docs
from workers.cli.new_lab import kinds

PAGE = "docs/making-a-lab.md"


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Path, dict[str, str], Database]:
    """An empty folder, the environment of who works there, and the service's database."""
    url = f"sqlite:///{tmp_path / 'interleave.db'}"
    database = Database(url)
    migrate.upgrade(database)
    folder = tmp_path / "desk"
    folder.mkdir()
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(docs.ROOT),
        "INTERLEAVE_DATABASE_URL": url,
        "INTERLEAVE_SANDBOX": "local",
    }
    return folder, environment, database


def follow(block: docs.Block, folder: Path, environment: dict[str, str]) -> str:
    """Do what one block of the guide says; returns what was printed."""
    kind, _, rest = block.info.partition(" ")
    if kind != "sh":
        target = folder / rest
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text, encoding="utf-8")
        return ""
    said = ""
    for words in block.commands:
        done = subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
        )
        said += done.stdout
        wanted = 1 if rest == "guide wrong" else 0
        assert done.returncode == wanted, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
    return said


def test_the_guide_makes_a_lab_that_keeps_its_promises_and_is_loaded(
    desk: tuple[Path, dict[str, str], Database],
) -> None:
    folder, environment, database = desk
    said = "".join(follow(block, folder, environment) for block in docs.blocks(PAGE))
    assert "2 of 2 promises kept" in said
    assert "Step by step" in said
    assert "was sold 2 times" in said
    assert "new       lab     seats" in said
    with database.read() as session:
        assert session.scalars(select(Item.title)).all() == ["Seats in a train"]
    database.dispose()


def test_the_guide_tells_of_every_template_and_of_all_that_a_property_is_given() -> None:
    page = docs.text_of(PAGE)
    assert [kind for kind in kinds() if f"| `{kind}` |" not in page] == []
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    assert [name for name in Ended.__slots__ if not any(f"`{name}`" in row for row in rows)] == []
