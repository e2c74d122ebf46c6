"""Where the embedded service's Redis comes from."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from graders.errors import InfrastructureError
from workers.embedded.private_redis import find_server


def test_the_environments_own_server_goes_before_that_of_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("environment/bin", "path"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "redis-server").touch(0o755)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    assert find_server() == str(tmp_path / "environment/bin/redis-server")
    (tmp_path / "environment/bin/redis-server").unlink()
    assert find_server() == str(tmp_path / "path/redis-server")


def test_without_any_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(InfrastructureError, match="apt-get install redis-server"):
        find_server()
