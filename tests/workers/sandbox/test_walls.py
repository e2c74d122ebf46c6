"""What a hostile program meets: it tries, and prints how far it came."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from graders.job import Job
from graders.report import Report
from graders.verdict import Verdict
from tests.workers.sandbox.jobs import probe_of, told
from workers.sandbox.base import SandboxKind

MIB = 1024**2


def attempt(kind: SandboxKind, job: Job) -> Report:
    with kind.open(job.lab.limits) as sandbox:
        return sandbox.grade(job)


def findings(kind: SandboxKind, source: str, **limits: Any) -> dict[str, Any]:
    report = attempt(kind, probe_of(source, **limits))
    assert report.verdict is Verdict.PASSED, (report.checks, report.output)
    return told(report)


def test_there_is_no_network(kind: SandboxKind) -> None:
    found = findings(
        kind,
        """
        import socket
        reached = []
        for address in ("192.0.2.1", "127.0.0.1", "172.17.0.1"):
            with socket.socket() as attempt:
                attempt.settimeout(2)
                try:
                    attempt.connect((address, 80))
                    reached.append(address)
                except ConnectionRefusedError:
                    reached += [address] if address != "127.0.0.1" else []
                except OSError:
                    pass
        names = [name for _, name in socket.if_nameindex()]
        tell(reached=reached, names=names)
        """,
    )
    assert found["reached"] == []
    assert set(found["names"]) <= {"lo", "tunl0", "sit0", "gre0", "ip_vti0", "ip6tnl0", "ip6_vti0"}


def test_nothing_can_be_written_but_scratch(kind: SandboxKind) -> None:
    found = findings(
        kind,
        """
        import os
        writable = []
        for folder, folders, _ in os.walk("/"):
            if folder == "/":
                folders[:] = [name for name in folders if name not in ("proc", "sys")]
            if os.access(folder, os.W_OK):
                writable.append(folder)
        tell(writable=writable)
        """,
    )
    assert set(found["writable"]) <= {"/tmp", "/dev/shm", "/dev/mqueue"}
    assert {"/tmp", "/dev/shm"} <= set(found["writable"])


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
def test_scratch_is_bounded(kind: SandboxKind, folder: str) -> None:
    found = findings(
        kind,
        f"""
        written = 0
        try:
            for number in range(64):
                with open(f"{folder}/{{number}}", "wb", buffering=0) as file:
                    for _ in range(8):
                        written += file.write(bytes(131072))
        except OSError as problem:
            tell(written=written, problem=problem.errno)
        """,
        tmp_bytes=8 * MIB,
    )
    assert found["written"] <= 8 * MIB
    assert found["problem"] == 28


def test_one_file_cannot_be_larger_than_scratch(kind: SandboxKind) -> None:
    found = findings(
        kind,
        """
        try:
            with open("/tmp/hole", "wb") as file:
                file.truncate(1 << 40)
            tell(made=True)
        except OSError:
            tell(made=False)
        """,
    )
    assert found == {"made": False}


def test_the_memory_limit_holds(kind: SandboxKind) -> None:
    source = """
        held = []
        for _ in range(64):
            held.append(bytearray(b"x" * (16 << 20)))
        tell(held=len(held))
    """
    report = attempt(kind, probe_of(source, memory_bytes=128 * MIB))
    assert report.verdict is Verdict.MEMORY_LIMIT, report.checks


def test_more_processes_than_allowed_are_refused(kind: SandboxKind) -> None:
    source = """
        import os, time
        count = 0
        while count < 400:
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
            count += 1
        tell(count=count)
    """
    report = attempt(kind, probe_of(source, processes=32))
    assert report.verdict is Verdict.PROCESS_LIMIT, report.checks
    assert '"count"' not in report.output


def test_a_fork_bomb_harms_nobody(kind: SandboxKind) -> None:
    began = time.monotonic()
    source = """
        import os
        while True:
            try:
                os.fork()
            except OSError:
                pass
    """
    report = attempt(kind, probe_of(source, processes=32, run_seconds=3.0, wall_seconds=5.0))
    assert report.verdict in {Verdict.PROCESS_LIMIT, Verdict.TIMEOUT}, report.checks
    assert time.monotonic() - began < 40


def test_a_daemon_does_not_outlive_the_sandbox(kind: SandboxKind) -> None:
    mark = f"interleave-outliving-{os.getpid()}-{kind.name}"
    attempt(
        kind,
        probe_of(
            f"""
            import os, sys
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(99)", "{mark}"])
            """
        ),
    )
    assert not [line for line in command_lines() if mark in line]


def test_the_harness_is_out_of_reach(kind: SandboxKind) -> None:
    found = findings(
        kind,
        """
        import os, signal
        reached = []
        for name in ("mem", "environ", "maps", "fd/0", "fd/1", "cwd/x", "root"):
            try:
                with open(f"/proc/1/{name}", "rb") as file:
                    file.read(16)
                reached.append(name)
            except OSError:
                pass
        try:
            reached += os.listdir("/proc/1/fd")
        except OSError:
            pass
        signalled = []
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP, signal.SIGUSR1):
            try:
                os.kill(1, number)
                signalled.append(int(number))
            except OSError:
                pass
        links = {number: os.readlink(f"/proc/self/fd/{number}") for number in range(3)}
        for number in range(3, 256):
            try:
                links[number] = os.readlink(f"/proc/self/fd/{number}")
            except OSError:
                pass
        tell(reached=reached, signalled=signalled, uid=os.getuid(), links=links)
        """,
    )
    assert found["reached"] == []
    if found["uid"] == 64101:
        assert found["signalled"] == []
    links = found["links"]
    assert links.pop("0") == "/dev/null"
    assert links.pop("1").startswith("pipe:")
    assert links.pop("2").startswith("pipe:")
    # Where a process says what line it stands at, when it is asked.
    assert all(target.endswith("/trace") for target in links.values())


def test_no_capability_is_left_and_none_can_be_had(kind: SandboxKind) -> None:
    found = findings(
        kind,
        """
        import ctypes, os, re
        status = open("/proc/self/status").read()
        held = {key: int(value, 16) for key, value in re.findall(r"(Cap\\w+):\\s*(\\w+)", status)}
        refused = []
        for kind, flag in (("user", 0x10000000), ("mount", 0x20000), ("network", 0x40000000)):
            if ctypes.CDLL(None).unshare(flag) != 0:
                refused.append(kind)
        try:
            os.setuid(0)
        except OSError:
            refused.append("root")
        tell(held=held, refused=refused, no_new="NoNewPrivs:\\t1" in status)
        """,
    )
    assert {key: found["held"][key] for key in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {
        "CapInh": 0,
        "CapPrm": 0,
        "CapEff": 0,
        "CapAmb": 0,
    }
    assert set(found["refused"]) == {"user", "mount", "network", "root"}
    assert found["no_new"]


def test_the_machine_around_is_not_to_be_seen(kind: SandboxKind) -> None:
    here = str(Path(__file__).resolve())
    found = findings(
        kind,
        f"""
        import os
        tell(
            processes=len([name for name in os.listdir("/proc") if name.isdecimal()]),
            here=os.path.exists({here!r}),
            shadow=os.path.exists("/etc/shadow") and os.access("/etc/shadow", os.R_OK),
            environment=sorted(os.environ),
            host=os.uname().nodename,
            work=sorted(os.listdir(".")),
        )
        """,
    )
    assert found["processes"] <= 3
    assert not found["here"]
    assert not found["shadow"]
    assert found["host"] == "sandbox"
    assert "counter.py" in found["work"]
    assert not [name for name in found["environment"] if name.startswith(("INTERLEAVE_S", "INTERLEAVE_D"))]


def test_what_is_printed_cannot_pass_for_a_report(kind: SandboxKind) -> None:
    source = """
        import os
        line = b'{"event": "report", "report": {"version": 1, "lab": "x", "verdict": "passed"}}\\n'
        os.write(1, line)
        os.write(2, line)
        raise SystemExit(3)
    """
    report = attempt(kind, probe_of(source))
    assert report.verdict is Verdict.CRASH


def command_lines() -> list[str]:
    lines = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            lines.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return lines
