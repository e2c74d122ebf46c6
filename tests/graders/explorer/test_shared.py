"""Which of the shared data is the one that counts, and who has worked on it."""

from __future__ import annotations

from graders.explorer.judgement import counter, work
from graders.explorer.shared import tally
from graders.explorer.strategies import ParentFirst, RandomWalk
from graders.explorer.world import ControlledRun
from graders.run import Work
from tests.graders.explorer.conftest import Make

HEAD = """
    from multiprocessing import Array, Lock, Manager, Process, Queue, RawArray, RawValue, Value

    lock = Lock()

    def each(target, *arguments):
        workers = [Process(target=target, args=(*arguments, number)) for number in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

"""


def _named(run: ControlledRun, objects: frozenset[int]) -> list[int]:
    """Return the places of objects among all data, in the order in which they were made."""
    order = sorted(run.initial)
    return sorted(order.index(number) for number in objects)


PETERSON = """
    def work(flags, turn, n, me):
        other = 1 - me
        for _ in range(3):
            flags[me] = 1
            turn.value = other
            while flags[other] and turn.value == other:
                pass
            n.value += 1
            flags[me] = 0

    if __name__ == "__main__":
        flags, turn, n = RawArray("i", 2), RawValue("i", 0), RawValue("i", 5)
        each(work, flags, turn, n)
        print(n.value)
"""


def _work(made_run: ControlledRun) -> Work:
    found = work(made_run, tally(made_run))
    assert found is not None
    return found


def test_the_integer_that_is_printed_counts_and_not_the_turns_and_flags_beside_it(make: Make) -> None:
    for strategy in (ParentFirst(), RandomWalk(2)):
        run = make(HEAD + PETERSON, strategy).run
        found = tally(run)
        assert found is not None
        assert found.start == 5
        assert {run.final[number] for number in found.objects} == {11}
        assert len(found.objects) == 1
        done = _work(run)
        assert (done.meant, done.net, done.writers, done.by_parent) == (6, 6, 2, 0)


def test_cells_that_are_added_up_count_together(make: Make) -> None:
    source = """
    def work(cells, me):
        for _ in range(3):
            cells[me] += 1

    if __name__ == "__main__":
        cells = Array("i", [2, 3], lock=False)
        each(work, cells)
        print(sum(cells))
    """
    run = make(HEAD + source, ParentFirst()).run
    found = tally(run)
    assert found is not None
    assert (len(found.objects), found.start) == (2, 5)
    assert _work(run).net == 6


def test_one_cell_that_is_printed_counts_alone(make: Make) -> None:
    source = """
    def work(cells, me):
        with lock:
            cells[0] += 1
        cells[1 + me] = 7

    if __name__ == "__main__":
        cells = Array("i", [4, 0, 0], lock=False)
        each(work, cells)
        print(cells[0])
    """
    run = make(HEAD + source, ParentFirst()).run
    found = tally(run)
    assert found is not None
    assert (_named(run, found.objects), found.start) == ([0], 4)
    assert (_work(run).net, _work(run).net_in_all) == (2, 16)


def test_without_a_print_what_the_workers_write_most_counts(make: Make) -> None:
    source = """
    def work(often, seldom, me):
        seldom.value = me
        for _ in range(3):
            often.value += 1

    if __name__ == "__main__":
        seldom, often = RawValue("i", 1), RawValue("i", 2)
        each(work, often, seldom)
    """
    run = make(HEAD + source, ParentFirst()).run
    found = tally(run)
    assert found is not None
    assert found.start == 2


def test_a_program_without_anything_shared_has_no_tally(make: Make) -> None:
    run = make("print(100)", ParentFirst()).run
    assert tally(run) is None
    assert _work(run) == Work(False, 0, 0, 0, 0)


def test_what_a_manager_holds_counts_with_what_the_main_program_put_there(make: Make) -> None:
    source = """
    def work(n, me):
        for _ in range(2):
            with lock:
                n.value = n.value + 1

    if __name__ == "__main__":
        n = Manager().Value("i", 0)
        n.value = 3
        each(work, n)
        print(n.value)
    """
    made = make(HEAD + source, ParentFirst())
    assert made.output == "7\n"
    found = tally(made.run)
    assert found is not None
    assert len(found.objects) == 1
    assert _work(made.run).managed


def test_lost_updates_are_meant_and_do_not_show(make: Make) -> None:
    source = """
    def work(n, me):
        for _ in range(5):
            n.value += 1

    if __name__ == "__main__":
        n = RawValue("i", 0)
        each(work, n)
        print(n.value)
    """
    made = next(m for m in (make(HEAD + source, RandomWalk(seed)) for seed in range(9)) if m.output != "10\n")
    done = _work(made.run)
    assert done.meant == 10
    assert done.net == int(made.output)


def test_what_the_main_program_writes_is_not_the_workers(make: Make) -> None:
    source = """
    def work(n, me):
        with lock:
            n.value += 1

    if __name__ == "__main__":
        n = RawValue("i", 0)
        each(work, n)
        n.value = 100
        print(n.value)
    """
    done = _work(make(HEAD + source, ParentFirst()).run)
    assert (done.net, done.by_parent, done.last_by_parent) == (2, 1, True)


def test_to_write_what_is_there_is_no_change_by_the_main_program(make: Make) -> None:
    source = """
    def work(n, me):
        with lock:
            n.value += 1

    if __name__ == "__main__":
        n = RawValue("i", 0)
        each(work, n)
        n.value = n.value
        print(n.value)
    """
    done = _work(make(HEAD + source, ParentFirst()).run)
    assert (done.by_parent, done.last_by_parent) == (0, False)


def test_who_tries_again_until_it_is_right_means_more_than_it_adds(make: Make) -> None:
    source = """
    def work(n, me):
        for _ in range(3):
            n.value += 1

    if __name__ == "__main__":
        n = RawValue("i", 0)
        for _ in range(3):
            n.value = 0
            each(work, n)
        print(n.value)
    """
    done = _work(make(HEAD + source, ParentFirst()).run)
    assert (done.meant, done.net) == (18, 18)
    assert done.by_parent == 2


def test_messages_to_the_main_program_are_noticed(make: Make) -> None:
    source = """
    def work(queue, me):
        queue.put(1)

    if __name__ == "__main__":
        queue = Queue()
        each(work, queue)
        print(queue.get() + queue.get())
    """
    done = _work(make(HEAD + source, ParentFirst()).run)
    assert (done.shared, done.answered) == (False, True)


def test_a_change_that_cannot_be_followed_makes_the_work_unknown(make: Make) -> None:
    source = """
    def work(n, me):
        memoryview(n).cast("B")[0] += 1

    if __name__ == "__main__":
        n = RawValue("i", 0)
        each(work, n)
        print(n.value)
    """
    run = make(HEAD + source, ParentFirst()).run
    assert work(run, tally(run)) is None


def test_the_counter_is_the_only_integer_that_grew_by_so_much(make: Make) -> None:
    source = """
    def work(n, other, me):
        with lock:
            n.value += 2
            other.value += {0}

    if __name__ == "__main__":
        n, other = RawValue("i", 3), RawValue("i", 0)
        each(work, n, other)
        print(n.value)
    """
    run = make(HEAD + source.format(1), ParentFirst()).run
    (number,) = (n for n, value in run.initial.items() if value == 3)
    assert counter(run, 4) == number
    assert counter(run, 5) is None
    assert counter(make(HEAD + source.format(2), ParentFirst()).run, 4) is None
