"""All the parts, in order, and the rows that come of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.bench import costs, leaks, pages, program, service, starts, term
from scripts.bench.rows import Row
from scripts.bench.timing import Sustained, percentile, process_cpu, sustain
from workers.sandbox import image
from workers.sandbox.base import SandboxKind
from workers.sandbox.docker import DockerKind
from workers.sandbox.local import LocalKind
from workers.sandbox.oci.kind import OciKind
from workers.sandbox.oci.store import Store

WARM_START_MS = 30.0
BEYOND_MS = 150.0
DOCKER_SHARE = 0.85
OCI_PER_SECOND = 8.0
FIRST_UID = 2_000_000_000

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    times: int = 21
    """Repetitions of a single thing, of which the median is told."""
    seconds: float = 10.0
    """Length of a stretch with several in flight."""
    in_flight: tuple[int, ...] = (1, 2, 4, 8)
    submissions: int = 1000
    """How many are made to look for leaks."""
    slots: int = 2
    """Of the one worker."""
    term: int = 100_000
    """Submissions in the database when pages are measured."""
    page_times: int = 40
    """How often each page is asked for."""

    @classmethod
    def quick(cls) -> Plan:
        """Return a plan for a first look."""
        return cls(times=5, seconds=3.0, in_flight=(1, 4), submissions=60, term=10_000, page_times=20)


def measure(plan: Plan, only: str | None, tell: Tell) -> list[Row]:
    """Measure everything, or one part."""
    if only == "pages":
        return list(_pages(plan, tell))
    image.ensure()
    with _store() as store:
        kinds: list[SandboxKind] = [
            DockerKind(),
            OciKind(store=store, first_uid=FIRST_UID),
            LocalKind(),
        ]
        parts: dict[str, Callable[[], Iterator[Row]]] = {
            "starts": lambda: _starts(plan, kinds, tell),
            "latency": lambda: _latency(plan, kinds, store, tell),
            "throughput": lambda: _throughput(plan, store, tell),
            "costs": lambda: _costs(plan, store, tell),
            "leaks": lambda: _leaks(plan, kinds, tell),
            "pages": lambda: _pages(plan, tell),
        }
        return [row for name, part in parts.items() if only in {None, name} for row in part()]


@contextmanager
def _store() -> Iterator[Store]:
    with TemporaryDirectory(prefix="interleave-bench-") as folder:
        Path(folder).chmod(0o711)
        store = Store(Path(folder))
        store.add_from_docker(image.DEFAULT_IMAGE)
        yield store


def _starts(plan: Plan, kinds: list[SandboxKind], tell: Tell) -> Iterator[Row]:
    tell("the program alone")
    plain = program.plain_seconds(plan.times) * 1000
    yield Row("the program alone, `python3 counter.py`", plain, "ms")
    tell("docker run --rm")
    bare = program.container_seconds(plan.times) * 1000
    yield Row("`docker run --rm` of it, same limits", bare, "ms", ratio=f"{bare / plain:.1f} x alone")
    job = leaks.short(program.job())
    for kind in kinds:
        tell(f"starts, {kind.name}")
        cold = starts.cold_seconds(kind, job, plan.times) * 1000
        warm = starts.warm_seconds(kind, job, plan.times) * 1000
        yield Row(
            f"{kind.name}: cold start, program in -> harness runs it", cold, "ms", ratio=_of(cold, bare)
        )
        yield Row(
            f"{kind.name}: warm start, the same",
            warm,
            "ms",
            at_most=WARM_START_MS,
            ratio=f"{cold / warm:.0f} x faster",
        )


def _latency(plan: Plan, kinds: list[SandboxKind], store: Store, tell: Tell) -> Iterator[Row]:
    for kind in kinds:
        tell(f"latency over HTTP, {kind.name}")
        with service.running(kind.name, plan.slots, oci_dir=store.folder) as running:
            answers = []
            for _ in range(plan.times):
                # As students come: what is started ahead has had the time to be there.
                time.sleep(1.0)
                answers.append(running.hand_in())
        beyond = [answer.beyond * 1000 for answer in answers[1:]]
        whole = statistics.median(answer.seconds * 1000 for answer in answers[1:])
        yield Row(
            f"{kind.name}: submit to report over HTTP, beyond the harness, p50",
            statistics.median(beyond),
            "ms",
            at_most=BEYOND_MS,
            ratio=f"of {whole:.0f} ms in all",
        )
        yield Row(f"{kind.name}: the same, p95", percentile(beyond, 0.95), "ms")


def _throughput(plan: Plan, store: Store, tell: Tell) -> Iterator[Row]:
    bare: list[Sustained] = []
    for number in plan.in_flight:
        tell(f"docker run --rm, {number} in flight")
        bare.append(program.containers_per_second(number, plan.seconds))
        yield _per_second(f"`docker run --rm`, {number} in flight", bare[-1])
    most = max(one.per_second for one in bare)
    for kind in ("docker", "oci"):
        with service.running(kind, plan.slots, oci_dir=store.folder) as running:
            found = []
            for number in plan.in_flight:
                tell(f"submissions, {kind}, {number} in flight")
                found.append(sustain(number, plan.seconds, running.hand_in))
                yield _per_second(f"{kind}: graded over HTTP, {number} in flight", found[-1])
        best = max(one.per_second for one in found)
        bar = DOCKER_SHARE * most if kind == "docker" else OCI_PER_SECOND
        yield Row(f"{kind}: the most of these", best, "/s", at_least=bar, ratio=_of(best, most))


def _costs(plan: Plan, store: Store, tell: Tell) -> Iterator[Row]:
    tell("CPU seconds")
    job = program.job()
    oci = costs.of_oci(OciKind(store=store, first_uid=FIRST_UID), job, plan.times)
    docker = costs.docker_container(DockerKind(), job, plan.times, oci.harness)
    yield Row("CPU of a submission: container, docker", docker * 1000, "ms", ratio="needs a quiet machine")
    yield Row("CPU of a submission: container, oci", oci.container * 1000, "ms")
    yield Row("CPU of a submission: interpreter, until ready", oci.interpreter * 1000, "ms")
    yield Row("CPU of a submission: free runs", oci.free_runs * 1000, "ms")
    yield Row("CPU of a submission: exploration and the rest", oci.exploration * 1000, "ms")
    yield Row("CPU of a submission: service", _service_cpu(plan, store) * 1000, "ms")


def _service_cpu(plan: Plan, store: Store) -> float:
    """Return what web, worker and Redis use themselves for one submission."""
    with service.running("oci", 1, oci_dir=store.folder) as running:
        running.hand_in()
        pids = service.tree(running.pid)
        before = sum(map(process_cpu, pids))
        for _ in range(plan.times):
            running.hand_in()
        return (sum(map(process_cpu, pids)) - before) / plan.times


def _leaks(plan: Plan, kinds: list[SandboxKind], tell: Tell) -> Iterator[Row]:
    job = leaks.short(program.job())
    for kind in kinds:
        tell(f"{plan.submissions} submissions, {kind.name}")
        more = leaks.grow(kind, job, plan.submissions)
        left = more.descriptors + more.threads + more.children
        what = f"{kind.name}: descriptors, threads and processes left after {plan.submissions} submissions"
        yield Row(what, left, "", at_most=0)
        yield Row(f"{kind.name}: memory grown meanwhile", more.memory_bytes / 1024**2, "MiB", at_most=4)


def _pages(plan: Plan, tell: Tell) -> Iterator[Row]:
    return pages.measure(term.Size(submissions=plan.term), plan.page_times, tell)


def _per_second(what: str, found: Sustained) -> Row:
    return Row(what, found.per_second, "/s", ratio=f"{found.cpu * 1000:.0f} ms CPU each")


def _of(value: float, other: float) -> str:
    return f"{value / other:.2f} of docker run"
