"""One run of a submission, as the properties see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graders.report import Usage, Wait


class Ending(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    """Every process ended by itself, exit status 0."""
    CRASH = "crash"
    """An uncaught exception, a non-zero exit status or a signal, in any process."""
    DEADLOCK = "deadlock"
    LIVELOCK = "livelock"
    """Every process gets its turn again and again, and none comes any further."""
    TIMEOUT = "timeout"
    MEMORY_LIMIT = "memory-limit"
    PROCESS_LIMIT = "process-limit"
    OUTPUT_LIMIT = "output-limit"
    TAMPERED = "tampered"
    """The program interfered with the grader."""


@dataclass(frozen=True, slots=True)
class Crash:
    """What made a run crash: `line` is in the student's file, when the traceback names one."""

    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """Who changed what is shared after the first worker was started, in one explored run."""

    shared: bool
    """Whether a worker has changed anything that is shared."""
    meant: int
    """What the workers' writes to the shared integer were to add, each by itself."""
    net: int
    """By how much these writes changed it; less than was meant when updates were lost."""
    meant_in_all: int
    net_in_all: int
    """The same for all shared data together."""
    by_parent: int = 0
    """How often the main program changed the shared integer."""
    last_by_parent: bool = False
    """Whether the last change was its."""
    writers: int = 0
    """How many processes besides the main program have changed the shared integer."""
    idle: int = 0
    """How many processes have changed nothing that is shared, and sent nothing; 0 in a pool's programs."""
    composed: bool = False
    """Whether what is printed may be put together from several shared integers."""
    silent: int = 0
    """How many of these have not even printed a line."""
    answered: bool = False
    """Whether workers have sent the main program messages."""
    managed: bool = False
    """Whether the data is a manager's, whose changes are seen and not counted."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run, free (real, parallel, uncontrolled) or explored."""

    ending: Ending
    output: str
    """Standard output, decoded with replacement, cut to the limit."""
    errors: str
    """Standard error, likewise."""
    seconds: float
    usage: Usage
    started: int = 0
    """Processes the submission started besides its first; threads too, where they ended unseen."""
    threads: int = 0
    """Threads it started besides each process's first, as far as they could be told apart."""
    start: int | None = None
    """Program style: the value the shared integer begins with, when it is known."""
    work: Work | None = None
    """Who changed the shared data; `None` when it is not known, as in free runs."""
    together: bool | None = None
    """Whether two workers can be at work at the same time; `None` when it is not known."""
    deaf: bool = False
    """Program style: the printed value stayed the same although the shared integer began elsewhere."""
    unexplained: bool = False
    """Shared data changed in a way that the grader could not follow."""
    values: dict[str, int] | None = None
    """Function style: each shared value at the end, read from the harness's own mapping."""
    expected: dict[str, int] | None = None
    """Function style: what each shared value must be at the end."""
    serial: bool = False
    """Function style: the calls were made one after another, to see what they do undisturbed."""
    strange_share: str = ""
    """Function style: which call did not do its own part, in words; only where the values are right."""
    given: str = ""
    """Function style: the parameters in words, told only after the run."""
    crash: Crash | None = None
    waits: tuple[Wait, ...] = ()
    """Deadlock: who waits at which line."""
    left: bool = False
    """Whether the first process ended before others, which were stopped soon after."""
    limit: str = ""
    """Which limit ended the run, with its value, in words."""
