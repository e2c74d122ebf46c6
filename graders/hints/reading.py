"""What a source shows of its locks, line by line, without parsing it as a program.

A student's source may break a parser, and hints are made where pages are made; so it is only cut into tokens
(`tokenize`), which neither nests nor runs anything. Blocks are told by their indentation.
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field

MAKERS = frozenset({"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition"})
_UNSEEN = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}
_LOOPS = ("for", "while", "async")


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a program in which it holds a lock, as far as its lines show."""

    lock: str
    number: int
    """Tells sections of the same lock apart."""
    sure: bool = True
    """False for an acquire that may come back without the lock: not waiting, or with a time limit."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A simple statement, or the head of a compound one."""

    first: int
    last: int
    words: tuple[str, ...]
    function: str
    """The function it stands in; empty outside."""
    looped: bool
    """Whether it stands in a loop of its function."""
    held: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Maker:
    """A call that makes a lock."""

    kind: str
    name: str
    """What it is assigned to; empty when it is used on the spot."""
    function: str
    each: bool
    """Whether it is made again for each process: in a loop, or in the call that makes the process."""
    threads_only: bool
    first_argument: str


@dataclass(frozen=True, slots=True)
class Source:
    """A source as the hints read it; one that cannot be cut into tokens has no statements."""

    statements: tuple[Statement, ...] = ()
    makers: tuple[Maker, ...] = ()
    locks: tuple[str, ...] = ()
    """Names of all locks that are held anywhere, in order."""

    def at(self, line: int | None) -> Statement | None:
        """Return the last statement that covers a line: the innermost of those that share it."""
        covering = [one for one in self.statements if line and one.first <= line <= one.last]
        return covering[-1] if covering else None

    def held(self, line: int | None) -> tuple[Section, ...]:
        """Return the sections that a line lies in."""
        found = self.at(line)
        return found.held if found else ()

    def handed(self, line: int | None) -> tuple[str, ...]:
        """Return the parameters of the function around a line that are called after a lock."""
        place = self.at(line)
        heads = [one.words for one in self.statements if "def" in one.words[:2]]
        own = [words for words in heads if place and place.function in words[1:3]]
        return tuple(
            word for words in own for word in words[3:] if "lock" in word.lower() and word.isidentifier()
        )

    def says(self, *words: str) -> bool:
        """Whether these words stand together anywhere."""
        size = len(words)
        return any(
            one.words[begin : begin + size] == words
            for one in self.statements
            for begin in range(len(one.words) - size + 1)
        )

    def uncalled(self, method: str) -> bool:
        """Whether a statement ends with this method's name: it is looked up there, and not called."""
        return any(one.words[-2:] == (".", method) for one in self.statements)

    def maker(self, lock: str) -> Maker | None:
        """Return how a lock of this name is made, when there is one way only."""
        named = [maker for maker in self.makers if maker.name.rpartition(".")[2] == lock.rpartition(".")[2]]
        found = named or list(self.makers)
        return found[0] if len(found) == 1 else None


@dataclass
class _Reader:
    """Goes through the statements in order and keeps what is open around the next one."""

    functions: list[tuple[int, str]] = field(default_factory=list)
    loops: list[int] = field(default_factory=list)
    blocks: list[tuple[int, Section]] = field(default_factory=list)
    acquired: list[tuple[int, Section]] = field(default_factory=list)
    locks: dict[str, None] = field(default_factory=dict)
    count: int = 0

    def statement(self, depth: int, first: int, last: int, words: tuple[str, ...]) -> Statement:
        self._close(depth)
        within = self._opened(depth, words)
        held = tuple(section for _, section in (*self.blocks, *self.acquired))
        function = self.functions[-1][1] if self.functions else ""
        since = self.functions[-1][0] if self.functions else -1
        looped = any(loop > since for loop in self.loops)
        if words[0] in _LOOPS:
            self.loops.append(depth)
        if "def" in words[:2]:
            self.functions.append((depth, words[words.index("def") + 1] if len(words) > 1 else ""))
        self._acquire_and_release(depth, words)
        # What stands in a with statement's own line is held there too.
        own = held if within else tuple(s for s in held if all(s is not opened for _, opened in self._new))
        return Statement(first, last, words, function, looped, own)

    def _close(self, depth: int) -> None:
        self.functions = [one for one in self.functions if one[0] < depth]
        self.loops = [one for one in self.loops if one < depth]
        self.blocks = [one for one in self.blocks if one[0] < depth]
        self.acquired = [one for one in self.acquired if one[0] <= depth]
        self._new: list[tuple[int, Section]] = []

    def _opened(self, depth: int, words: tuple[str, ...]) -> bool:
        """Open the locks of a ``with``; return whether its body stands in the same line."""
        if words[0] != "with":
            return False
        head, body = _split_head(words[1:])
        for name in _managers(head):
            self._new.append((depth, self._section(name)))
        self.blocks += self._new
        return bool(body)

    def _acquire_and_release(self, depth: int, words: tuple[str, ...]) -> None:
        for place in range(1, len(words) - 2):
            if words[place - 1] != "." or words[place + 1] != "(":
                continue
            name = _name_before(words, place - 1)
            if words[place] == "acquire" and name:
                sure = words[place + 2] == ")" and "".join(words[: place - 1]) == name
                self.acquired.append((depth, self._section(name, sure)))
            elif words[place] == "release":
                self.acquired = [one for one in self.acquired if one[1].lock != name]

    def _section(self, name: str, sure: bool = True) -> Section:
        self.count += 1
        self.locks[name] = None
        return Section(name, self.count, sure)


