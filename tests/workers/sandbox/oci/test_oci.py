"""The oci sandbox: what confines it, and that nothing is left of it on any path."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from graders.errors import ProtocolError, SandboxError
from graders.job import Event, Job
from graders.lab import ExploreBudget
from graders.limits import Limits
from graders.report import Report
from graders.verdict import Verdict
from tests.workers.deployment import eventually
from tests.workers.sandbox.conftest import remains
from tests.workers.sandbox.jobs import probe_of, told
from workers.sandbox import room
from workers.sandbox.docker import options
from workers.sandbox.oci import cgroups
from workers.sandbox.oci.kind import OciKind
from workers.sandbox.oci.memory import Listener
from workers.sandbox.oci.runtime import Runtime
from workers.sandbox.oci.spec import Container
from workers.sandbox.oci.store import Store

MIB = 1024**2
READY = f"print({Event('ready').encode().decode().strip()!r}, flush=True)\n"


def test_every_limit_of_the_lab_is_in_the_config() -> None:
    limits = Limits(cpus=3, memory_bytes=100 * MIB, processes=20, tmp_bytes=5 * MIB, open_files=99)
    made = Container("x", Path("/root"), limits, cpus=(1, 2, 5)).config()
    resources = made["linux"]["resources"]
    assert resources["memory"] == {"limit": 164 * MIB, "swap": 164 * MIB}
    assert resources["pids"] == {"limit": 36}
    assert resources["cpu"] == {"period": 100_000, "quota": 300_000, "cpus": "1,2,5"}
    assert {each["type"]: each["hard"] for each in made["process"]["rlimits"]} == {
        "RLIMIT_NOFILE": 611,
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 5 * MIB,
    }
    sizes = {each["destination"]: each["options"] for each in made["mounts"]}
    assert f"size={5 * MIB}" in sizes["/tmp"]
    assert f"size={5 * MIB}" in sizes["/dev/shm"]


def test_it_confines_as_docker_is_told_to() -> None:
    made, docker = Container("x", Path("/root"), Limits(), first_uid=7).config(), options(Limits())
    process, linux = made["process"], made["linux"]
    assert made["root"]["readonly"] is docker["read_only"] is True
    assert process["noNewPrivileges"]
    for kind in ("bounding", "effective", "permitted"):
        assert process["capabilities"][kind] == [f"CAP_{name}" for name in docker["cap_add"]]
    assert {"inheritable", "ambient"}.isdisjoint(process["capabilities"])
    assert linux["resources"]["memory"]["limit"] == docker["mem_limit"]
    assert linux["resources"]["pids"]["limit"] == docker["pids_limit"]
    assert linux["resources"]["devices"] == [{"allow": False, "access": "rwm"}]
    names = {each["type"] for each in linux["namespaces"]}
    assert names == {"pid", "mount", "ipc", "uts", "network", "cgroup", "user"}
    assert all("path" not in each for each in linux["namespaces"])
    writable = [each["destination"] for each in made["mounts"] if "ro" not in each["options"]]
    assert set(writable) == {"/proc", "/dev", *docker["tmpfs"]}
    assert linux["uidMappings"] == [{"containerID": 0, "hostID": 7, "size": 65536}]


@pytest.mark.oci
def test_the_kernel_holds_all_of_it(oci_kind: OciKind) -> None:
    with oci_kind.open(Limits(cpus=1)) as sandbox:
        (bundle,) = oci_kind.store.runs.iterdir()
        groups = cgroups.groups(bundle.name)
        pid = int((groups[0] / "cgroup.procs").read_text().split()[0])
        status = Path(f"/proc/{pid}/status").read_text()
        found = {
            name: (group / name).read_text().strip()
            for group in groups
            for name in ("memory.limit_in_bytes", "memory.max", "pids.max", "cpuset.cpus")
            if (group / name).exists()
        }
        assert sandbox.info.image == oci_kind.made_of()
    assert str(320 * MIB) in {found.get("memory.limit_in_bytes"), found.get("memory.max")}
    assert found["pids.max"] == "80"
    assert found["cpuset.cpus"].isdecimal()
    assert "NoNewPrivs:\t1" in status
    assert "Seccomp:\t2" in status
    uids = next(line for line in status.splitlines() if line.startswith("Uid:"))
    assert set(uids.split()[1:]) == {str(2_000_000_000 + room.HARNESS_UID)}


@pytest.mark.oci
def test_without_a_user_namespace_it_works_too(oci_kind: OciKind) -> None:
    with replace(oci_kind, first_uid=0).open(Limits()) as sandbox:
        report = sandbox.grade(probe_of("import os\ntell(map=open('/proc/self/uid_map').read().split())"))
    assert told(report)["map"][:2] == ["0", "0"]


@pytest.mark.oci
def test_a_container_that_is_killed_in_mid_run_is_our_fault_and_says_how(oci_kind: OciKind) -> None:
    def kill(event: Event) -> None:
        if event.event == "started":
            cgroups.kill(next(oci_kind.store.runs.iterdir()).name)

    died = pytest.raises(SandboxError, match=r"ended without a report.*exit status 137: killed by somebody")
    with oci_kind.open(Limits()) as sandbox, died:
        sandbox.grade(probe_of("import time\ntime.sleep(60)"), kill)


HOARD = """
    import os
    open("/proc/self/oom_score_adj", "w").write("0")
    files = []
    while True:
        files.append(os.memfd_create("hoard"))
        try:
            for _ in range(15):
                os.write(files[-1], bytes(1 << 20))
        except OSError:
            pass
