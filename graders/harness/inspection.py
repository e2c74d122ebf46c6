"""What a student's source says about itself, as far as free runs want to know it."""

from __future__ import annotations

from dataclasses import dataclass

from graders.explorer.facts import Facts

_ALARMS = {"alarm", "setitimer", "timerfd_create"}
_PRINTERS = {"print_exc", "print_exception", "exception", "format_exc"}


@dataclass(frozen=True, slots=True)
class Inspection:
    """Result of reading the source; the defaults stand for a file that cannot be read."""

    start: int | None = 0
    """Value the first shared integer begins with; `None` when it is not written as a number."""
    sets_alarms: bool = False
    """A wait that looks endless may be ended by a timer of its own."""
    forks_by_hand: bool = False
    """A raw fork, and no traceback is printed on purpose: each one printed is an uncaught exception."""
    chooses: bool = False
    """It may go one way or another by what is not the same in every run: so it is noted where it goes."""
    whole: bool = False
    """Every file could be read."""
    looks: str = ""
    """Where the program looks at how it is run, in words; such a program gets no pass."""

    @classmethod
    def of(cls, facts: Facts, watched: bool) -> Inspection:
        """Take it from the facts of the source; where no run was `watched`, there was nothing to look at."""
        return cls(
            start=facts.start,
            sets_alarms=bool(facts.watched & _ALARMS),
            chooses=watched and facts.chooses,
            whole=facts.whole or not watched,
            looks=facts.looks() if watched else "",
            forks_by_hand="fork" in facts.watched and not facts.watched & _PRINTERS,
        )
