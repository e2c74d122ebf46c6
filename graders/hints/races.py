"""Hints for a race: where the critical section must begin and end, or who must wait for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graders.hints.base import Hint, Kind, at, called, hint, listed
from graders.hints.reading import Maker, Section, Source
from graders.picture.collisions import collisions
from graders.picture.words import capital
from graders.report import Step, Witness
from graders.words import process

_ONCE = "Make one lock in the main program, before the first start(), and hand it to every process."


@dataclass(frozen=True, slots=True)
class _Update:
    """A read, and a write of the same process that rests on it."""

    object: str
    read: int
    write: int


def race(witness: Witness, source: Source) -> tuple[Hint, ...]:
    """Return the hints for a race; `Hint.lines` of a critical section are its first and its last line."""
    if all(found.write is None for found in collisions(witness.steps)):
        return tuple(_orders(witness, source))
    guilty = set(witness.lines)
    updates = [
        (who, update) for who, update in _updates(witness.steps) if {update.read, update.write} <= guilty
    ]
    if own := [update for who, update in updates if who == 0]:
        return (_parent(own[0], witness),)
    places = sorted({update for _, update in updates}, key=lambda update: (update.read, update.write))
    found = [_section(update, source) for update in places]
    open_ones = tuple(one for one in found if one.kind is Kind.CRITICAL_SECTION)
    # Where a section is missing somewhere, nothing is said of what others hold there.
    return open_ones or tuple(found)


def _updates(steps: Sequence[Step]) -> Iterator[tuple[int, _Update]]:
    read: dict[tuple[int, str], int] = {}
    for step in steps:
        key = step.process, step.object
        if step.operation == "read" and step.line:
            read[key] = step.line
        elif step.operation == "write" and step.line and key in read:
            yield step.process, _Update(step.object, read.pop(key), step.line)


def _section(update: _Update, source: Source) -> Hint:
    began, ended = source.held(update.read), source.held(update.write)
    if together := [section for section in began if section in ended]:
        return _keeps_nobody_out(update, together[-1], source)
    twice = [section.lock for section in began if section.lock in {other.lock for other in ended}]
    whole = _whole(update)
    if twice:
        told = f"{called(twice[0])} is given back. Make it one critical section: acquire it{whole}."
    elif ended and update.read != update.write:
        told = f"{called(ended[-1].lock)} is acquired too late, after the reading. Acquire it{whole}."
    elif began and update.read != update.write:
        told = f"{called(began[-1].lock)} is given back too early, before the writing. Acquire it{whole}."
    else:
        told = f"{_which(update, source)}{whole}. Every process must hold the same lock there."
    text = f"{_what(update)} Between the two, {told}" if twice else f"{_what(update)} {told}"
    return hint(
        Kind.CRITICAL_SECTION,
        text + _apart(update, source) + _condition(update, source),
        update.read,
        update.write,
    )


def _what(update: _Update) -> str:
    name = called(update.object)
    if update.read == update.write:
        return f"Line {update.read} reads {name} and writes it back, which are two steps."
    return f"Line {update.read} reads {name}, and line {update.write} writes what was made of it."


def _whole(update: _Update) -> str:
    first, last = sorted((update.read, update.write))
    if first == last:
        return f" right before line {first} and release it right after that line"
    return f" before line {first} and release it only after line {last}"


def _which(update: _Update, source: Source) -> str:
    """Return which lock to take, as the beginning of ``... before line 7 and release it``."""
    if handed := source.handed(update.read):
        names, verb = listed(map(called, handed)), "are" if len(handed) > 1 else "is"
        return f"{names}, handed to the function, {verb} not held there. Acquire {_of_handed(update, handed)}"
    if source.locks:
        names = listed(map(called, source.locks))
        one = "a lock" if len(source.locks) == 1 else "locks"
        return f"The program has {one} already ({names}), but does not hold it there. Acquire it"
    if _own_lock(update, source):
        own = f"`{update.object}.get_lock()`"
        return f"A Value has a lock of its own, which += does not hold from reading to writing: acquire {own}"
    return "Make one lock in the main program, hand it to every process, and acquire it"


def _of_handed(update: _Update, handed: Sequence[str]) -> str:
    return "it" if len(handed) == 1 else f"the one that belongs to {called(update.object)}"


def _own_lock(update: _Update, source: Source) -> bool:
    return update.object.isidentifier() and source.says("Value", "(") and not source.says("Manager", "(")


def _apart(update: _Update, source: Source) -> str:
    """Say so when the two lines are in two functions, where no single block can hold both."""
    first, last = source.at(update.read), source.at(update.write)
    if first is None or last is None or first.function == last.function:
        return ""
    names = listed(called(name) for name in (first.function, last.function) if name)
    return (
        f" The two lines are in different functions ({names}): hold the lock around the place that calls "
        "both, not inside each."
    )


def _condition(update: _Update, source: Source) -> str:
    place = source.at(update.read)
    if place is None or place.words[0] != "while" or update.read == update.write:
        return ""
    return " The loop's condition is looked at without the lock: look once more when the lock is held."


def _keeps_nobody_out(update: _Update, section: Section, source: Source) -> Hint:
    """Tell why a lock that is held from the read to the write excludes nobody."""
    lock, place = called(section.lock), source.at(update.read)
    where = at(update.read, update.write)
    told = _why(lock, section, source.maker(section.lock), place.function if place else "")
    if told.endswith(_ONCE) and (handed := source.handed(update.read)):
        names = listed(map(called, handed))
        told = (
            told.removesuffix(_ONCE)
            + f"The function is handed {names}: acquire {_of_handed(update, handed)}."
        )
    return hint(
        Kind.SAME_LOCK,
        f"{called(update.object)} is read and written back{where} with {lock} held. {told}",
        update.read,
        update.write,
    )


def _why(lock: str, section: Section, maker: Maker | None, function: str) -> str:
    if not section.sure:
        return (
            f"But {lock} is acquired without waiting, or with a time limit, so acquire() may come back "
            "without it. Go on only when it has returned True, or wait."
        )
    if maker is None:
        return f"That did not keep the other process out, which holds another lock, or none. {_ONCE}"
    if maker.threads_only:
        return (
            f"But {lock} is a lock of threading, and knows of no other process. Use that of multiprocessing."
        )
    if maker.kind.endswith("Semaphore") and maker.first_argument not in ("1", ")"):
        return f"But {lock} is a semaphore that lets several in at once. Use a Lock, or let it begin with 1."
    if maker.function == function != "":
        return f"But every process that comes here makes {lock} anew, so it keeps nobody out. {_ONCE}"
    if maker.each:
        return f"But each process gets a lock of its own, so {lock} keeps nobody out. {_ONCE}"
    return f"That did not keep the other process out, which holds another lock, or none. {_ONCE}"


def _parent(update: _Update, witness: Witness) -> Hint:
    others = sorted({step.process for step in witness.steps if step.process})
    who = listed(process(number) for number in others[:3])
    verb = "is" if len(others) == 1 else "are"
    where = at(update.read, update.write)
    return hint(
        Kind.JOIN_BEFORE,
        f"The main program changes {called(update.object)}{where} while {who} {verb} still at work. Join "
        "every "
        f"process before line {min(update.read, update.write)}.",
        update.read,
        update.write,
    )


def _orders(witness: Witness, source: Source) -> Iterator[Hint]:
    """Yield what follows from the first guilty step of which nothing says when it comes."""
    for position, step in enumerate(witness.steps):
        if step.line not in witness.lines or step.operation not in ("read", "write", "print"):
            continue
        foreign = [one for one in witness.steps if one.process != step.process]
        if step.process:
            yield _unordered(step, foreign)
        elif step.operation == "write":
            before = [one for one in witness.steps[:position] if one.process]
            yield _too_late(step, before)
        else:
            yield _too_early(step, foreign, source)
        return


def _too_early(step: Step, later: Sequence[Step], source: Source) -> Hint:
    does = "prints" if step.operation == "print" else f"reads {called(step.object)}"
    acts = "print" if step.operation == "print" else "write"
    told = "before every process has done its work"
    if later:
        told = f"while {process(later[0].process)} still has to {acts}{at(later[0].line)}"
    return hint(
        Kind.JOIN_BEFORE,
        f"The main program {does} at line {step.line} {told}. Wait for every process before line "
        f"{step.line}: "
        f"call join() on each.{_joins(source)}",
        step.line,
    )


def _joins(source: Source) -> str:
    """Say what is wrong with the waiting that the program has, when its words show it."""
    waits = source.says(".", "join", "(", ")")
    if source.uncalled("join"):
        return " A join without brackets does nothing: it must be called, join()."
    if source.says("daemon", "=", "True") and not waits:
        return " A daemon is ended together with the main program, whatever it still had to do."
    if source.says(".", "join", "(", "timeout"):
        return (
            " A join() with a time limit comes back when the time is up, whether the process is done or not."
        )
    if source.says("sleep", "(") and not waits:
        return " Sleeping is not waiting: no time is long enough on a busy machine."
    return ""


def _too_late(step: Step, before: Sequence[Step]) -> Hint:
    told = "when processes may be at work already"
    if before:
        told = f"after {process(before[0].process)} has written it{at(before[0].line)}"
    return hint(
        Kind.START_AFTER,
        f"The main program writes {called(step.object)} at line {step.line}, {told}. Do what stands at line "
        f"{step.line} before the first process is started.",
        step.line,
    )


def _unordered(step: Step, foreign: Sequence[Step]) -> Hint:
    does = {"read": "reads", "write": "writes", "print": "prints"}[step.operation]
    what = "" if step.operation == "print" else f" {called(step.object)}"
    other = (
        f": nothing makes it wait for {process(foreign[0].process)}{at(foreign[0].line)}" if foreign else ""
    )
    return hint(
        Kind.WAIT_FOR,
        f"{capital(process(step.process))} {does}{what} at line {step.line} whenever its turn comes{other}. "
        "Only the main program can be sure that all are done: let it do this, after it has joined every "
        "process. Or let the "
        "one wait for an Event that the other sets.",
        step.line,
    )
