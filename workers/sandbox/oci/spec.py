"""What the runtime is told about one container: the OCI runtime specification's ``config.json``.

It is the same confinement as the Docker kind's, said in the other language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graders.limits import Limits
from workers.sandbox import room

SPEC_VERSION = "1.0.2"
PERIOD_MICROSECONDS = 100_000
NAMESPACES = ("pid", "mount", "ipc", "uts", "network", "cgroup")
UIDS = 65_536
"""How many uids a user namespace has."""
_ENVIRONMENT = ("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8")
_QUIET = ("nosuid", "noexec", "nodev")

MASKED = (
    "/proc/acpi",
    "/proc/asound",
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/sys/devices/virtual/powercap",
    "/sys/firmware",
)
READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")


@dataclass(frozen=True)
class Container:
    """One container to make."""

    name: str
    """Its id, and the name of its control group."""
    root: Path
    limits: Limits
    command: tuple[str, ...] = room.HARNESS
    cpus: tuple[int, ...] = ()
    """The CPUs it may use; none named: all."""
    first_uid: int = 0
    """Where its uids begin on this host; 0: it has no user namespace."""
    swap: bool = True
    """Whether this kernel counts swap, and so can forbid it."""
    seccomp: dict[str, Any] | None = None
    labels: dict[str, str] = field(default_factory=dict)

    def config(self) -> dict[str, Any]:
        """Return the content of ``config.json``."""
        return {
            "ociVersion": SPEC_VERSION,
            "root": {"path": str(self.root), "readonly": True},
            "hostname": "sandbox",
            "annotations": self.labels,
            "process": self._process(),
            "mounts": self._mounts(),
            "linux": self._linux(),
        }

    def _process(self) -> dict[str, Any]:
        capabilities = [f"CAP_{name}" for name in room.CAPABILITIES]
        return {
            "terminal": False,
            "user": {"uid": 0, "gid": 0},
            "cwd": "/work",
            "args": list(self.command),
            "env": list(_ENVIRONMENT),
            "noNewPrivileges": True,
            "capabilities": dict.fromkeys(("bounding", "effective", "permitted"), capabilities),
            "rlimits": [
                {"type": f"RLIMIT_{name.upper()}", "soft": value, "hard": value}
                for name, value in room.rlimits(self.limits).items()
            ],
        }

    def _mounts(self) -> list[dict[str, Any]]:
        return [
            _mount("/proc", "proc", *_QUIET),
            _mount("/dev", "tmpfs", "nosuid", "noexec", "mode=755", "size=64k"),
            _mount("/sys", "sysfs", *_QUIET, "ro"),
            _mount("/sys/fs/cgroup", "cgroup", *_QUIET, "ro"),
            *(
                _mount(path, "tmpfs", *options.split(","))
                for path, options in room.mounts(self.limits).items()
            ),
        ]

    def _linux(self) -> dict[str, Any]:
        namespaces = [*NAMESPACES, *(["user"] if self.first_uid else [])]
        made: dict[str, Any] = {
            "cgroupsPath": f"/{self.name}",
            "namespaces": [{"type": name} for name in namespaces],
            "resources": self._resources(),
            "maskedPaths": list(MASKED),
            "readonlyPaths": list(READ_ONLY),
        }
        if self.first_uid:
            mapping = [{"containerID": 0, "hostID": self.first_uid, "size": UIDS}]
            made |= {"uidMappings": mapping, "gidMappings": mapping}
        if self.seccomp:
            made["seccomp"] = self.seccomp
        return made

    def _resources(self) -> dict[str, Any]:
        bytes_ = room.memory_bytes(self.limits)
        memory = {"limit": bytes_, "swap": bytes_} if self.swap else {"limit": bytes_}
        cpu: dict[str, Any] = {"period": PERIOD_MICROSECONDS, "quota": self.limits.cpus * PERIOD_MICROSECONDS}
        if self.cpus:
            cpu["cpus"] = ",".join(map(str, self.cpus))
        return {
            "devices": [{"allow": False, "access": "rwm"}],
            "memory": memory,
            "cpu": cpu,
            "pids": {"limit": room.processes(self.limits)},
        }


def _mount(path: str, kind: str, *options: str) -> dict[str, Any]:
    return {"destination": path, "type": kind, "source": kind, "options": list(options)}
