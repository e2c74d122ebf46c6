"""Draws the wait-for graph of a deadlock: an arrow goes from who waits to who would have to act first."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from graders.picture.elements import SIZES, Box, add, group, head, label, line, number, rectangle, width
from graders.picture.graph import Edge, Graph, graph
from graders.picture.placing import place
from graders.picture.trees import Placed, label_lines, node_lines
from graders.report import Wait

Point = tuple[float, float]


def draw(parent: Element, waits: Sequence[Wait]) -> tuple[float, float]:
    """Draw the waits into `parent` from (0, 0); return width and height."""
    found = graph(waits)
    placed = place(found)
    ring = {node for cycle in found.cycles for node in cycle}
    for edge in found.edges:
        _edge(parent, found, placed, edge, edge.source in ring)
    for node, box in placed.nodes.items():
        _node(parent, found, node, box, node in ring)
    _, _, right, bottom = placed.bounds
    loops = any(wire == "itself" for wire in placed.wires.values())
    bottom += 30 if loops else 10
    legend = _legend(found)
    label(parent, 0, bottom + 12, legend, "il-small il-soft")
    return max(right, width(legend, SIZES["il-small"])), bottom + 20


def _legend(found: Graph) -> str:
    text = "An arrow leads from who waits to what it waits for."
    return f"{text} Thick and red: the cycle." if found.cycles else text


def _node(parent: Element, found: Graph, node: int, box: Box, in_ring: bool) -> None:
    what = found.nodes[node]
    never = what.ended or not what.processes
    own = group(parent, "il-c0 il-ring" if in_ring else "il-c0")
    kind = "il-box il-dash" if never else "il-box"
    if len(what.processes) > 1:
        rectangle(own, box.moved(6, -6), "il-box", 9)
        rectangle(own, box.moved(3, -3), "il-box", 9)
    rectangle(own, box, kind, 9 if what.processes else 22)
    lines = node_lines(what)
    label(own, box.x, box.y + (5 if len(lines) == 1 else -2), lines[0], "il-head", "middle", box.width - 12)
    if len(lines) > 1:
        small = "il-small il-bad il-strong" if never else "il-small il-soft"
        label(own, box.x, box.y + 15, lines[1], small, "middle", box.width - 12)


def _edge(parent: Element, found: Graph, placed: Placed, edge: Edge, in_ring: bool) -> None:
    ring = " il-ring" if in_ring else ""
    own = group(parent, "il-wait")
    source, target = placed.nodes[edge.source], placed.nodes[edge.target]
    pill = placed.labels[edge.source]
    wire = placed.wires[edge.source]
    if wire == "down":
        line(own, [(source.x, source.bottom), (pill.x, pill.top)], f"il-edge{ring}")
        stack = 6 if len(found.nodes[edge.target].processes) > 1 else 0
        end = _port(found, placed, edge), target.top - 1 - stack
        bend = (end[1] - pill.bottom) * 0.6
        path = _curve(
            (pill.x, pill.bottom), (pill.x, pill.bottom + bend), (end[0], end[1] - bend), _short(end, (0, 1))
        )
        add(own, "path", f"il-edge{ring}", d=path)
        head(own, end, (0, 1), f"il-tip{ring}")
    elif wire == "itself":
        line(own, [(source.right, source.y), (pill.left, source.y)], f"il-edge{ring}")
        down = max(pill.bottom, source.bottom) + 20
        line(
            own,
            [(pill.x, pill.bottom), (pill.x, down), (source.x, down), (source.x, source.bottom + 8)],
            f"il-edge{ring}",
        )
        head(own, (source.x, source.bottom + 1), (0, -1), f"il-tip{ring}")
    elif wire == "pair":
        _through(own, source, pill, target, ring)
    else:
        _straight(own, source, pill, target, ring)
    _pill(own, pill, label_lines(edge), ring)


def _through(parent: Element, source: Box, pill: Box, target: Box, ring: str) -> None:
    """Draw the half of a cycle of two: out at the side, through the label, in at the other's side."""
    side = 1 if target.x > source.x else -1
    lean = -11 if pill.y < source.y else 11
    begin = source.x + side * source.width / 2, source.y + lean
    enter, leave = pill.x - side * pill.width / 2, pill.x + side * pill.width / 2
    end = target.x - side * (target.width / 2 + 1), target.y + lean
    reach = 24 * side
    add(
        parent,
        "path",
        f"il-edge{ring}",
        d=_curve(begin, (begin[0] + reach, begin[1]), (enter - reach, pill.y), (enter, pill.y)),
    )
    into = _curve((leave, pill.y), (leave + reach, pill.y), (end[0] - reach, end[1]), _short(end, (side, 0)))
    add(parent, "path", f"il-edge{ring}", d=into)
    head(parent, end, (side, 0), f"il-tip{ring}")


def _straight(parent: Element, source: Box, pill: Box, target: Box, ring: str) -> None:
    """Draw an edge of two straight pieces that meet behind the label."""
    line(parent, [_border(source, (pill.x, pill.y)), (pill.x, pill.y)], f"il-edge{ring}")
    end = _border(target, (pill.x, pill.y), 2)
    direction = target.x - pill.x, target.y - pill.y
    line(parent, [(pill.x, pill.y), _short(end, direction)], f"il-edge{ring}")
    head(parent, end, direction, f"il-tip{ring}")


def _pill(parent: Element, box: Box, lines: Sequence[str], ring: str) -> None:
    rectangle(parent, box, f"il-pill{ring}", min(12, box.height / 2))
    for row, text in enumerate(lines):
        kind = "il-small il-strong" if row == 0 and len(lines) > 1 else "il-small"
        label(parent, box.x, box.top + 17 + 16 * row, text, kind, "middle", box.width - 8)


def _port(found: Graph, placed: Placed, edge: Edge) -> float:
    """Return where on the target's upper edge this edge arrives: side by side with the others."""
    into = [e for e in found.into(edge.target) if placed.wires[e.source] == "down"]
    into.sort(key=lambda e: placed.nodes[e.source].x)
    target = placed.nodes[edge.target]
    apart = min(26.0, (target.width - 24) / max(1, len(into) - 1))
    return target.x + apart * (into.index(edge) - (len(into) - 1) / 2)


def _border(box: Box, towards: Point, gap: float = 0.0) -> Point:
    """Return where the line from a box's centre to a point leaves the box."""
    dx, dy = towards[0] - box.x, towards[1] - box.y
    across = (box.width / 2 + gap) / abs(dx) if dx else 1e9
    along = (box.height / 2 + gap) / abs(dy) if dy else 1e9
    share = min(across, along, 1.0)
    return box.x + dx * share, box.y + dy * share


def _short(end: Point, direction: Point) -> Point:
    """Return the point a little before `end`, so that a line does not show at the tip of its arrow."""
    length = (direction[0] ** 2 + direction[1] ** 2) ** 0.5 or 1.0
    return end[0] - 7 * direction[0] / length, end[1] - 7 * direction[1] / length


def _curve(begin: Point, first: Point, second: Point, end: Point) -> str:
    a, b, c, d = (f"{number(x)} {number(y)}" for x, y in (begin, first, second, end))
    return f"M{a} C{b} {c} {d}"
