"""Places to run a submission: one interface, three kinds.

Nothing is imported at once: the launcher of the local sandbox passes through this package each time it
starts, and must not pay for a Docker client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.settings import Settings
    from workers.sandbox.base import SandboxKind


def choose(settings: Settings, owner: str = "") -> SandboxKind:
    """Return the kind of sandbox that the settings ask for; logs which and why. Raises `SandboxError`.

    `owner` names the worker on its containers, for `workers.sandbox.reaper`.
    """
    from workers.sandbox.choice import choose_for

    return choose_for(settings, owner)
