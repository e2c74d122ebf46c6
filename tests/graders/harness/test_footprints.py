"""What a program does under control and in free runs is compared by the lines that it goes through."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from graders.harness import footprints
from graders.harness.footprints import Difference, Footprint, difference
from graders.harness.site import interleave_lines

SOURCE = """\
if WATCHED:
    with lock:
        number.value += 1
else:
    number.value += 1
print("done")
"""


def went(*lines: int, acquired: tuple[int, ...] = ()) -> Footprint:
    return Footprint(frozenset(lines), frozenset(acquired))


def test_what_differs_each_time_at_lines_that_touch_something_is_told() -> None:
    watched, free = went(1, 2, 3, 6, acquired=(2,)), went(1, 5)
    found = difference([watched, watched], [free], SOURCE)
    assert found == Difference(frozenset({2, 3}), frozenset({5}))
    assert str(found) == "lines 2 and 3 under control alone and line 5 in free runs alone"


def test_what_differs_now_and_then_is_chance() -> None:
    assert not difference([went(1, 2, 3), went(1, 5)], [went(1, 5)], SOURCE)
    assert not difference([went(1, 2, 3)], [went(1, 5), went(1, 2, 3, 5)], "\n".join(["x"] * 9))


def test_lines_that_touch_nothing_shared_do_not_count() -> None:
    assert not difference([went(1, 6)], [went(1)], SOURCE)


def test_a_lock_that_locks_under_control_alone_is_told_though_its_line_is_the_same() -> None:
    found = difference([went(1, 2, acquired=(2,))], [went(1, 2)], SOURCE)
    assert found.watched == {2}


def test_who_throws_dice_is_looked_at_more_often() -> None:
    assert footprints.enough("import random") > footprints.enough(SOURCE) > 1


def test_runs_that_noted_nothing_tell_nothing() -> None:
    assert not difference([went(1, 2)], [went()], SOURCE)
    assert not difference([], [went(1)], SOURCE)


def test_the_memory_for_notes_cannot_be_cut_off() -> None:
    descriptor = footprints.make()
    with pytest.raises(PermissionError):
        os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, b"\1", 7)
    os.pwrite(descriptor, b"\1", interleave_lines.HALF + 7)
    assert footprints.read(descriptor) == went(7, acquired=(7,))
    os.close(descriptor)


PROGRAM = """\
from contextlib import nullcontext
from multiprocessing import Lock, Process, RawValue


def add(number, lock):
    with lock:
        number.value += 1
    if number.value > 1000:
        number.value = 0
    for way in (lock, nullcontext()):
        with way:
            pass
    lock.acquire()
    lock.release()


if __name__ == "__main__":
    number, lock = RawValue("i", 0), Lock()
    workers = [Process(target=add, args=(number, lock)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
"""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs Python 3.12 to be told of lines")
def test_lines_and_semaphores_of_every_process_are_noted(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    descriptor = footprints.make()
    script = interleave_lines.__file__
    start = (
        f"import runpy\nnames = runpy.run_path({script!r})\nnames['note']({descriptor}, {str(path)!r})\n"
        f"runpy.run_path({str(path)!r}, run_name='__main__')"
    )
    subprocess.run([sys.executable, "-c", start], pass_fds=[descriptor], check=True)
    found = footprints.read(descriptor)
    os.close(descriptor)
    assert found.acquired == {6, 11, 13}
    assert {6, 7, 8, 10, 11, 12, 13, 14, 18, 23} <= found.lines
    assert 9 not in found.lines
