"""The README's tour, taken as a reader would: `make demo`, log in, make a token, curl, Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests import docs
from tests.workers.deployment import eventually

COUNTER = docs.ROOT / "courses/shared-data/labs/counter/submissions/passed/with_lock.py"
PATIENCE_SECONDS = 240


@dataclass(frozen=True)
class Demo:
    """A running `make demo`, and what it printed."""

    said: str

    @property
    def address(self) -> str:
        return self._found(r"^Address +(\S+)$")[0]

    @property
    def login(self) -> tuple[str, ...]:
        return self._found(r"^Student +login (\S+), password (\S+)$")

    def _found(self, pattern: str) -> tuple[str, ...]:
        found = re.search(pattern, self.said, re.MULTILINE)
        assert found is not None, self.said
        return found.groups()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    output = folder / "output"
    with output.open("w") as file:
        process = subprocess.Popen(
            ["make", "demo"],
            cwd=docs.ROOT,
            env=os.environ | {"INTERLEAVE_DATA_DIR": str(folder / "data")},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        eventually(
            lambda: "until Ctrl-C" in output.read_text() or process.poll() is not None, PATIENCE_SECONDS
        )
        assert process.poll() is None, output.read_text()
        yield Demo(output.read_text())
    finally:
        # As the terminal does it: the whole group hears Ctrl-C.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
    assert "Everything that was started has ended." in output.read_text()


@pytest.fixture(scope="module")
def token(demo: Demo) -> str:
    """An API token, made on the page as the README says."""
    session = requests.Session()
    session.trust_env = False
    login, password = demo.login
    _submit(session, f"{demo.address}/login", login=login, password=password)
    page = _submit(session, f"{demo.address}/tokens", name="tour")
    found = re.search(r"export INTERLEAVE_TOKEN=([^<]+)<", page)
    assert found is not None, page
    return found.group(1)


def _submit(session: requests.Session, url: str, **fields: str) -> str:
    form = session.get(url, timeout=30)
    proof = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
    assert proof is not None, form.text
    answer = session.post(
        url, data=fields | {"csrf_token": proof.group(1)}, headers={"Referer": url}, timeout=30
    )
    assert answer.ok, answer.text
    return answer.text


def _run(text: str, demo: Demo, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        ["bash", "-euc", text.replace("http://127.0.0.1:8080", demo.address)],
        cwd=folder,
        env=os.environ | environment | {"no_proxy": "*"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.redis
def test_the_readme_tour_ends_with_a_report(demo: Demo, token: str, tmp_path: Path) -> None:
    hand_in, ask = (block.text for block in docs.blocks("README.md") if block.info == "sh tour")
    shutil.copy(COUNTER, tmp_path / "counter.py")
    answers = _run(hand_in, demo, tmp_path, INTERLEAVE_TOKEN=token)
    assert answers.count(" 202 ") == 2
    program, quiz = re.findall(
        r"^location: \S*/submissions/(\S+?)\s*$", answers, re.MULTILINE | re.IGNORECASE
    )
    graded = json.loads(_run(ask, demo, tmp_path, INTERLEAVE_TOKEN=token, ID=program))
    assert (graded["state"], graded["report"]["verdict"]) == ("graded", "passed")
    answered = json.loads(_run(ask, demo, tmp_path, INTERLEAVE_TOKEN=token, ID=quiz))
    assert answered["state"] == "graded"
    assert 0 < answered["report"]["score"] < answered["report"]["max_score"]


@pytest.mark.redis
def test_the_demonstration_shows_four_verdicts(demo: Demo) -> None:
    table = demo.said.partition("lab ")[2]
    assert [verdict for verdict in ("passed", "race", "deadlock") if verdict not in table] == []
    assert len(re.findall(rf"^\S.*{re.escape(demo.address)}/submissions/", table, re.MULTILINE)) == 4
    assert "(expected" not in table
