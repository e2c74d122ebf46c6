"""The wait-for graph of a deadlock: who waits for whom, the cycles in it, and who waits alike.

A cycle in the wait-for graph is a deadlock (Holt 1972). Where there is none, somebody waits for what can
never come: a lock held by a process that has ended, an Event that nobody will set.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graders.report import Wait

_CHILD = re.compile(r"process (\d{1,4}) to end")
_SINCE = re.compile(r"\b(?:since|acquired (?:it )?at) line (\d{1,6})\b")


@dataclass(frozen=True, slots=True)
class Node:
    """One process, or several that wait alike, or a thing (`processes` is empty) that will never come."""

    processes: tuple[int, ...]
    thing: str = ""
    ended: bool = False
    """Whether it has ended: in a deadlock every process that has not ended waits."""


@dataclass(frozen=True, slots=True)
class Edge:
    """From who waits to who is waited for. Both are positions among the nodes."""

    source: int
    target: int
    what: str
    """What is waited for: a lock's name, or ``its end``."""
    line: int | None
    since: int | None
    """The line at which the target acquired it, where that is known."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges; from each node at most one edge goes out."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    cycles: tuple[tuple[int, ...], ...]
    """Positions of nodes that wait for each other in a ring, in that order; one alone waits for itself."""

    def out_of(self, node: int) -> Edge | None:
        """Return the edge that goes out of a node."""
        return next((edge for edge in self.edges if edge.source == node), None)

    def into(self, node: int) -> list[Edge]:
        """Return the edges that come into a node from outside of its cycle."""
        ring = next((cycle for cycle in self.cycles if node in cycle), ())
        return [edge for edge in self.edges if edge.target == node and edge.source not in ring]


def graph(waits: Sequence[Wait]) -> Graph:
    """Return the wait-for graph; of a process that is told to wait more than once, the first wait counts."""
    first: dict[int, Wait] = {}
    for wait in waits:
        first.setdefault(wait.process, wait)
    targets = {process: _target(wait) for process, wait in first.items()}
    rings = _cycles(targets)
    alike = _alike(first, targets, {process for ring in rings for process in ring})
    nodes = [Node(processes) for processes in alike]
    place = {process: index for index, node in enumerate(nodes) for process in node.processes}
    for target in sorted({t for t in targets.values() if t is not None and t not in first}):
        place[target] = len(nodes)
        nodes.append(Node((target,), ended=True))
    things: dict[str, int] = {}
    edges = []
    for index, processes in enumerate(alike):
        wait = first[processes[0]]
        goal = targets[wait.process]
        if goal is None:
            if wait.waits_for not in things:
                things[wait.waits_for] = len(nodes)
                nodes.append(Node((), wait.waits_for))
            edges.append(Edge(index, things[wait.waits_for], "", wait.line, None))
        else:
            edges.append(Edge(index, place[goal], what(wait), wait.line, _since(wait)))
    cycles = tuple(tuple(place[process] for process in ring) for ring in rings)
    return Graph(tuple(nodes), tuple(edges), cycles)


def what(wait: Wait) -> str:
    """Return what is waited for, without the remark on who has it."""
    if _CHILD.fullmatch(wait.waits_for):
        return "its end"
    return wait.waits_for.partition(", which ")[0]


def _target(wait: Wait) -> int | None:
    """Return the process that is waited for, if it is one."""
    if wait.held_by is not None:
        return wait.held_by
    found = _CHILD.fullmatch(wait.waits_for)
    return int(found[1]) if found else None


def _since(wait: Wait) -> int | None:
    found = _SINCE.search(wait.waits_for)
    return int(found[1]) if found else None


def _cycles(targets: dict[int, int | None]) -> list[tuple[int, ...]]:
    """Return the cycles of a graph in which each node has one way out: follow it until it meets itself."""
    found: list[tuple[int, ...]] = []
    done: set[int] = set()
    for start in sorted(targets):
        path: list[int] = []
        here: int | None = start
        while here is not None and here in targets and here not in done:
            done.add(here)
            path.append(here)
            here = targets[here]
        if here in path:
            ring = path[path.index(here) :]
            least = ring.index(min(ring))
            found.append(tuple(ring[least:] + ring[:least]))
    return found


def _alike(
    first: dict[int, Wait], targets: dict[int, int | None], in_cycle: set[int]
) -> list[tuple[int, ...]]:
    """Group processes with the same wait. Who is in a cycle or holds something stays alone."""
    apart = in_cycle | {wait.held_by for wait in first.values() if wait.held_by is not None}
    groups: dict[tuple[object, ...], list[int]] = {}
    for process, wait in sorted(first.items()):
        alone = process if process in apart or not process else None
        groups.setdefault((wait.waits_for, targets[process], wait.line, alone), []).append(process)
    return [tuple(processes) for processes in groups.values()]
