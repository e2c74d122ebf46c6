"""Small programs whose scheduler is the reader, after Deadlock Empire; and what can come of each.

`PUZZLES` are data: a program's source, and the steps of its processes. A page steps through them in the
browser; `search` goes through every order of steps, so what is said of a program is counted, not claimed.
"""

from __future__ import annotations

from graders.play.model import End, Found, Puzzle, State, Step, begin, can_move, ended, move, search
from graders.play.puzzles import PUZZLES

__all__ = [
    "PUZZLES",
    "End",
    "Found",
    "Puzzle",
    "State",
    "Step",
    "begin",
    "can_move",
    "ended",
    "move",
    "search",
]
