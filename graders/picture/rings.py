"""Where a cycle stands: one node with a loop, two side by side, three and more in a ring."""

from __future__ import annotations

from math import cos, pi, sin

from graders.picture.graph import Graph
from graders.picture.trees import GAP, Placed, label_box, node_box, tree


def place_cycle(graph: Graph, cycle: tuple[int, ...]) -> Placed:
    """Place a cycle and all that wait for a node of it."""
    if len(cycle) == 1:
        return _itself(graph, cycle[0])
    return _pair(graph, *cycle) if len(cycle) == 2 else _ring(graph, cycle)


def _itself(graph: Graph, node: int) -> Placed:
    placed = tree(graph, node)
    edge = graph.out_of(node)
    assert edge is not None
    own, box = label_box(edge), placed.nodes[node]
    placed.labels[node] = own.moved(box.right + 44 + own.width / 2, box.y)
    placed.wires[node] = "itself"
    return placed


def _pair(graph: Graph, one: int, other: int) -> Placed:
    placed = Placed()
    trees = [tree(graph, node) for node in (one, other)]
    there, back = graph.out_of(one), graph.out_of(other)
    assert there is not None
    assert back is not None
    labels = [label_box(there), label_box(back)]
    nodes = [tree.nodes[node] for tree, node in zip(trees, (one, other), strict=True)]
    apart = max(
        nodes[0].right - nodes[1].left + max(box.width for box in labels) + 2 * 40,
        trees[0].bounds[2] - trees[1].bounds[0] + GAP,
    )
    for wider in range(40):
        placed = Placed()
        placed.add(trees[0], 0, 0)
        placed.add(trees[1], apart + 20 * wider, 0)
        middle = (nodes[0].right + apart + 20 * wider + nodes[1].left) / 2
        placed.labels[one] = labels[0].moved(middle, -labels[0].height / 2 - 12)
        placed.labels[other] = labels[1].moved(middle, labels[1].height / 2 + 12)
        placed.wires |= {one: "pair", other: "pair"}
        if not placed.crowded():
            break
    return placed


def _ring(graph: Graph, cycle: tuple[int, ...]) -> Placed:
    """Grow the ring until nothing in it is too near to anything else, then what stands outside of it."""
    sector = 2 * pi / len(cycle)
    for size in range(80):
        ring = Placed()
        radius = 84.0 + 12 * size
        for index, node in enumerate(cycle):
            angle = -pi / 2 + index * sector
            edge = graph.out_of(node)
            assert edge is not None
            ring.nodes[node] = node_box(graph.nodes[node]).moved(*_at(radius, angle))
            ring.labels[node] = label_box(edge).moved(*_at(radius, angle + sector / 2))
            ring.wires[node] = "ring"
        if not ring.crowded():
            break
    for size in range(60):
        placed = Placed(dict(ring.nodes), dict(ring.labels), dict(ring.wires))
        for index, node in enumerate(cycle):
            angle = -pi / 2 + index * sector
            _outside(graph, node, placed, radius, 120.0 + 14 * size, angle, sector * 0.9)
        if not placed.crowded():
            break
    return placed


def _outside(
    graph: Graph, node: int, placed: Placed, radius: float, step: float, angle: float, sector: float
) -> None:
    """Place all that wait for `node`, which stands at `radius`, further out within a sector."""
    into = graph.into(node)
    for index, edge in enumerate(into):
        own = angle + sector * ((index + 0.5) / len(into) - 0.5)
        placed.nodes[edge.source] = node_box(graph.nodes[edge.source]).moved(*_at(radius + step, own))
        here, there = placed.nodes[edge.source], placed.nodes[node]
        label = label_box(edge)
        placed.labels[edge.source] = label.moved((here.x + there.x) / 2, (here.y + there.y) / 2)
        placed.wires[edge.source] = "outside"
        _outside(graph, edge.source, placed, radius + step, step, own, sector / len(into))


def _at(radius: float, angle: float) -> tuple[float, float]:
    """Return a point of a flat ellipse: boxes are wider than high."""
    return 1.35 * radius * cos(angle), radius * sin(angle)
