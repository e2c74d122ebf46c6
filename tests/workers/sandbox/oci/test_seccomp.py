"""Docker's form of a seccomp profile, said in the runtime's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graders.errors import SandboxError
from workers.sandbox.oci import seccomp


def translated(
    machine: str = "x86_64", kernel: tuple[int, int] = (6, 1), **rule: Any
) -> list[dict[str, Any]]:
    docker = {
        "defaultAction": "SCMP_ACT_ERRNO",
        "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW", **rule}],
    }
    found: list[dict[str, Any]] = seccomp.translate(docker, machine, kernel)["syscalls"]
    return found


def test_a_rule_without_conditions_is_taken_as_it_is() -> None:
    args = [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]
    assert translated(args=args, errnoRet=38, comment="why") == [
        {"names": ["read"], "action": "SCMP_ACT_ALLOW", "errnoRet": 38, "args": args}
    ]


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({"includes": {"arches": ["amd64"]}}, True),
        ({"includes": {"arches": ["arm64"]}}, False),
        ({"excludes": {"arches": ["amd64"]}}, False),
        ({"includes": {"caps": ["CAP_SYS_ADMIN"]}}, False),
        ({"includes": {"caps": ["CAP_SETUID"]}}, True),
        ({"excludes": {"caps": ["CAP_SYS_ADMIN"]}}, True),
        ({"excludes": {"caps": ["CAP_KILL"]}}, False),
        ({"includes": {"minKernel": "4.8"}}, True),
        ({"includes": {"minKernel": "6.2"}}, False),
        ({"excludes": {"minKernel": "4.8"}}, False),
        ({"includes": None, "excludes": {}}, True),
    ],
)
def test_conditions_are_decided_for_our_containers(rule: dict[str, Any], holds: bool) -> None:
    assert bool(translated(**rule)) is holds


def test_the_architecture_is_this_machines_with_those_beneath_it() -> None:
    docker = {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": 1,
        "archMap": [
            {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
            {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]},
        ],
        "syscalls": [],
    }
    made = seccomp.translate(docker, "aarch64", (6, 1))
    assert made["architectures"] == ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]
    assert made["defaultErrnoRet"] == 1


def test_our_profile_refuses_what_it_does_not_name() -> None:
    made = seccomp.profile()
    assert made["defaultAction"] == "SCMP_ACT_ERRNO"
    allowed = {
        name for rule in made["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for name in rule["names"]
    }
    assert {"read", "futex", "execve", "setuid"} <= allowed
    assert allowed.isdisjoint(
        {"mount", "unshare", "setns", "bpf", "ptrace", "init_module", "kexec_load", "reboot"}
    )


@pytest.mark.parametrize("content", ["", "{}", json.dumps({"defaultAction": "x"})])
def test_a_profile_that_cannot_be_read_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "seccomp.json"
    path.write_text(content)
    with pytest.raises(SandboxError, match=r"seccomp\.json cannot be used"):
        seccomp.profile(path)
