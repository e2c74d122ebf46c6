"""The data directory has one user at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graders.errors import CallerError
from workers.embedded.home import Home


def test_a_second_start_is_refused_and_leaves_the_first_one_its_logs(tmp_path: Path) -> None:
    home = Home(tmp_path / "data")
    home.prepare()
    held = home.lock()
    home.log("web").write_text("said while it runs")
    second = Home(home.path)
    second.prepare()
    with pytest.raises(CallerError, match=r"uses .*data already"):
        second.lock()
    assert home.log("web").read_text() == "said while it runs"
    os.close(held)
    os.close(second.lock())
    assert not home.log("web").exists()


def test_a_folder_that_cannot_be_one_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CallerError, match=r"cannot be used: .* Name another with --data"):
        Home(tmp_path / "file").prepare()