def read(source: str) -> Source:
    """Read a source; what can be no Python gives one without statements."""
    try:
        lines = list(_lines(source))
    except (tokenize.TokenError, SyntaxError):
        return Source()
    reader = _Reader()
    statements = tuple(reader.statement(*line) for line in lines)
    threads = {
        word
        for one in statements
        if one.words[:2] == ("from", "threading")
        for word in one.words[3:]
        if word in MAKERS
    }
    makers = tuple(maker for one in statements for maker in _makers(one, threads))
    return Source(statements, makers, tuple(reader.locks))


def _lines(source: str) -> Iterator[tuple[int, int, int, tuple[str, ...]]]:
    """Yield depth, first and last line, and words of each simple statement or head of a block."""
    depth, first, last = 0, 0, 0
    words: list[str] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.INDENT:
            depth += 1
        elif token.type == tokenize.DEDENT:
            depth -= 1
        elif token.type == tokenize.NEWLINE or token.string == ";":
            if words:
                yield depth, first, last, tuple(words)
            words = []
        elif token.type not in _UNSEEN:
            first = first if words else token.start[0]
            last = token.end[0]
            words.append(token.string)


def _split_head(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what stands before and after the colon that ends the head of a block."""
    level = 0
    for place, word in enumerate(words):
        level += (word in ("(", "[", "{")) - (word in (")", "]", "}"))
        if word == ":" and level == 0:
            return words[:place], words[place + 1 :]
    return words, ()


def _managers(words: tuple[str, ...]) -> Iterator[str]:
    """Yield the locks of a ``with``: plain names, and ``name.get_lock()``."""
    text = "".join(f" {word} " if word == "as" else word for word in words)
    for part in text.removeprefix("(").removesuffix(")" if text.startswith("(") else "").split(","):
        bare = part.strip().removesuffix(".get_lock()" if part.endswith(".get_lock()") else "")
        if bare and "(" not in bare and " as " not in bare:
            yield part.strip()


def _name_before(words: tuple[str, ...], dot: int) -> str:
    """Return the dotted name that ends before the dot at this place, such as ``self.lock``."""
    begin = dot
    while begin > 0 and (words[begin - 1].isidentifier() or words[begin - 1] == "."):
        if words[begin - 1] in ("not", "if", "while", "return", "and", "or"):
            break
        begin -= 1
    return "".join(words[begin:dot])


def _makers(one: Statement, threads: set[str]) -> Iterator[Maker]:
    assigned = one.words.index("=") if "=" in one.words else 0
    name = "".join(one.words[:assigned]) if all(_named(word) for word in one.words[:assigned]) else ""
    each = one.looped or "Process" in one.words or "for" in one.words or "Thread" in one.words
    for place, word in enumerate(one.words[:-2]):
        if word in MAKERS and one.words[place + 1] == "(" and one.words[0] not in ("def", "class"):
            threads_only = word in threads or one.words[max(0, place - 2) : place] == ("threading", ".")
            argument = one.words[place + 2]
            yield Maker(word, name, one.function, each, threads_only, argument)


def _named(word: str) -> bool:
    return word.isidentifier() or word == "."