"""


@pytest.mark.oci
def test_a_program_that_takes_the_grader_down_with_it_reaches_its_own_limit(oci_kind: OciKind) -> None:
    """What it holds counts for no process, so that the harness is the biggest when memory runs out."""
    job = probe_of(HOARD, memory_bytes=64 * MIB)
    with oci_kind.open(job.lab.limits) as sandbox:
        report = sandbox.grade(replace(job, lab=replace(job.lab, explore=ExploreBudget(0, 0.0))))
    assert report.verdict is Verdict.MEMORY_LIMIT
    assert report.score == 0
    assert report.sandbox == sandbox.info


def test_a_group_of_version_2_is_heard_by_its_events(tmp_path: Path) -> None:
    events = tmp_path / "box" / "memory.events"
    events.parent.mkdir()
    events.write_text("max 0\noom_kill 0\n")
    with Listener("box", tmp_path) as listener, selectors.DefaultSelector() as selector:
        listener.begin()
        selector.register(listener, selectors.EVENT_READ)
        for text, ran_out in (("max 1\noom_kill 0\n", False), ("max 2\noom_kill 1\n", True)):
            events.write_text(text)
            assert selector.select(10)
            assert listener.read() == []
            assert listener.ran_out is ran_out
    with Listener("gone", tmp_path) as listener, pytest.raises(SandboxError, match="cannot be listened to"):
        listener.begin()


@pytest.mark.oci
@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("no-such-program",), "no-such-program"),
        (("python3", "-c", "import sys; sys.exit('no graders here')"), "no graders here"),
        (("python3", "-c", "import time; time.sleep(60)"), "did not get ready within 1 s"),
        (("python3", "-c", "print('hello')"), "not an event"),
    ],
    ids=["no program", "no harness", "silence", "garbage"],
)
def test_a_sandbox_that_does_not_open_leaves_nothing(
    oci_kind: OciKind, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], message: str
) -> None:
    if "1 s" in message:
        monkeypatch.setattr(room, "READY_SECONDS", 1.0)
    broken = replace(oci_kind, command=command)
    with pytest.raises((SandboxError, ProtocolError), match=message), broken.open(Limits()):
        pass
    assert remains(oci_kind.store) == []


@pytest.mark.oci
@pytest.mark.parametrize("exception", [KeyboardInterrupt, SystemExit, ZeroDivisionError])
def test_no_exception_leaves_anything(oci_kind: OciKind, exception: type[BaseException]) -> None:
    def fail_inside() -> None:
        with oci_kind.open(Limits()):
            assert remains(oci_kind.store) != []
            raise exception

    with pytest.raises(exception):
        fail_inside()
    assert remains(oci_kind.store) == []


@pytest.mark.oci
def test_an_interruption_while_the_container_is_made_leaves_nothing(
    oci_kind: OciKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("workers.sandbox.conversation.Conversation.wait_ready", interrupted)
    with pytest.raises(KeyboardInterrupt), oci_kind.open(Limits()):
        pass
    assert remains(oci_kind.store) == []


@pytest.mark.oci
def test_a_hostile_harness_cannot_flood_the_worker(oci_kind: OciKind, job: Job) -> None:
    flood = READY + "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    hostile = replace(oci_kind, command=("python3", "-c", flood))
    with pytest.raises(ProtocolError, match="a line of more than"), hostile.open(Limits()) as sandbox:
        sandbox.grade(job)


@pytest.mark.oci
def test_a_runtime_that_hangs_is_ended_and_cleared_away(
    oci_kind: OciKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.sandbox.oci.runtime.END_SECONDS", 1.0)
    began = time.monotonic()
    with oci_kind.open(Limits()) as sandbox:
        sandbox.process.send_signal(signal.SIGSTOP)
    assert time.monotonic() - began < 20
    assert remains(oci_kind.store) == []


@pytest.mark.oci
def test_the_machine_is_not_seen_through_proc_and_sys(oci_kind: OciKind) -> None:
    source = """
        import os
        readable = []
        for path in ("/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/interrupts"):
            try:
                with open(path, "rb") as file:
                    if file.read(1):
                        readable.append(path)
            except OSError:
                pass
        for path in ("/proc/acpi", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap"):
            if os.path.isdir(path) and os.listdir(path):
                readable.append(path)
        files = ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger")
        written = [path for path in files if os.access(path, os.W_OK)]
        tell(readable=readable, written=written, devices=sorted(os.listdir("/dev")))
    """
    with oci_kind.open(Limits()) as sandbox:
        report: Report = sandbox.grade(probe_of(source))
    found = told(report)
    assert found["readable"] == found["written"] == []
    assert not {"mem", "kmem", "sda", "kvm", "fuse"} & set(found["devices"])


OPENER = """
import os, sys, time
from pathlib import Path
from graders.limits import Limits
from workers.sandbox.oci.kind import OciKind
from workers.sandbox.oci.store import Store
with OciKind(store=Store(Path(sys.argv[1])), first_uid=2_000_000_000).open(Limits()):
    print("open", flush=True)
    time.sleep(600)
"""


@pytest.mark.oci
@pytest.mark.faults
def test_whoever_is_killed_while_a_sandbox_waits_leaves_a_file_alone_which_is_reaped(
    oci_kind: OciKind, unpacked: Store
) -> None:
    opener = subprocess.Popen(
        [sys.executable, "-c", OPENER, str(unpacked.folder)], stdout=subprocess.PIPE, start_new_session=True
    )
    assert opener.stdout
    assert opener.stdout.readline() == b"open\n"
    assert remains(unpacked, opener.pid)
    assert oci_kind.reap(None, older_than=600) == []  # It is alive.
    os.killpg(opener.pid, signal.SIGKILL)
    opener.wait()
    opener.stdout.close()
    # The harness hears the end of its input, and the runtime clears away after it.
    eventually(
        lambda: not [one for one in remains(unpacked, opener.pid) if "interleave" not in Path(one).name]
    )
    eventually(lambda: not list(unpacked.state.iterdir()))
    (bundle,) = unpacked.runs.iterdir()
    assert oci_kind.reap(None, older_than=600) == [bundle.name]
    assert remains(unpacked, opener.pid) == []


@pytest.mark.oci
@pytest.mark.faults
def test_a_runtime_that_was_killed_too_is_cleared_away_after(oci_kind: OciKind) -> None:
    runtime = Runtime("runc", oci_kind.store)
    with oci_kind.open(Limits()) as sandbox:
        (bundle,) = oci_kind.store.runs.iterdir()
        sandbox.process.kill()
        sandbox.process.wait()
        assert cgroups.groups(bundle.name)
        config = json.loads((bundle / "config.json").read_bytes())
        config["annotations"]["interleave.process"] = "gone"
        (bundle / "config.json").write_text(json.dumps(config))
        assert oci_kind.reap(None, older_than=600) == [bundle.name]
    assert remains(oci_kind.store) == []
    runtime.clear(bundle.name)  # What is gone may be cleared away again.


@pytest.mark.oci
def test_what_is_older_than_any_attempt_is_reaped_though_its_process_lives(oci_kind: OciKind) -> None:
    with oci_kind.open(Limits()):
        assert oci_kind.reap(None, older_than=60) == []
        assert len(oci_kind.reap(None, older_than=-1)) == 1


def test_a_bundle_that_is_being_written_is_left_alone_and_an_old_one_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = OciKind("true", Store(tmp_path))
    bundle = tmp_path / "run" / "interleave-0-begun"
    bundle.mkdir(parents=True)
    assert kind.reap(None, older_than=600) == []
    os.utime(bundle, (0, 0))
    assert kind.reap(None, older_than=600) == [bundle.name]
    assert not bundle.exists()


def test_groups_are_found_under_both_versions(tmp_path: Path) -> None:
    for folder in ("memory/box", "pids/box", "unified", "memory/other"):
        (tmp_path / folder).mkdir(parents=True)
    assert {str(path.relative_to(tmp_path)) for path in cgroups.groups("box", tmp_path)} == {
        "memory/box",
        "pids/box",
    }
    assert not cgroups.counts_swap(tmp_path)
    (tmp_path / "memory" / "memory.memsw.limit_in_bytes").touch()
    assert cgroups.counts_swap(tmp_path)
    unified = tmp_path / "unified"
    (unified / "box").mkdir()
    assert cgroups.groups("box", unified) == [unified / "box"]
    assert cgroups.counts_swap(unified)
    cgroups.remove("box", unified)
    assert cgroups.groups("box", unified) == []


def test_what_is_missing_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "needs root" in str(OciKind().problem())
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "no no-such-runtime on PATH" in str(OciKind("no-such-runtime").problem())
    assert "interleave sandbox unpack" in str(OciKind("true", Store(tmp_path)).problem())
    image = tmp_path / "oci" / "images" / "0"
    image.mkdir(parents=True)
    (tmp_path / "oci" / "current").symlink_to("images/0")
    tmp_path.chmod(0o700)
    assert OciKind("true", Store(tmp_path / "oci")).problem() is None
    told = str(OciKind("true", Store(tmp_path / "oci"), first_uid=7).problem())
    assert "cannot pass through" in told
    assert "chmod o+x /" in told
