"""All settings, in one table: environment variables ``INTERLEAVE_<NAME>``.

A secret may also come from a file: ``INTERLEAVE_SECRET_KEY_FILE=/run/secrets/key``.
`load_settings` raises `SettingsError`, which names every variable that is wrong; nothing starts then.
"""

from __future__ import annotations

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from limits import parse_many
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from service.settings_sources import PREFIX, SecretFiles, SettingsError, explain

SECRETS = ("database_url", "redis_url", "secret_key", "metrics_token", "oidc_client_secret", "smtp_url")
"""Settings that are never shown, and that may come from a ``*_FILE``."""


class Deployment(StrEnum):
    """The two ways to run the whole."""

    EMBEDDED = "embedded"
    COURSE = "course"


class Settings(BaseSettings):
    """The table. A field's description is its line in docs/settings.md; units stand in the names."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    deployment: Deployment = Field(
        Deployment.EMBEDDED,
        description="`embedded`: one machine, for trying out; `course`: real use, where nothing is made up.",
    )
    data_dir: Path = Field(
        Path("var"), description="Where the embedded service keeps its database and its secret key."
    )
    courses_dir: Path = Field(Path("courses"), description="Folder of the course folders to load.")

    database_url: SecretStr = Field(
        SecretStr(""),
        description="`postgresql://user:password@host/name`, or `sqlite:///path`. "
        "Embedded: `interleave.db` in the data folder when empty.",
    )
    redis_url: SecretStr = Field(
        SecretStr(""),
        description="`redis://host:6379/0` or `unix:///path`. Nothing is graded without it.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Signs session cookies: 32 characters or more, the same on every web host. "
        "Embedded: made once and kept in the data folder when empty.",
    )

    public_url: str = Field(
        "",
        description="Address that users see, such as `https://grader.example.org`; empty: the request's own.",
    )
    https: bool = Field(False, description="Users come over https: cookies are marked secure, HSTS is sent.")
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front whose `X-Forwarded-*` headers are believed."
    )
    max_upload_bytes: int = Field(
        1024**2, ge=64 * 1024, le=64 * 1024**2, description="Largest request body, in bytes."
    )
    login_limit: str = Field(
        "10 per minute; 60 per hour", description="Failed and successful logins for one login name."
    )
    address_limit: str = Field("60 per minute", description="Logins from one network address.")
    submission_limit: str = Field(
        "12 per minute; 120 per hour", description="Submissions of one student, all labs together."
    )
    wait_slots: int = Field(
        8,
        ge=0,
        le=1000,
        description="Requests of one web process that may wait for a result with `?wait=` at once; "
        "keep it below the server's threads. A request above it is answered at once.",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="Bearer token that `/metrics` asks for; empty: `/metrics` is not served."
    )

    oidc_issuer: str = Field(
        "",
        description="OpenID provider that people may log in with, such as `https://login.example.org`; "
        "empty: passwords only. See people.md.",
    )
    oidc_client_id: str = Field("", description="What this service is called at the OpenID provider.")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="What it proves that with; empty for a public client."
    )
    oidc_name: str = Field(
        "your university account",
        min_length=1,
        max_length=60,
        description="Stands on the button: Log in with ...",
    )
    oidc_new_accounts: bool = Field(
        False,
        description="Make an account for whoever comes from the OpenID provider with a verified address that "
        "nobody here has. It sees nothing until somebody puts it into a course.",
    )
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="Mail server for those who want an e-mail when they are graded: "
        "`smtp://user:password@host:587` or `smtps://host`; empty: no e-mails. "
        "`python -m service.mailer` sends them.",
    )
    mail_from: str = Field("", description="Address that e-mails come from, such as `grader@example.org`.")

    sandbox: Literal["auto", "docker", "oci", "local"] = Field(
        "auto",
        description="Where submissions run. `auto`: Docker when a daemon answers, else local; "
        "`oci`: see grading-host.md.",
    )
    allow_local_sandbox: bool = Field(
        False, description="Let a course deployment use the local sandbox, which is for trying out."
    )
    sandbox_image: str = Field(
        "interleave-sandbox:latest",
        min_length=1,
        description="Image of the Docker sandbox, and of the oci one.",
    )
    docker_runtime: str = Field(
        "", description="Docker runtime for sandboxes, such as `runsc`; empty: the daemon's default."
    )
    oci_runtime: str = Field(
        "runc", min_length=1, description="Program of the oci sandbox: `runc`, `crun` or `runsc`."
    )
    oci_dir: Path = Field(
        Path("/var/lib/interleave/oci"),
        description="Where the oci sandbox keeps the unpacked image, and what it knows of its containers.",
    )
    oci_first_uid: int = Field(
        2_000_000_000,
        ge=0,
        le=2**32 - 2**17,
        description="Where the 65536 uids of the oci sandbox's user namespace begin on the host; `0`: "
        "no such namespace.",
    )
    warm_sandboxes: int = Field(
        1,
        ge=0,
        le=8,
        description="Sandboxes that each slot of a worker may start ahead, so that nobody waits for one; "
        "`0`: none.",
    )
    warm_seconds: int = Field(
        600,
        ge=1,
        le=3600,
        description="Seconds after which a sandbox that was started ahead, and that nobody wanted, is given "
        "back.",
    )
    worker_concurrency: int = Field(
        1, ge=1, le=256, description="Attempts that one worker runs at once; each uses several CPUs."
    )
    lease_seconds: int = Field(
        60, ge=5, le=3600, description="Seconds without a sign of life after which an attempt counts as lost."
    )
    max_attempts: int = Field(
        3, ge=1, le=10, description="Infrastructure faults after which a submission is given up as `failed`."
    )
    sweep_seconds: int = Field(
        15, ge=1, le=3600, description="Seconds between two looks for lost and forgotten submissions."
    )
    requeue_seconds: int = Field(
        60,
        ge=1,
        le=3600,
        description="Seconds a submission stays queued before it is put on Redis again, in case it was lost.",
    )
    shutdown_seconds: int = Field(
        20,
        ge=0,
        le=600,
        description="Seconds a worker told to stop may still grade; what is not done then is handed back.",
    )
    alive_file: str = Field(
        "",
        description="File that worker and beat touch while they are well, for health checks; empty: none.",
    )
    log_format: Literal["json", "console"] = Field("console", description="How logs are written.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important messages that are logged."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then ``*_FILE``."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, SecretFiles(settings_cls, SECRETS)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        known = ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")
        if value.get_secret_value() and not value.get_secret_value().startswith(known):
            raise ValueError("expected an address that begins with postgresql:// or sqlite:///")
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: SecretStr) -> SecretStr:
        known = ("redis://", "rediss://", "unix://")
        if value.get_secret_value() and not value.get_secret_value().startswith(known):
            raise ValueError("expected an address that begins with redis://, rediss:// or unix://")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_secret(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and len(value.get_secret_value()) < 32:
            raise ValueError("expected at least 32 characters")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _known_mail_server(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        try:
            parts = urlsplit(url)
            known = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            known = False
        if url and not known:
            raise ValueError("expected an address such as smtp://user:password@host:587 or smtps://host")
        return value

    @field_validator("mail_from")
    @classmethod
    def _an_e_mail_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^\s@<>,;:\"]+@[A-Za-z0-9.-]+", value):
            raise ValueError("expected an e-mail address such as grader@example.org")
        return value

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("expected an address that begins with http:// or https://")
        return value.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _an_issuer(cls, value: str) -> str:
        host = urlsplit(value).hostname or ""
        local = host == "localhost" or host.startswith("127.") or host == "::1"
        if value and not (value.startswith("https://") or (local and value.startswith("http://"))):
            raise ValueError("expected an address that begins with https://")
        return value.removesuffix("/.well-known/openid-configuration")

    @field_validator("login_limit", "address_limit", "submission_limit")
    @classmethod
    def _a_limit(cls, value: str) -> str:
        try:
            parse_many(value)
        except ValueError:
            raise ValueError("expected limits such as `10 per minute; 60 per hour`") from None
        return value

    @model_validator(mode="after")
    def _complete(self) -> Settings:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError(f"{PREFIX}OIDC_CLIENT_ID: {PREFIX}OIDC_ISSUER needs it beside it")
        if self.deployment is not Deployment.COURSE:
            return self
        for name in ("database_url", "redis_url", "secret_key"):
            if not getattr(self, name).get_secret_value():
                raise ValueError(
                    f"{PREFIX}{name.upper()}: a course deployment needs it "
                    f"(or {PREFIX}{name.upper()}_FILE with the path of a file that holds it)"
                )
        if self.sandbox == "local" and not self.allow_local_sandbox:
            raise ValueError(
                f"{PREFIX}SANDBOX: the local sandbox is for trying out; for a course use docker, "
                f"or set {PREFIX}ALLOW_LOCAL_SANDBOX=true if you know why"
            )
        return self

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Settings:
        if self.smtp_url.get_secret_value():
            for name in ("mail_from", "public_url"):
                if not getattr(self, name):
                    raise ValueError(f"{PREFIX}{name.upper()}: e-mails ({PREFIX}SMTP_URL) need it")
        return self

    def database_address(self) -> str:
        """Return the database's address, the embedded default included."""
        return (
            self.database_url.get_secret_value() or f"sqlite:///{self.data_dir.absolute() / 'interleave.db'}"
        )

    def redis_address(self) -> str:
        """Return the address of Redis; empty when there is none."""
        return self.redis_url.get_secret_value()


def load_settings(**values: Any) -> Settings:
    """Read the settings from the environment; `values` come first. Raises `SettingsError`."""
    try:
        return Settings(**values)
    except ValidationError as problem:
        raise SettingsError(explain(problem)) from None


def unknown_variables() -> list[str]:
    """Return ``INTERLEAVE_*`` variables that are no setting: perhaps a slip of the pen."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    return sorted(
        name
        for name in os.environ
        if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_") and name not in known
    )


def settings_table() -> str:
    """Return the settings as a Markdown table, for docs/settings.md."""
    lines = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if name in SECRETS else field.default
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        variable = f"`{PREFIX}{name.upper()}`"
        if name in SECRETS:
            variable += f" or `{PREFIX}{name.upper()}_FILE`"
        lines.append(f"| {variable} | {f'`{shown}`' if shown else ''} | {field.description} |")
    return "\n".join(lines) + "\n"
