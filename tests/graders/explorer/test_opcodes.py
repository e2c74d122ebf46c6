"""What has no attribute to hook is shared at the level of instructions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from graders.explorer.analysis import lost_updates
from graders.explorer.lane import Lane, Target
from graders.explorer.order import accesses
from graders.explorer.reading import Reading
from graders.explorer.strategies import ParentFirst, Steer

THREADS = """
    import threading

    total = 0

    def work():
        global total
        for _ in range(5):
            total = total + 1

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(total)
"""
BUFFERS = """
    from multiprocessing import Process
    from multiprocessing.shared_memory import SharedMemory

    def work(name):
        memory = SharedMemory(name)
        for _ in range(5):
            memory.buf[0] += 1
        memory.close()

    if __name__ == "__main__":
        memory = SharedMemory(create=True, size=8)
        workers = [Process(target=work, args=(memory.name,)) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(memory.buf[0])
        memory.close()
        memory.unlink()
"""


@pytest.mark.parametrize(("source", "unhooked"), [(THREADS, ("threads",)), (BUFFERS, ("buffers",))])
def test_a_lost_update_of_something_unhooked_is_predicted_and_steered(
    lane: Lane, target: Callable[[str], Target], source: str, unhooked: tuple[str, ...]
) -> None:
    plain = target(source)
    facts = Reading(plain).facts()
    assert facts.unhooked == unhooked
    watched = replace(plain, unhooked=facts.unhooked)
    base = lane.make(watched, ParentFirst())
    assert base.output == "15\n"
    gaps = lost_updates(accesses(base.run.trace, base.run.locks))
    assert gaps
    read, intruder = gaps[0].read.event, gaps[0].intruder.event
    steered = lane.make(watched, Steer([(read.slot, read.index + 1), (intruder.slot, 2**30)]))
    assert int(steered.output) < 15


def test_a_source_that_no_parser_takes_has_no_facts(lane: Lane, target: Callable[[str], Target]) -> None:
    facts = Reading(target("def broken(:\n")).facts()
    assert (facts.variables, facts.branches, facts.unhooked) == ({}, {}, ())


def test_a_branch_on_what_was_read_from_a_shared_value_is_found(
    lane: Lane, target: Callable[[str], Target]
) -> None:
    source = (
        "def work(r):\n    found = r.value\n    more = found + 1\n    if more > 3:\n        r.value = 0\n"
    )
    assert Reading(target(source)).facts().branches == {4: {2}}
