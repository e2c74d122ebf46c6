"""Where what waits for one node stands: above it, and what waits for that above again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from graders.picture.elements import SIZES, Box, width
from graders.picture.graph import Edge, Graph, Node
from graders.picture.words import capital, cut, head, short_name
from graders.words import processes

Wire = Literal["down", "pair", "ring", "outside", "itself"]

NODE_HEIGHT = 46.0
GAP = 26.0
_DROP = 44.0
"""From a label down to the node it leads to."""
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


def node_box(node: Node) -> Box:
    """Return a node's box, at (0, 0)."""
    lines = node_lines(node)
    wide = max(
        width(lines[0], SIZES["il-head"] * 1.06), *(width(text, SIZES["il-small"] * 1.1) for text in lines)
    )
    return Box(0, 0, min(_LONGEST + 90, max(118, wide + 30)), NODE_HEIGHT)


def label_box(edge: Edge) -> Box:
    """Return the box of an edge's label, at (0, 0)."""
    lines = label_lines(edge)
    wide = max(width(text, SIZES["il-small"]) for text in lines)
    return Box(0, 0, min(_LONGEST, wide * 1.06 + 22), 16.0 * len(lines) + 10)


def tree(graph: Graph, root: int) -> Placed:
    """Place a node at (0, 0) and all that wait for it above."""
    placed = Placed({root: node_box(graph.nodes[root])})
    children = [(edge, tree(graph, edge.source)) for edge in graph.into(root)]
    spans = []
    for edge, above in children:
        own = label_box(edge)
        left, _, right, _ = above.bounds
        spans.append((min(left, -own.width / 2), max(right, own.width / 2)))
    x = -(sum(right - left for left, right in spans) + GAP * (len(spans) - 1)) / 2 if spans else 0.0
    for (edge, above), (left, right) in zip(children, spans, strict=True):
        own = label_box(edge)
        label_y = -NODE_HEIGHT / 2 - _DROP - own.height / 2
        placed.add(above, x - left, label_y - own.height / 2 - 18 - NODE_HEIGHT / 2)
        placed.labels[edge.source] = own.moved(x - left, label_y)
        placed.wires[edge.source] = "down"
        x += right - left + GAP
    return placed
