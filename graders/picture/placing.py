"""Where the nodes of a wait-for graph stand, so that a cycle is seen as one.

Each part of the graph ends in a cycle, in a process that has ended, or in a thing that will never come.
Who waits stands above what it waits for. Two that wait for each other stand side by side; three and more
stand in a ring, and who waits for one of them stands outside of it.
"""

from __future__ import annotations

from graders.picture.graph import Graph
from graders.picture.rings import place_cycle
from graders.picture.trees import GAP, Placed, tree

_FULL = 940.0
"""Parts of the graph stand side by side up to this width."""


def place(graph: Graph) -> Placed:
    """Return the places of all nodes, the upper left corner at (0, 0)."""
    parts = [place_cycle(graph, cycle) for cycle in graph.cycles]
    in_cycle = {node for cycle in graph.cycles for node in cycle}
    ends = [n for n in range(len(graph.nodes)) if n not in in_cycle and graph.out_of(n) is None]
    parts += [tree(graph, node) for node in ends]
    whole = Placed()
    x = y = row = 0.0
    for part in parts:
        left, top, right, bottom = part.bounds
        if x and x + right - left > _FULL:
            x, y, row = 0.0, y + row + 2 * GAP, 0.0
        whole.add(part, x - left, y - top)
        x += right - left + 2 * GAP
        row = max(row, bottom - top)
    return whole
