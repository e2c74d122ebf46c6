"""Be the scheduler: what is said of each small program is counted over all orders of its steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from graders.play import PUZZLES, End, Puzzle, State, Step, begin, can_move, ended, move, search

BY_SLUG = {puzzle.slug: puzzle for puzzle in PUZZLES}
every_puzzle = pytest.mark.parametrize("puzzle", PUZZLES, ids=[puzzle.slug for puzzle in PUZZLES])


def all_ends(puzzle: Puzzle, state: State) -> Iterator[tuple[End, State]]:
    """Walk every order one after the other, without remembering anything."""
    end = ended(puzzle, state)
    if end is not None:
        yield end, state
        return
    for process in range(len(puzzle.processes)):
        if can_move(puzzle, state, process):
            yield from all_ends(puzzle, move(puzzle, state, process))


def play(puzzle: Puzzle, order: tuple[int, ...]) -> State:
    state = begin(puzzle)
    for process in order:
        assert can_move(puzzle, state, process)
        state = move(puzzle, state, process)
    return state


@every_puzzle
def test_the_counts_are_those_of_walking_every_order(puzzle: Puzzle) -> None:
    walked = list(all_ends(puzzle, begin(puzzle)))
    assert Counter(end for end, _ in walked) == Counter(dict(puzzle.found.orders))
    assert {state.values for end, state in walked if end is not End.DEADLOCK} == puzzle.found.finals


@every_puzzle
def test_every_order_that_is_told_ends_as_it_says(puzzle: Puzzle) -> None:
    for (end, values), order in puzzle.found.shortest.items():
        state = play(puzzle, order)
        assert (ended(puzzle, state), state.values) == (end, values)


@every_puzzle
def test_the_way_that_is_shown_does_what_is_asked_for(puzzle: Puzzle) -> None:
    assert bool(puzzle.solution) is puzzle.breakable
    if puzzle.solution:
        state = play(puzzle, puzzle.solution)
        assert ended(puzzle, state) in (End.WRONG, End.DEADLOCK)
        assert not puzzle.aim or dict(state.values) == dict(puzzle.aim)


@every_puzzle
def test_each_step_is_at_a_line_that_does_it(puzzle: Puzzle) -> None:
    lines = puzzle.source.splitlines()
    compile(puzzle.source, puzzle.slug, "exec")
    for step in {step for steps in puzzle.processes for step in steps}:
        line = lines[step.line - 1]
        told = {
            "read": f"{step.object}.value",
            "write": f"{step.object}.value = ",
            "look": f">= {step.least}",
            "acquire": f"{step.object}.acquire()",
            "release": f"{step.object}.release()",
        }
        assert told[step.op] in line


def test_only_the_repaired_programs_cannot_be_broken() -> None:
    assert {puzzle.slug for puzzle in PUZZLES if not puzzle.breakable} == {"whole-lock", "same-order"}
    assert BY_SLUG["crossed-locks"].found.orders[End.DEADLOCK] == 2
    assert BY_SLUG["lost-update"].found.orders == {End.RIGHT: 2, End.WRONG: 4, End.DEADLOCK: 0}


def test_a_lock_that_is_taken_twice_is_a_deadlock_of_one() -> None:
    twice = (Step("acquire", 1, "a"), Step("acquire", 2, "a"))
    alone = replace(BY_SLUG["whole-lock"], processes=(twice,))
    assert search(alone).orders == {End.RIGHT: 0, End.WRONG: 0, End.DEADLOCK: 1}


def test_a_look_that_fails_leaves_out_what_depends_on_it() -> None:
    puzzle = BY_SLUG["last-seat"]
    state = play(puzzle, (0,) * 6 + (1, 1))
    assert ended(puzzle, state) is End.RIGHT
    assert dict(state.values) == {"seats": 0}
