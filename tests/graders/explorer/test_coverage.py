"""What a run shows that others have not."""

from __future__ import annotations

from graders.explorer.coverage import Coverage
from graders.explorer.points import Op
from tests.graders.explorer.script import Script, X, Y


def _two(first: int, second: int, number: int = X, other: int = X) -> Script:
    script = Script()
    script.fork(1)
    script.fork(2)
    script.write(first, 1, line=5, number=number)
    script.read(second, 1, line=7, number=other)
    return script


def test_the_first_run_is_new_and_the_same_again_is_not() -> None:
    coverage = Coverage()
    assert coverage.add(_two(1, 2).run)
    assert not coverage.add(_two(1, 2).run)


def test_workers_that_change_places_show_nothing_new() -> None:
    coverage = Coverage()
    coverage.add(_two(1, 2).run)
    assert not coverage.add(_two(2, 1).run)


def test_the_main_program_is_not_like_a_worker() -> None:
    coverage = Coverage()
    coverage.add(_two(1, 2).run)
    assert coverage.add(_two(1, 0).run)


def test_the_other_order_is_new() -> None:
    coverage = Coverage()
    coverage.add(_two(1, 2).run)
    script = Script()
    script.fork(1)
    script.fork(2)
    script.read(1, 0, line=7)
    script.write(2, 1, line=5)
    assert coverage.add(script.run)


def test_what_does_not_meet_shows_nothing() -> None:
    coverage = Coverage()
    assert not coverage.add(_two(1, 1).run)
    assert not coverage.add(_two(1, 2, number=X, other=Y).run)


def test_a_sleep_between_shows_nothing() -> None:
    script = Script()
    script.fork(1)
    script.do(1, Op.SLEEP, X)
    script.do(0, Op.SLEEP, X)
    assert not Coverage().add(script.run)
