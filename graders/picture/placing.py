"""Where the nodes of a wait-for graph stand, so that a cycle is seen as one.

Each part of the graph ends in a cycle, in a process that has ended, or in a thing that will never come.
Who waits stands above what it waits for. Two that wait for each other stand side by side; three and more
stand in a ring, and who waits for one of them stands outside of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import cos, pi, sin
from typing import Literal

from graders.picture.elements import SIZES, Box, width
from graders.picture.graph import Edge, Graph, Node
from graders.picture.words import capital, cut, head, processes, short_name

Wire = Literal["down", "pair", "ring", "outside", "itself"]

NODE_HEIGHT = 46.0
_GAP = 26.0
_DROP = 44.0
"""From a label down to the node it leads to."""
_FULL = 940.0
"""Parts of the graph stand side by side up to this width."""
_LONGEST = 200.0


@dataclass
class Placed:
    """Boxes of the nodes, and of the labels of the edges by the node the edge goes out of."""

    nodes: dict[int, Box] = field(default_factory=dict)
    labels: dict[int, Box] = field(default_factory=dict)
    wires: dict[int, Wire] = field(default_factory=dict)

    def boxes(self) -> list[Box]:
        """Return every box."""
        return [*self.nodes.values(), *self.labels.values()]

    def add(self, other: Placed, x: float, y: float) -> None:
        """Take over another's boxes, moved by so much."""
        self.nodes |= {node: box.moved(x, y) for node, box in other.nodes.items()}
        self.labels |= {node: box.moved(x, y) for node, box in other.labels.items()}
        self.wires |= other.wires

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom; a loop needs room below its node."""
        boxes = self.boxes()
        return (
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )

    def crowded(self) -> bool:
        """Whether two boxes are too near to each other."""
        boxes = self.boxes()
        return any(box.meets(other, 12) for i, box in enumerate(boxes) for other in boxes[:i])


def place(graph: Graph) -> Placed:
    """Return the places of all nodes, the upper left corner at (0, 0)."""
    parts = [_cycle(graph, cycle) for cycle in graph.cycles]
    in_cycle = {node for cycle in graph.cycles for node in cycle}
    for node in range(len(graph.nodes)):
        if node not in in_cycle and graph.out_of(node) is None:
            parts.append(_tree(graph, node))
    whole = Placed()
    x = y = row = 0.0
    for part in parts:
        left, top, right, bottom = part.bounds
        if x and x + right - left > _FULL:
            x, y, row = 0.0, y + row + 2 * _GAP, 0.0
        whole.add(part, x - left, y - top)
        x += right - left + 2 * _GAP
        row = max(row, bottom - top)
    return whole


def node_lines(node: Node) -> list[str]:
    """Return the name of a node, and a remark below it."""
    if not node.processes:
        name, _, remark = node.thing.partition(", which ")
        return [capital(short_name(name)), cut(remark or "nobody is left to end this wait", 40)]
    name = head(node.processes[0]) if len(node.processes) == 1 else processes(node.processes)
    if node.ended:
        return [cut(name, 28), "has ended"]
    return [cut(name, 28)] + ([f"{len(node.processes)} that wait alike"] if len(node.processes) > 1 else [])


def label_lines(edge: Edge) -> list[str]:
    """Return what is written at an edge: what is waited for, and the lines."""
    lines = [cut(short_name(edge.what), 24)] if edge.what else []
    if edge.line is not None:
        lines.append(f"waits at line {edge.line}")
    if edge.since is not None:
        lines.append(f"held since line {edge.since}")
    return lines or ["waits"]


def _node_box(node: Node) -> Box:
    lines = node_lines(node)
    wide = max(
        width(lines[0], SIZES["il-head"] * 1.06), *(width(text, SIZES["il-small"] * 1.1) for text in lines)
    )
    return Box(0, 0, min(_LONGEST + 90, max(118, wide + 30)), NODE_HEIGHT)


def _label_box(edge: Edge) -> Box:
    lines = label_lines(edge)
    wide = max(width(text, SIZES["il-small"]) for text in lines)
    return Box(0, 0, min(_LONGEST, wide * 1.06 + 22), 16.0 * len(lines) + 10)


def _tree(graph: Graph, root: int) -> Placed:
    """Place a node at (0, 0) and all that wait for it above."""
    placed = Placed({root: _node_box(graph.nodes[root])})
    children = [(edge, _tree(graph, edge.source)) for edge in graph.into(root)]
    spans = []
    for edge, tree in children:
        own = _label_box(edge)
        left, _, right, _ = tree.bounds
        spans.append((min(left, -own.width / 2), max(right, own.width / 2)))
    x = -(sum(right - left for left, right in spans) + _GAP * (len(spans) - 1)) / 2 if spans else 0.0
    for (edge, tree), (left, right) in zip(children, spans, strict=True):
        own = _label_box(edge)
        label_y = -NODE_HEIGHT / 2 - _DROP - own.height / 2
        placed.add(tree, x - left, label_y - own.height / 2 - 18 - NODE_HEIGHT / 2)
        placed.labels[edge.source] = own.moved(x - left, label_y)
        placed.wires[edge.source] = "down"
        x += right - left + _GAP
    return placed


def _cycle(graph: Graph, cycle: tuple[int, ...]) -> Placed:
    if len(cycle) == 1:
        return _itself(graph, cycle[0])
    return _pair(graph, *cycle) if len(cycle) == 2 else _ring(graph, cycle)


def _itself(graph: Graph, node: int) -> Placed:
    placed = _tree(graph, node)
    edge = graph.out_of(node)
    assert edge is not None
    own, box = _label_box(edge), placed.nodes[node]
    placed.labels[node] = own.moved(box.right + 44 + own.width / 2, box.y)
    placed.wires[node] = "itself"
    return placed


def _pair(graph: Graph, one: int, other: int) -> Placed:
    placed = Placed()
    trees = [_tree(graph, node) for node in (one, other)]
    there, back = graph.out_of(one), graph.out_of(other)
    assert there is not None
    assert back is not None
    labels = [_label_box(there), _label_box(back)]
    nodes = [tree.nodes[node] for tree, node in zip(trees, (one, other), strict=True)]
    apart = max(
        nodes[0].right - nodes[1].left + max(box.width for box in labels) + 2 * 40,
        trees[0].bounds[2] - trees[1].bounds[0] + _GAP,
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
            ring.nodes[node] = _node_box(graph.nodes[node]).moved(*_at(radius, angle))
            ring.labels[node] = _label_box(edge).moved(*_at(radius, angle + sector / 2))
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
        placed.nodes[edge.source] = _node_box(graph.nodes[edge.source]).moved(*_at(radius + step, own))
        here, there = placed.nodes[edge.source], placed.nodes[node]
        label = _label_box(edge)
        placed.labels[edge.source] = label.moved((here.x + there.x) / 2, (here.y + there.y) / 2)
        placed.wires[edge.source] = "outside"
        _outside(graph, edge.source, placed, radius + step, step, own, sector / len(into))


def _at(radius: float, angle: float) -> tuple[float, float]:
    """Return a point of a flat ellipse: boxes are wider than high."""
    return 1.35 * radius * cos(angle), radius * sin(angle)
