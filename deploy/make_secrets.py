"""Makes the deployment's secrets at its first start, and leaves those alone that are there.

Two folders, each a volume: one for our own containers, one for PostgreSQL and Redis, which need not
know the rest.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

OWN = Path("/run/interleave/own")
STORES = Path("/run/interleave/stores")


def keep(path: Path, value: str) -> str:
    """Write `value` unless the file is there; return what it holds. Whole or not at all."""
    if not path.exists():
        draft = path.with_suffix(".draft")
        draft.write_text(value)
        # Each container reads it under a uid of its own; nobody else can reach the volume.
        draft.chmod(0o444)
        draft.rename(path)
        print(f"made {path.name}", file=sys.stderr)
    return path.read_text()


def main() -> None:
    """Make what is missing."""
    os.umask(0o022)
    keep(OWN / "secret_key", secrets.token_urlsafe(48))
    postgres = keep(STORES / "postgres_password", secrets.token_urlsafe(24))
    redis = keep(STORES / "redis_password", secrets.token_urlsafe(24))
    keep(
        STORES / "redis.conf",
        f"requirepass {redis}\nappendonly yes\nmaxmemory-policy noeviction\ndir /data\n",
    )
    keep(OWN / "database_url", f"postgresql://interleave:{postgres}@postgres:5432/interleave")
    keep(OWN / "redis_url", f"redis://:{redis}@redis:6379/0")


if __name__ == "__main__":
    main()
