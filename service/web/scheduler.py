"""Be the scheduler: small programs in which the reader picks who moves next. Nothing is run on the server."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from graders.play import PUZZLES, End, Puzzle
from service.web import access
from service.web.blueprint import bp

_BY_SLUG = {puzzle.slug: puzzle for puzzle in PUZZLES}


@bp.get("/scheduler")
def scheduler_home() -> Response:
    """Begin with the first program."""
    return redirect(url_for("web.scheduler", slug=PUZZLES[0].slug))


@bp.get("/scheduler/<slug>")
def scheduler(slug: str) -> str:
    """Show one program, its processes and how it may end."""
    puzzle = _BY_SLUG.get(slug)
    if puzzle is None:
        access.unknown("program")
    place = PUZZLES.index(puzzle)
    return render_template(
        "play/scheduler.html",
        puzzle=puzzle,
        puzzles=PUZZLES,
        place=place,
        following=PUZZLES[place + 1] if place + 1 < len(PUZZLES) else None,
        counted=counted(puzzle),
        solution=_in_words(puzzle),
    )


def counted(puzzle: Puzzle) -> str:
    """Say in how many orders of its steps a program ends how."""
    orders = puzzle.found.orders
    told = f"Its steps can come in {puzzle.found.total} orders."
    if not puzzle.breakable:
        return f"{told} Every one of them ends right."
    parts = [
        f"{orders[end]} {'ends' if orders[end] == 1 else 'end'} {how}"
        for end, how in ((End.WRONG, "with a wrong value"), (End.DEADLOCK, "in a deadlock"))
        if orders[end]
    ]
    return f"{told} {' and '.join(parts)}; the other {orders[End.RIGHT]} end right."


def _in_words(puzzle: Puzzle) -> list[str]:
    """Return an order that does what is asked, as turns: who makes how many steps."""
    turns: list[list[int]] = []
    for process in puzzle.solution:
        if turns and turns[-1][0] == process:
            turns[-1][1] += 1
        else:
            turns.append([process, 1])
    return [f"Process {who + 1}: {count} {'step' if count == 1 else 'steps'}" for who, count in turns]
