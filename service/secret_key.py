"""The key that signs session cookies; the embedded service makes its own once."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from service.settings import Settings

_FILE = "secret_key"


def secret_key(settings: Settings) -> str:
    """Return the key from the settings, else the one in the data folder, made when it is not there."""
    return settings.secret_key.get_secret_value() or _kept(settings.data_dir / _FILE)


def _kept(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{_FILE}.{secrets.token_hex(8)}")
    if not path.exists():
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        # Several web processes may start at once: linking succeeds for the first one only.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(made)
        made.unlink()
    return path.read_text(encoding="ascii")
