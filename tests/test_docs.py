"""What our pages say is true: commands exist and run, settings and targets are all there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from scripts import docs as settings_page
from service.settings import SECRETS, Settings
from tests import docs

ROOT = docs.ROOT
ENVIRONMENT = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def _make(*arguments: str) -> str:
    command = ["make", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60)
    return done.stdout


def _targets() -> set[str]:
    rules = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    return set(rules) - {"dev"}


def _shown(first: str) -> list[list[str]]:
    """Return every command of ours in blocks and running text that begins so."""
    everywhere = docs.commands() + [words for _, words in docs.inline_commands()]
    return [words for words in everywhere if Path(words[0]).name == first]


def test_make_alone_shows_every_target() -> None:
    shown = re.findall(r"^  make ([a-z-]+) +\S", _make(), re.MULTILINE)
    assert sorted(shown) == sorted(_targets())


def test_every_make_command_on_our_pages_has_a_target() -> None:
    named = {word for words in _shown("make") for word in words[1:] if "=" not in word}
    assert named
    assert named <= _targets()


def test_the_demonstration_is_one_command_of_ours() -> None:
    assert "interleave up --demo --once" in _make("--dry-run", "demo", "ONCE=1")


def test_the_settings_page_is_what_the_table_says() -> None:
    assert docs.text_of("docs/settings.md") == settings_page.page()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained(name: str) -> None:
    line = re.search(rf"^\| `INTERLEAVE_{name.upper()}`.*$", docs.text_of("docs/settings.md"), re.MULTILINE)
    assert line is not None
    assert len(line.group().split("|")[3].split()) >= 3


def test_every_variable_on_our_pages_is_a_setting_or_one_of_the_compose_file() -> None:
    known = {f"INTERLEAVE_{name.upper()}" for name in Settings.model_fields}
    known |= {f"INTERLEAVE_{name.upper()}_FILE" for name in SECRETS}
    known |= set(re.findall(r"INTERLEAVE_[A-Z_]+", (ROOT / ".env.example").read_text(encoding="utf-8")))
    # The reader's own: what curl is given.
    known.add("INTERLEAVE_TOKEN")
    named = {
        name for page in docs.PAGES for name in re.findall(r"\bINTERLEAVE_[A-Z_]+\b", docs.text_of(page))
    }
    assert named - known == set()


def test_the_compose_file_reads_no_variable_that_its_example_does_not_explain() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    used = set(re.findall(r"\$\{([A-Z_]+)", compose))
    assert used <= set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_every_interleave_command_on_our_pages_exists_with_its_options() -> None:
    from workers.cli import main

    wrong = []
    for words in _shown("interleave"):
        command: click.Command = main
        rest = words[1:]
        while isinstance(command, click.Group) and rest:
            found = command.get_command(click.Context(command), rest[0])
            if found is None:
                break
            command, rest = found, rest[1:]
        options = {option for parameter in command.params for option in parameter.opts}
        unknown = [word for word in rest if word.startswith("--") and word not in options]
        if command is main or isinstance(command, click.Group) or unknown:
            wrong.append(" ".join(words))
    assert wrong == []


def test_every_address_that_curl_is_shown_with_is_served() -> None:
    from werkzeug.routing import Map

    from service.app import create_app

    paths = [
        (re.sub(r"\$\w+", "x", word.split("?")[0]), "POST" if {"-F", "-d", "--json"} & set(words) else "GET")
        for words in _shown("curl")
        for word in words
        if "/api/" in word
    ]
    assert len(paths) >= 3
    served: Map = create_app(Settings(secret_key="x" * 32)).url_map
    adapter = served.bind("localhost")
    for path, method in paths:
        assert adapter.test(re.sub(r"^https?://[^/]+", "", path), method), f"{method} {path}"


def test_every_service_named_on_our_pages_is_in_the_compose_file() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    shown = [words for words in _shown("docker") if words[1] == "compose"]
    named = [words[-1] for words in shown if words[2] == "logs"]
    named += [
        word.partition("=")[0] for words in shown for word in words if re.fullmatch(r"[a-z]+=\w+", word)
    ]
    assert named
    assert set(named) <= services.keys()


@pytest.mark.parametrize("page", docs.PAGES)
def test_links_into_this_repository_lead_somewhere(page: str) -> None:
    broken = [link for link in docs.links(page) if not (ROOT / page).parent.joinpath(link).exists()]
    assert broken == []


def test_the_tour_is_under_two_pages() -> None:
    assert len(docs.text_of("README.md").splitlines()) <= 120


@pytest.mark.parametrize(
    "words",
    [words for block in docs.blocks() if block.info == "sh run" for words in block.commands],
    ids=" ".join,
)
def test_a_command_of_our_pages_runs_as_it_stands(words: list[str]) -> None:
    done = subprocess.run(
        words, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=290, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
