"""The sandbox for a grading host of its own: one container for one job, started by the worker itself."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from graders.errors import SandboxError
from graders.job import Event, Job
from graders.limits import Limits
from graders.report import Report, SandboxInfo
from workers.sandbox import overrun, room, seccomp
from workers.sandbox.conversation import Conversation
from workers.sandbox.engine import CREATED_LABEL, DEPLOYMENT_LABEL, IMAGE_LABEL, OWNER_LABEL, PROCESS_LABEL
from workers.sandbox.oci import cgroups, reaper
from workers.sandbox.oci.memory import Listener
from workers.sandbox.oci.runtime import Runtime
from workers.sandbox.oci.spec import Container
from workers.sandbox.oci.store import Image, Store
from workers.sandbox.ownership import this_process

DEFAULT_RUNTIME = "runc"
_DEATH_SECONDS = 2.0


@dataclass(frozen=True)
class OciKind:
    """Makes sandboxes with an OCI runtime. `owner` and `deployment_id` only name them for who looks."""

    runtime: str = DEFAULT_RUNTIME
    store: Store = field(default_factory=Store)
    first_uid: int = 0
    """Where the uids of the sandboxes' user namespace begin on this host; 0: they have none."""
    owner: str = ""
    deployment_id: str = ""
    command: tuple[str, ...] = room.HARNESS
    name: str = "oci"

    def problem(self) -> str | None:
        """Why such sandboxes cannot be made here."""
        if os.geteuid() != 0:
            return (
                "The oci sandbox needs root on a host for grading: see docs/grading-host.md, or use Docker."
            )
        if shutil.which(self.runtime) is None:
            return (
                f"There is no {self.runtime} on PATH: install it (Debian: `apt-get install {self.runtime}`)."
            )
        try:
            self.store.current()
            seccomp.profile()
        except SandboxError as problem:
            return str(problem)
        if self.first_uid and (closed := self.store.closed_folder()):
            return (
                f"The uids of a sandbox cannot pass through {closed}: run `chmod o+x {closed}`, or set "
                "INTERLEAVE_OCI_DIR to another folder."
            )
        return None

    @contextmanager
    def open(self, limits: Limits) -> Iterator[OciSandbox]:
        """Start a container and wait for its harness; nothing of it is left after the context."""
        image = self.store.current()
        container = self._container(image, limits)
        with (
            Listener(container.name) as listener,
            self._runtime().started(container, listener) as (conversation, process),
        ):
            conversation.wait_ready(room.READY_SECONDS)
            listener.begin()
            info = SandboxInfo(kind=self.name, runtime=self.runtime, image=image.digest)
            yield OciSandbox(conversation, info, process, listener)

    def made_of(self) -> str:
        """Return the digest of the image that is current."""
        return self.store.current().digest

    def reap(self, alive: Collection[str] | None, older_than: float) -> list[str]:
        """Remove what dead workers of this host left; `alive` is not asked, see `reaper.reap`."""
        del alive
        return reaper.reap(self._runtime(), older_than)

    def _runtime(self) -> Runtime:
        return Runtime(self.runtime, self.store)

    def _container(self, image: Image, limits: Limits) -> Container:
        labels = {
            OWNER_LABEL: self.owner,
            DEPLOYMENT_LABEL: self.deployment_id,
            PROCESS_LABEL: this_process(),
            IMAGE_LABEL: image.digest,
            CREATED_LABEL: str(int(time.time())),
        }
        return Container(
            name=f"interleave-{os.getpid()}-{uuid.uuid4().hex[:16]}",
            root=image.root,
            limits=limits,
            command=self.command,
            cpus=_some_cpus(limits.cpus),
            first_uid=self.first_uid,
            swap=cgroups.counts_swap(),
            seccomp=seccomp.profile(),
            labels=labels,
        )


@dataclass
class OciSandbox:
    """A container whose harness waits for its one job."""

    conversation: Conversation
    info: SandboxInfo
    process: subprocess.Popen[bytes]
    listener: Listener
    used: bool = False

    def grade(self, job: Job, on_event: Callable[[Event], None] = lambda _: None) -> Report:
        """Run the job; raises `InfrastructureError`."""
        if self.used:
            raise SandboxError("a sandbox serves one job")
        self.used = True
        try:
            return self.conversation.hold(job, on_event).within(self.info)
        except SandboxError as problem:
            try:
                status = self.process.wait(_DEATH_SECONDS)
            except subprocess.TimeoutExpired:
                raise problem from None
            # Nobody inside can send it: process 1 of a PID namespace gets SIGKILL from outside alone.
            killed = status == overrun.KILLED
            if killed and self.listener.ran_out:
                return overrun.report(job).within(self.info)
            how = f"exit status {status}" + (": killed by somebody on this host" if killed else "")
            raise SandboxError(f"{problem} ({how})") from problem


def _some_cpus(number: int) -> tuple[int, ...]:
    """Choose at random, so that containers side by side do not all take the first ones; none: all."""
    available = sorted(os.sched_getaffinity(0))
    if number >= len(available):
        return ()
    return tuple(sorted(random.SystemRandom().sample(available, number)))
