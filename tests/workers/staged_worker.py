"""The real worker, whose processes halt at one stage of a sandbox's life, to be killed there.

    INTERLEAVE_TEST_STAGE=starting celery -A tests.workers.staged_worker worker

While there is a file ``hold`` in the folder of gates, the process that comes to the stage writes its id into
``halted`` and goes no further: ``starting`` (there is something, and no harness yet), ``warm`` (it waits for
a job), ``removing`` (its job is done, and it is about to be destroyed).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workers.sandbox import engine
from workers.sandbox.conversation import Conversation
from workers.sandbox.oci.runtime import Runtime

GATES = Path(os.environ["INTERLEAVE_TEST_GATES"])
STAGE = os.environ["INTERLEAVE_TEST_STAGE"]


def halt() -> None:
    while (GATES / "hold").exists():
        (GATES / "halting").write_text(str(os.getpid()))
        (GATES / "halting").rename(GATES / "halted")
        time.sleep(0.02)


def before(action: Callable[..., Any]) -> Callable[..., Any]:
    def halted(*arguments: Any, **values: Any) -> Any:
        halt()
        return action(*arguments, **values)

    return halted


def after(action: Callable[..., Any]) -> Callable[..., Any]:
    def halted(*arguments: Any, **values: Any) -> Any:
        result = action(*arguments, **values)
        halt()
        return result

    return halted


if STAGE == "starting":
    engine.attach = before(engine.attach)
    Runtime._run = after(Runtime._run)  # type: ignore[method-assign]
elif STAGE == "warm":
    Conversation.wait_ready = after(Conversation.wait_ready)  # type: ignore[method-assign]
elif STAGE == "removing":
    engine.remove = before(engine.remove)
    Runtime._end = before(Runtime._end)  # type: ignore[method-assign]

from workers.celery_app import app  # noqa: E402

__all__ = ["app"]
