"""One line that changes on a terminal, plain lines elsewhere."""

from __future__ import annotations

import io

from workers.embedded.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_file_each_step_is_a_plain_line() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    progress.step("starting redis")
    progress.say("ready")
    assert stream.getvalue() == "starting redis\nready\n"


def test_on_a_terminal_a_step_overwrites_the_one_before_and_what_is_said_stays() -> None:
    stream = Terminal()
    progress = Progress(stream)
    progress.step("starting redis")
    progress.step("starting worker")
    progress.say("ready")
    *steps, said = stream.getvalue().split("\r\x1b[2K")
    assert [step.partition(" ...")[0] for step in steps] == ["", "starting redis", "starting worker"]
    assert said == "ready\n"
