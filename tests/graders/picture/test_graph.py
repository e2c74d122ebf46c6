"""The wait-for graph: cycles are found, who waits alike is one, nothing is drawn over anything else."""

from __future__ import annotations

import pytest
from hypothesis import given

from graders.picture.graph import Graph, graph
from graders.picture.placing import place
from graders.report import Report, Wait
from tests.graders.picture.reports import (
    KINDS,
    WAITS,
    barrier,
    crowd,
    deadlock,
    held,
    itself,
    kept_lock,
    ring,
    two_parts,
)


def graph_of(made: Report) -> Graph:
    assert made.witness is not None
    return graph(made.witness.waits)


def cycles(found: Graph) -> list[list[int]]:
    return [[found.nodes[node].processes[0] for node in cycle] for cycle in found.cycles]


@pytest.mark.parametrize("size", range(2, 13))
def test_a_cycle_of_any_size_is_found(size: int) -> None:
    assert cycles(graph_of(ring(size))) == [list(range(1, size + 1))]


def test_a_process_that_waits_for_itself_is_a_cycle_of_one() -> None:
    assert cycles(graph_of(itself())) == [[1]]


def test_several_cycles_are_told_apart_and_what_leads_into_one_is_not_part_of_it() -> None:
    assert cycles(graph_of(two_parts())) == [[1, 2], [3, 4]]
    assert cycles(graph_of(crowd())) == [[1, 2, 3]]


def test_there_is_no_cycle_where_the_holder_has_ended() -> None:
    found = graph_of(kept_lock())
    assert found.cycles == ()
    (ended,) = [node for node in found.nodes if node.ended]
    assert ended.processes == (1,)


def test_processes_that_wait_alike_are_one_node() -> None:
    nodes = [node.processes for node in graph_of(kept_lock()).nodes]
    assert nodes == [(0,), tuple(range(2, 11)), (1,)]


@pytest.mark.parametrize("other", [held(3, "a", 1, line=9), held(3, "b", 1), held(3, "a", 4)])
def test_processes_that_differ_in_lock_line_or_holder_stay_apart(other: Wait) -> None:
    found = graph([held(2, "a", 1), other])
    assert [node.processes for node in found.nodes][:2] == [(2,), (3,)]


def test_who_holds_something_is_not_merged_with_those_who_wait_as_it_does() -> None:
    found = graph([held(1, "a", 5), held(2, "a", 5), held(3, "a", 5), held(4, "b", 2)])
    assert [node.processes for node in found.nodes] == [(1, 3), (2,), (4,), (5,)]


def test_what_will_never_come_is_a_node_of_its_own() -> None:
    found = graph_of(barrier())
    (thing,) = [node for node in found.nodes if not node.processes]
    assert thing.thing == "a barrier"
    assert [found.nodes[edge.source].processes for edge in found.edges] == [(0,), tuple(range(1, 11))]


def test_an_edge_knows_what_is_waited_for_and_both_lines() -> None:
    edge = graph([held(1, "a", 2), held(2, "b", 1)]).edges[0]
    assert (edge.what, edge.line, edge.since) == ("the lock a", 8, 6)
    kept = graph_of(kept_lock()).edges
    assert [(edge.what, edge.line, edge.since) for edge in kept] == [
        ("its end", 18, None),
        ("the lock", 6, 6),
    ]


@pytest.mark.parametrize(
    "kind", [kind for kind, made in KINDS.items() if made.witness and made.witness.waits]
)
def test_nothing_stands_on_top_of_anything_else(kind: str) -> None:
    placed = place(graph_of(KINDS[kind]))
    boxes = placed.boxes()
    assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.meets(b)]


def test_a_pair_stands_side_by_side_and_a_ring_of_three_does_not() -> None:
    heights = [place(graph_of(ring(size))).nodes for size in (2, 3)]
    pair, three = ([box.y for node, box in nodes.items() if node] for nodes in heights)
    assert len(set(pair)) == 1
    assert len({round(y) for y in three}) == 2


def test_a_small_graph_is_no_wider_than_a_slide() -> None:
    for made in (ring(2), ring(3), ring(5), kept_lock(), itself(), barrier()):
        assert max(box.right for box in place(graph_of(made)).boxes()) < 700


@given(WAITS)
def test_whatever_waits_for_whatever_every_process_has_its_place_and_each_cycle_is_one(
    waits: list[Wait],
) -> None:
    if not waits:
        return
    found = graph(waits)
    waiting = [process for node in found.nodes if not node.ended for process in node.processes]
    assert sorted(waiting) == sorted({wait.process for wait in waits})
    for cycle in found.cycles:
        for index, node in enumerate(cycle):
            edge = found.out_of(node)
            assert edge is not None
            assert edge.target == cycle[(index + 1) % len(cycle)]
    placed = place(found)
    assert set(placed.nodes) == set(range(len(found.nodes)))
    assert set(placed.labels) == {edge.source for edge in found.edges}


def test_a_deadlock_of_one_process_is_drawn_too() -> None:
    assert len(place(graph_of(deadlock(Wait(0, "a message that nobody will send", None, 3)))).nodes) == 2
