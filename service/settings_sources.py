"""Where settings come from besides plain environment variables, and how a wrong one is told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from graders.errors import CallerError

PREFIX = "INTERLEAVE_"


class SettingsError(CallerError):
    """The settings are wrong; the message names each variable, never a secret's value."""


class SecretFiles(PydanticBaseSettingsSource):
    """``INTERLEAVE_<NAME>_FILE``: a file that holds the value, as container secrets are handed over."""

    def __init__(self, settings_cls: type[BaseSettings], secrets: tuple[str, ...]) -> None:
        super().__init__(settings_cls)
        self._secrets = secrets

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the file's text without the newline an editor leaves; raises `SettingsError`."""
        del field
        variable = f"{PREFIX}{field_name.upper()}"
        path = os.environ.get(f"{variable}_FILE", "")
        if not path:
            return None, field_name, False
        if os.environ.get(variable):
            raise SettingsError(f"{variable} and {variable}_FILE are both set: take one of them away")
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n"), field_name, False
        except (OSError, UnicodeDecodeError) as problem:
            raise SettingsError(f"{variable}_FILE: {path!r} cannot be read: {problem}") from None

    def __call__(self) -> dict[str, Any]:
        """Return the values of the secrets that have a file."""
        found = {
            name: self.get_field_value(self.settings_cls.model_fields[name], name)[0]
            for name in self._secrets
        }
        return {name: value for name, value in found.items() if value is not None}


def explain(problem: ValidationError) -> str:
    """Return one line per wrong setting, each beginning with the variable's name."""
    lines = []
    for error in problem.errors(include_url=False, include_input=False):
        message = error["msg"].removeprefix("Value error, ")
        name = "_".join(str(part) for part in error["loc"]).upper()
        lines.append(f"{PREFIX}{name}: {message}" if name else message)
    return "\n".join(lines)
