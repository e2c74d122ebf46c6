"""What docker-compose.yml promises, without starting it."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.compose

REPOSITORY = Path(__file__).parents[2]
ONE_SHOTS = {"secrets", "sandbox", "migrate"}


@cache
def services() -> dict[str, Any]:
    told = subprocess.run(
        ["docker", "compose", "config", "--format", "json"], cwd=REPOSITORY, capture_output=True, check=True
    )
    found: dict[str, Any] = json.loads(told.stdout)["services"]
    return found


def test_each_one_shot_is_awaited_by_something_that_stays() -> None:
    """Otherwise `up --wait` takes its end for a failure (docker/compose#10596)."""
    awaited = {
        name
        for service, options in services().items()
        if service not in ONE_SHOTS
        for name, need in options.get("depends_on", {}).items()
        if need["condition"] == "service_completed_successfully"
    }
    assert awaited == ONE_SHOTS


def test_everything_that_stays_has_a_health_check_and_comes_back() -> None:
    for name, options in services().items():
        if name not in ONE_SHOTS:
            assert options.get("healthcheck"), name
            assert options["restart"] == "unless-stopped", name


def test_any_service_may_be_scaled() -> None:
    assert not [name for name, options in services().items() if "container_name" in options]


def test_each_variable_of_the_file_is_explained_in_the_example() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", (REPOSITORY / "docker-compose.yml").read_text()))
    told = set(re.findall(r"^#?([A-Z_]+)=", (REPOSITORY / ".env.example").read_text(), re.MULTILINE))
    assert used == told
