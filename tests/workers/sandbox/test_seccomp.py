"""The filter of system calls: what it must refuse, what programs of the course need, and that it is there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import docker
import pytest

from graders.lab import ExploreBudget
from graders.limits import Limits
from graders.verdict import Verdict
from tests.workers.sandbox.conftest import containers_of
from tests.workers.sandbox.jobs import probe_of, told
from workers.sandbox import seccomp
from workers.sandbox.docker import DockerKind

FORBIDDEN = re.findall(
    r"\w+",
    """
    acct add_key adjtimex bpf chroot clock_adjtime clock_settime delete_module fanotify_init
    finit_module fsconfig fsmount fsopen init_module io_uring_enter io_uring_register io_uring_setup
    ioperm iopl kcmp kexec_file_load kexec_load keyctl landlock_add_rule lookup_dcookie mbind mount
    mount_setattr move_mount move_pages name_to_handle_at nfsservctl open_by_handle_at open_tree
    perf_event_open pidfd_getfd pivot_root process_vm_readv process_vm_writev ptrace quotactl reboot
    request_key seccomp set_mempolicy setdomainname sethostname setns settimeofday splice swapoff swapon
    sync syslog tee umount umount2 unshare uselib userfaultfd vhangup vmsplice
    """,
)


def rules_about(name: str) -> list[dict[str, Any]]:
    return [rule for rule in seccomp.profile()["syscalls"] if name in rule["names"]]


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_dangerous_call_is_not_on_the_list(name: str) -> None:
    assert not [rule for rule in rules_about(name) if rule["action"] == "SCMP_ACT_ALLOW"]


def test_it_is_a_list_of_what_is_allowed_and_a_short_one() -> None:
    profile = seccomp.profile()
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    assert {rule["action"] for rule in profile["syscalls"]} == {"SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"}
    allowed = [
        name for rule in profile["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for name in rule["names"]
    ]
    # Docker's own list has more than 350.
    assert len(set(allowed)) < 220
    once = [name for name in set(allowed) if allowed.count(name) > 1]
    assert all(rule.get("args") for name in once for rule in rules_about(name))


def test_new_namespaces_are_refused_by_what_is_asked_of_clone() -> None:
    (rule,) = rules_about("clone")
    (condition,) = rule["args"]
    assert condition == {"index": 0, "value": 0x7E020000, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}
    # Its flags lie in memory, where no filter sees them.
    assert [found["action"] for found in rules_about("clone3")] == ["SCMP_ACT_ERRNO"]
    assert rules_about("clone3")[0]["errnoRet"] == 38


def test_it_is_handed_to_docker_as_it_stands_in_the_file() -> None:
    kind, _, text = seccomp.security_option().partition("=")
    assert kind == "seccomp"
    assert json.loads(text) == json.loads(seccomp.PROFILE.read_text())


@pytest.mark.docker
def test_every_process_of_a_sandbox_is_filtered(
    docker_kind: DockerKind, docker_client: docker.DockerClient
) -> None:
    with docker_kind.open(Limits()) as sandbox:
        (container,) = containers_of(docker_client, docker_kind.owner)
        pid = docker_client.api.inspect_container(container)["State"]["Pid"]
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            assert re.search(r"^Seccomp:\s*2$", file.read(), re.MULTILINE)
        report = sandbox.grade(probe_of("tell(status=open('/proc/self/status').read())"))
    assert "Seccomp:\t2" in told(report)["status"]


@pytest.mark.docker
def test_what_programs_need_is_allowed_and_no_more(docker_kind: DockerKind) -> None:
    source = """
        import ctypes, errno, os, shutil, socket, tempfile, threading
        from multiprocessing import Manager, get_context
        libc = ctypes.CDLL(None, use_errno=True)

        def outcome(*arguments):
            result = libc.syscall(*arguments)
            return errno.errorcode.get(ctypes.get_errno()) if result == -1 else "done"

        def family(*what):
            try:
                socket.socket(*what).close()
                return "done"
            except OSError as problem:
                return errno.errorcode[problem.errno]

        def double(number):
            return 2 * number

        if __name__ == "__main__":
            pooled = {}
            for method in ("fork", "spawn", "forkserver"):
                with get_context(method).Pool(2) as pool:
                    pooled[method] = pool.map(double, [1, 2])
            with Manager() as manager:
                pooled["manager"] = list(manager.list([2, 4]))
            os.mkfifo("/tmp/pipe")
            with open("/tmp/a", "w") as file:
                file.write("x")
            shutil.copy2("/tmp/a", "/tmp/b")
            tell(
                pooled=pooled,
                calls={
                    "unshare": outcome(272, 0x10000000),
                    "clone with a namespace": outcome(56, 0x10000000 | 17, 0, 0, 0, 0),
                    "clone3": outcome(435, 0, 0),
                    "keyctl": outcome(250, 0, 0, 0, 0, 0),
                    "shmget": outcome(29, 5, 4096, 0o1600),
                    "personality": outcome(135, 0x0400000),
                    "ptrace": outcome(101, 0, 0, 0, 0),
                },
                families={
                    "unix": family(socket.AF_UNIX),
                    "inet": family(socket.AF_INET),
                    "packet": family(socket.AF_PACKET, socket.SOCK_RAW),
                    "netfilter": family(socket.AF_NETLINK, socket.SOCK_RAW, 12),
                    "vsock": family(40),
                    "alg": family(38, 5),
                },
            )
    """
    job = probe_of(source)
    with docker_kind.open(Limits()) as sandbox:
        report = sandbox.grade(replace(job, lab=replace(job.lab, explore=ExploreBudget(0, 0.0), free_runs=1)))
    assert report.verdict is Verdict.PASSED, report.checks
    found = told(report)
    assert found["pooled"] == {name: [2, 4] for name in ("fork", "spawn", "forkserver", "manager")}
    assert found["calls"] == {
        "unshare": "EPERM",
        "clone with a namespace": "EPERM",
        "clone3": "ENOSYS",
        "keyctl": "EPERM",
        "shmget": "ENOSYS",
        "personality": "EPERM",
        "ptrace": "EPERM",
    }
    families = found["families"]
    assert (families.pop("unix"), families.pop("inet")) == ("done", "done")
    assert set(families.values()) == {"EPERM"}


@pytest.mark.docker
def test_there_is_no_setuid_program_in_the_image(
    docker_client: docker.DockerClient, sandbox_image: str
) -> None:
    command = ["find", "/", "-xdev", "-type", "f", "-perm", "/6000"]
    found = docker_client.containers.run(sandbox_image, command, network_mode="none", remove=True)
    assert found == b""
