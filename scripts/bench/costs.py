"""Where the CPU seconds of a submission go."""

from __future__ import annotations

import os
import resource
import statistics
from dataclasses import dataclass, replace
from pathlib import Path

from graders.job import Job
from scripts.bench.timing import machine_cpu
from workers.sandbox.docker import DockerKind
from workers.sandbox.oci import cgroups
from workers.sandbox.oci.kind import OciKind
from workers.sandbox.pool import Pool


@dataclass(frozen=True)
class Costs:
    """CPU seconds of one submission, medians; what the service adds is measured elsewhere."""

    container: float
    """The runtime's own, from nothing to a process in its namespaces, and back."""
    interpreter: float
    """Python and the harness until it is ready for a job."""
    free_runs: float
    exploration: float
    """The rest of what the harness and its children use: explored runs, reading the source, judging."""

    @property
    def harness(self) -> float:
        """All that runs in the container."""
        return self.interpreter + self.free_runs + self.exploration


def of_oci(kind: OciKind, job: Job, times: int) -> Costs:
    """Measure by the container's control group and by what the kernel counts of our children.

    What a free run costs is the difference between an attempt with all of them and one with a single one.
    """
    single = replace(job, lab=replace(job.lab, free_runs=1))
    full = [_one(kind, job) for _ in range(times)]
    fewer = [_one(kind, single) for _ in range(times)]
    ready = statistics.median(one.ready for one in full)
    whole = statistics.median(one.whole for one in full)
    between = whole - statistics.median(one.whole for one in fewer)
    free = between * job.lab.free_runs / (job.lab.free_runs - 1)
    return Costs(statistics.median(one.container for one in full), ready, free, whole - ready - free)


def docker_container(kind: DockerKind, job: Job, times: int, harness: float) -> float:
    """Return what Docker's container costs: the machine's CPU seconds, less our own and the harness's.

    Only right on a machine where nothing else is at work.
    """
    with Pool(kind) as pool:
        pool.warm_up()
        pool.settle()
        begin, own = machine_cpu(), _own()
        for _ in range(times):
            with pool.open(job.lab.limits) as sandbox:
                sandbox.grade(job)
        # The last one to be destroyed stands for the first, which was started before the count.
        return (machine_cpu() - begin - (_own() - own)) / times - harness


@dataclass(frozen=True)
class _Used:
    """CPU seconds of one attempt: the runtime's, and the harness's until it was ready and in all."""

    container: float
    ready: float
    whole: float


def _one(kind: OciKind, job: Job) -> _Used:
    before = _children()
    with kind.open(job.lab.limits) as sandbox:
        name = next(path.name for path in kind.store.runs.iterdir() if f"-{os.getpid()}-" in path.name)
        ready = _group_cpu(name)
        used = [ready]
        sandbox.grade(job, lambda _: used.append(_group_cpu(name)))
    return _Used(_children() - before - used[-1], ready, used[-1])


def _group_cpu(name: str) -> float:
    """Return the CPU seconds of a container so far, under either version of control groups."""
    for group in cgroups.groups(name):
        if (file := group / "cpuacct.usage").exists():
            return int(file.read_text()) / 1e9
        if (file := group / "cpu.stat").exists():
            fields = dict(line.split() for line in file.read_text().splitlines())
            if "usage_usec" in fields:
                return int(fields["usage_usec"]) / 1e6
    raise RuntimeError(f"no control group counts the CPU time of {name}: is {Path('/sys/fs/cgroup')} there?")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _own() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
