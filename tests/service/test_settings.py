"""Settings: wrong ones stop the start and name themselves; secrets may come from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.secret_key import secret_key
from service.settings import (
    SECRETS,
    Deployment,
    Settings,
    load_settings,
    settings_table,
    unknown_variables,
)
from service.settings_sources import SettingsError

COURSE = {
    "INTERLEAVE_DEPLOYMENT": "course",
    "INTERLEAVE_DATABASE_URL": "postgresql://user:dbpass@db/interleave",
    "INTERLEAVE_REDIS_URL": "redis://redis:6379/0",
    "INTERLEAVE_SECRET_KEY": "s" * 40,
}


def setup(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_without_any_variable_the_embedded_service_starts(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    assert settings.deployment is Deployment.EMBEDDED
    assert settings.database_address() == f"sqlite:///{tmp_path}/interleave.db"
    assert settings.max_attempts == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INTERLEAVE_LEASE_SECONDS", "soon"),
        ("INTERLEAVE_LEASE_SECONDS", "0"),
        ("INTERLEAVE_SANDBOX", "chroot"),
        ("INTERLEAVE_DEPLOYMENT", "cloud"),
        ("INTERLEAVE_DATABASE_URL", "mysql://host/db"),
        ("INTERLEAVE_REDIS_URL", "localhost:6379"),
        ("INTERLEAVE_SECRET_KEY", "short"),
        ("INTERLEAVE_PUBLIC_URL", "grader.example.org"),
        ("INTERLEAVE_HTTPS", "perhaps"),
        ("INTERLEAVE_LOG_FORMAT", "xml"),
        ("INTERLEAVE_LOGIN_LIMIT", "often"),
        ("INTERLEAVE_SUBMISSION_LIMIT", ""),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    setup(monkeypatch, {name: value})
    if value == "":
        # An empty variable is one that is not set.
        assert load_settings().submission_limit
        return
    with pytest.raises(SettingsError, match=f"^{name}: "):
        load_settings()


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    setup(monkeypatch, {"INTERLEAVE_LEASE_SECONDS": "x", "INTERLEAVE_SANDBOX": "x"})
    with pytest.raises(SettingsError) as problem:
        load_settings()
    assert str(problem.value).count("\n") == 1


def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    setup(
        monkeypatch, {"INTERLEAVE_SECRET_KEY": "hunter2", "INTERLEAVE_DATABASE_URL": "mysql://u:hunter2@h/d"}
    )
    with pytest.raises(SettingsError) as problem:
        load_settings()
    assert "hunter2" not in str(problem.value)


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    setup(monkeypatch, COURSE)
    shown = repr(load_settings())
    assert "dbpass" not in shown
    assert "ssss" not in shown


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "SECRET_KEY"])
def test_a_course_deployment_makes_nothing_up(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    setup(monkeypatch, COURSE)
    monkeypatch.delenv(f"INTERLEAVE_{name}")
    with pytest.raises(SettingsError, match=f"INTERLEAVE_{name}: .*INTERLEAVE_{name}_FILE"):
        load_settings()


def test_a_course_deployment_refuses_the_local_sandbox_until_told(monkeypatch: pytest.MonkeyPatch) -> None:
    setup(monkeypatch, {**COURSE, "INTERLEAVE_SANDBOX": "local"})
    with pytest.raises(SettingsError, match="INTERLEAVE_ALLOW_LOCAL_SANDBOX"):
        load_settings()
    setup(monkeypatch, {"INTERLEAVE_ALLOW_LOCAL_SANDBOX": "true"})
    assert load_settings().sandbox == "local"


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("k" * 40 + "\n")
    setup(monkeypatch, {"INTERLEAVE_SECRET_KEY_FILE": str(path)})
    assert load_settings().secret_key.get_secret_value() == "k" * 40


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40)
    setup(
        monkeypatch, {"INTERLEAVE_SECRET_KEY_FILE": str(tmp_path / "key"), "INTERLEAVE_SECRET_KEY": "j" * 40}
    )
    with pytest.raises(SettingsError, match="INTERLEAVE_SECRET_KEY_FILE are both set"):
        load_settings()


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    setup(monkeypatch, {"INTERLEAVE_REDIS_URL_FILE": "/nowhere/redis"})
    with pytest.raises(SettingsError, match="INTERLEAVE_REDIS_URL_FILE: '/nowhere/redis'"):
        load_settings()


def test_a_slip_of_the_pen_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    setup(monkeypatch, {"INTERLEAVE_LEESE_SECONDS": "5", "INTERLEAVE_SECRET_KEY_FILE": "/k"})
    assert "INTERLEAVE_LEESE_SECONDS" in unknown_variables()
    assert "INTERLEAVE_SECRET_KEY_FILE" not in unknown_variables()


def test_the_table_holds_every_setting_with_a_description() -> None:
    table = settings_table()
    for name, field in Settings.model_fields.items():
        assert f"`INTERLEAVE_{name.upper()}`" in table
        assert field.description
    for name in SECRETS:
        assert f"`INTERLEAVE_{name.upper()}_FILE`" in table


def test_the_embedded_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "data")
    first = secret_key(settings)
    assert len(first) >= 32
    assert secret_key(settings) == first
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]
