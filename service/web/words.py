"""What the pages say about verdicts and states, for a reader who has never heard the words before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graders.verdict import Certificate, Verdict


class Tone(StrEnum):
    """Which of the five colours a word gets; the word itself and a symbol always stand beside it."""

    GOOD = "good"
    BAD = "bad"
    LIMIT = "limit"
    NOTE = "note"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Words:
    """How one verdict or state is told."""

    title: str
    meaning: str
    """One or two sentences: what it says about the program."""
    next: str
    """What to look at next; empty where there is nothing to do."""
    tone: Tone
    symbol: str
    """Id of a drawing in ``static/symbols.svg``."""


VERDICTS: dict[Verdict, Words] = {
    Verdict.PASSED: Words(
        "Passed",
        "Every check holds. The result is right in every order of events the grader could bring about.",
        "Nothing to mend. Read the checks below to see what was looked at.",
        Tone.GOOD,
        "passed",
    ),
    Verdict.RACE: Words(
        "Race",
        "The result depends on luck: in one order of events it is right, in another it is wrong. A run on "
        "your own machine can look fine many times and still fail here.",
        "Find the place where one process reads a shared value and writes it back. No other process may "
        "come between the reading and the writing: hold one and the same lock from before the read until "
        "after the write. And let the parent read the result only after it has joined every worker.",
        Tone.BAD,
        "race",
    ),
    Verdict.DEADLOCK: Words(
        "Deadlock",
        "The program stands still for ever: every process that has not finished waits for something that "
        "can never come.",
        "Look at the lines below where each process waits. Is every acquire matched by a release on every "
        "path, also in a loop and after an error? Do all processes take their locks in the same order? "
        "Does anybody acquire a lock that it already holds?",
        Tone.BAD,
        "deadlock",
    ),
    Verdict.LIVELOCK: Words(
        "Livelock",
        "The processes are busy, but nobody gets anywhere: they can go on like this for ever, although "
        "each of them gets its turn.",
        "Look for a loop that waits for a change by asking again and again. What should make its condition "
        "true, and can that still happen? A lock, an Event or a Condition waits without a loop.",
        Tone.BAD,
        "livelock",
    ),
    Verdict.WRONG_VALUE: Words(
        "Wrong value",
        "The result is wrong in every order of events, so it is not a matter of luck; or it is not printed "
        "the way the task asks.",
        "Compare what the check expected with your output below. Try the program with one process and one "
        "step, and work out on paper what it must give.",
        Tone.BAD,
        "wrong-value",
    ),
    Verdict.SEQUENTIAL: Words(
        "One at a time",
        "The result is right, but no two workers are ever at work at the same moment: the program gives "
        "the work to several processes and then lets them run one after the other.",
        "Start all the processes before you join the first one: one loop that starts them, and a second "
        "loop that joins them. Hold the lock only around the critical section, not around all of the work.",
        Tone.NOTE,
        "sequential",
    ),
    Verdict.CRASH: Words(
        "Crash",
        "The program stopped with an error: in the parent, in one of the processes it started, or before "
        "it began (a syntax error or an import that fails).",
        "Read the last line of the error message first: it names the error. The line number above it says "
        "where in your file it happened.",
        Tone.BAD,
        "crash",
    ),
    Verdict.TIMEOUT: Words(
        "Out of time",
        "The program was still running when its time was up. It was not waiting for a lock: it was at "
        "work, or asleep, for too long.",
        "Look for a loop that does not end, a sleep, or work that is done more often than needed. If the "
        "program reads input, note that there is none to read here.",
        Tone.LIMIT,
        "timeout",
    ),
    Verdict.MEMORY_LIMIT: Words(
        "Out of memory",
        "The processes together needed more memory than the lab allows, so they were stopped.",
        "Look for a list that grows in a loop, for data that is copied into every process, and for "
        "processes that start more processes.",
        Tone.LIMIT,
        "memory-limit",
    ),
    Verdict.PROCESS_LIMIT: Words(
        "Too many processes",
        "The program had more processes and threads alive at once than the lab allows.",
        "Is the part that starts the processes under  if __name__ == '__main__':  so that a new process "
        "does not start more of them? Does every process that is started also get joined?",
        Tone.LIMIT,
        "process-limit",
    ),
    Verdict.OUTPUT_LIMIT: Words(
        "Too much output",
        "The program printed more than the lab allows, so it was stopped.",
        "Look for a print inside a loop that does not end. While you look for a mistake, print only what "
        "you need.",
        Tone.LIMIT,
        "output-limit",
    ),
    Verdict.CHEAT: Words(
        "Not the workers' own work",
        "The value did not come from what the processes did together: it was written down in advance, put "
        "there by the parent, tried again until it was right, or the grader was interfered with.",
        "Let every worker change the shared value itself, and print the value that is there at the end. If "
        "you think this is a mistake, ask your instructor: they see this page too.",
        Tone.BAD,
        "cheat",
    ),
    Verdict.REQUIREMENT: Words(
        "Not what was asked",
        "The result may be right, but the program does not do what this lab asks for: for example threads "
        "instead of processes, no shared integer, or another number of processes.",
        "Read the task once more and compare it, point by point, with the checks below.",
        Tone.NOTE,
        "requirement",
    ),
    Verdict.INCONCLUSIVE: Words(
        "Undecided",
        "The processes share data in a way that the grader cannot follow, so it cannot say that the "
        "program is right in every order of events. Nothing wrong was seen, but this is not a pass.",
        "The check below says what could not be followed. Use a shared value and a lock as the lesson does.",
        Tone.NOTE,
        "inconclusive",
    ),
}

QUIZ_WORDS: dict[Verdict, Words] = {
    Verdict.PASSED: Words(
        "All right", "Every question is answered correctly.", "Nothing to do here.", Tone.GOOD, "passed"
    ),
    Verdict.WRONG_VALUE: Words(
        "Not all right yet",
        "Some of the questions are not answered correctly.",
        "Look at the questions below that are not right, read that part of the lesson again, and try once "
        "more.",
        Tone.NOTE,
        "wrong-value",
    ),
}
"""A quiz runs no program, so the sentences about programs would be odd there."""

PASSED_SO_FAR = Words(
    "Passed so far",
    "Every check that is shown already holds. Others stay hidden until the due date.",
    "Think about what else the task asks for: what is hidden counts as well.",
    Tone.GOOD,
    "passed",
)
KEPT_BACK = Words(
    "Graded",
    "It is graded, and the result is kept. It is shown after the due date.",
    "",
    Tone.QUIET,
    "queued",
)
"""Where nothing of a result may be seen yet."""
TEST_WORDS: dict[Verdict, Words] = {
    Verdict.PASSED: Words(
        "Passed", "Every test holds.", "Nothing to mend. The tests are listed below.", Tone.GOOD, "passed"
    ),
    Verdict.WRONG_VALUE: Words(
        "Wrong value",
        "Your functions were called, and in some test the result was not what it must be.",
        "Read the titles of the tests below, and try your functions with values of your own.",
        Tone.BAD,
        "wrong-value",
    ),
}
"""Hidden tests look at values alone, and not at the order of events."""

_OF_KIND = {"quiz": QUIZ_WORDS, "tests": TEST_WORDS}

STATES: dict[str, Words] = {
    "queued": Words(
        "Waiting",
        "Your submission is saved and waits for its turn. You can close this page and come back later.",
        "",
        Tone.QUIET,
        "queued",
    ),
    "running": Words(
        "Being graded",
        "Your submission is running in a sandbox of its own. This takes a few seconds.",
        "",
        Tone.QUIET,
        "running",
    ),
    "failed": Words(
        "Not graded: our fault",
        "The grading machinery failed three times. This says nothing about your program, gives no mark, "
        "and does not count as one of your attempts.",
        "Your files are kept. Your instructor can see this and have it graded again; you may also hand in "
        "once more.",
        Tone.LIMIT,
        "failed",
    ),
    "cancelled": Words(
        "Cancelled",
        "This submission was withdrawn before it was graded, so it does not count.",
        "Hand in again whenever you are ready.",
        Tone.QUIET,
        "cancelled",
    ),
}

CERTIFICATES: dict[Certificate, tuple[str, str]] = {
    Certificate.REFUTED: ("Refuted", "the grader found an order of events that breaks the program"),
    Certificate.VERIFIED: ("Verified", "no order of events can break it, for the input it was given"),
    Certificate.EXPLORED: ("Explored", "no order of events that was tried broke it"),
    Certificate.INCONCLUSIVE: ("Undecided", "something is shared that the grader cannot follow"),
}

_UNKNOWN = Words("Unknown", "This page does not know that word yet.", "", Tone.QUIET, "inconclusive")


def for_verdict(verdict: str | None, kind: str = "lab") -> Words:
    """Return the words for a verdict of a ``lab``, of a lab with hidden ``tests``, or of a ``quiz``.

    A verdict of a later version is told as unknown.
    """
    try:
        known = Verdict(verdict or "")
    except ValueError:
        return _UNKNOWN
    return _OF_KIND.get(kind, VERDICTS).get(known, VERDICTS[known])


def for_submission(state: str, verdict: str | None, kind: str = "lab", hidden: int = 0) -> Words:
    """Return the words for a submission as it stands: its verdict once graded, else its state.

    `hidden` is how many of its checks the reader may not see yet; `verdict` is that of the others.
    """
    if state != "graded":
        return STATES.get(state, _UNKNOWN)
    if hidden and verdict is None:
        return KEPT_BACK
    return PASSED_SO_FAR if hidden and verdict == Verdict.PASSED else for_verdict(verdict, kind)


def for_either(name: str, kind: str = "lab") -> Words:
    """Return the words for what is a verdict or, where there is none, a state."""
    return STATES[name] if name in STATES else for_verdict(name, kind)


def order(name: str) -> tuple[int, str]:
    """Return where a verdict or a state stands in charts and tables of many: as in the tables above."""
    known = [*map(str, VERDICTS), *STATES]
    return (known.index(name) if name in known else len(known), name)
