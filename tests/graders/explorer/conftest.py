from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graders.explorer import zygote
from graders.explorer.controller import Strategy
from graders.explorer.lane import Lane, Made, Target
from graders.explorer.nursery import Nursery
from tests.graders.explorer.programs import text

Make = Callable[[str, Strategy], Made]


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Nursery() as nursery:
        nursery.prepare(zygote.PRELOADED, enter=False)
        lane = Lane(nursery.lane(nursery.cpus))
        yield lane
        lane.close()


@pytest.fixture
def target(tmp_path: Path) -> Callable[[str], Target]:
    def build(source: str) -> Target:
        (tmp_path / "program.py").write_text(text(source))
        return Target(str(tmp_path), "program.py")

    return build


@pytest.fixture
def make(lane: Lane, target: Callable[[str], Target]) -> Make:
    def run(source: str, strategy: Strategy) -> Made:
        return lane.make(target(source), strategy)

    return run
