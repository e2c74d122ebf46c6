"""The bodies of create calls: as workers send them, and as somebody would who has taken a worker over."""

from __future__ import annotations

import contextlib
import copy
import json
from functools import cache
from typing import Any

import docker

from graders.limits import Limits
from workers.dockerproxy.inspection import Policy
from workers.sandbox import docker as docker_sandbox
from workers.sandbox import engine, seccomp

IMAGE = "interleave-sandbox:latest"
DIGEST = "sha256:" + "a" * 64
POLICY = Policy(frozenset({IMAGE, DIGEST}), frozenset({"runc", "runsc"}), seccomp.profile())


def asked() -> dict[str, Any]:
    """Return what docker-py sends for a sandbox, as a fresh copy."""
    return copy.deepcopy(_asked())


@cache
def _asked() -> dict[str, Any]:
    sent: list[dict[str, Any]] = []

    class _Sent(Exception):  # noqa: N818
        pass

    def catch(_: str, data: dict[str, Any], **rest: Any) -> None:
        sent.append(json.loads(json.dumps(data)))
        raise _Sent

    client = docker.DockerClient(base_url="unix:///no/such/socket", version="1.41")
    client.api._post_json = catch
    with contextlib.suppress(_Sent):
        client.containers.create(
            DIGEST,
            list(docker_sandbox.HARNESS),
            name="interleave-1",
            labels={engine.LABEL: engine.LABEL_VALUE},
            **docker_sandbox.options(Limits(), "runsc"),
        )
    client.close()
    return sent[0]


def changed(body: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return a copy of the body with another value at one place."""
    made = copy.deepcopy(body)
    place = made
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value
    return made


HOST = "HostConfig"
HOSTILE: dict[str, tuple[tuple[str, ...], Any]] = {
    "privileged": ((HOST, "Privileged"), True),
    "the host's root": ((HOST, "Binds"), ["/:/host"]),
    "the daemon's socket": ((HOST, "Binds"), ["/var/run/docker.sock:/s"]),
    "a mount": ((HOST, "Mounts"), [{"Type": "bind", "Source": "/", "Target": "/host"}]),
    "a volume": (("Volumes",), {"/data": {}}),
    "another container's volumes": ((HOST, "VolumesFrom"), ["interleave-postgres-1"]),
    "the host's processes": ((HOST, "PidMode"), "host"),
    "another container's processes": ((HOST, "PidMode"), "container:x"),
    "the host's memory segments": ((HOST, "IpcMode"), "host"),
    "the host's network": ((HOST, "NetworkMode"), "host"),
    "another container's network": ((HOST, "NetworkMode"), "container:x"),
    "the bridge": ((HOST, "NetworkMode"), "bridge"),
    "the host's name": ((HOST, "UTSMode"), "host"),
    "the host's uids": ((HOST, "UsernsMode"), "host"),
    "the host's groups": ((HOST, "CgroupnsMode"), "host"),
    "another group": ((HOST, "CgroupParent"), "/"),
    "all capabilities": ((HOST, "CapAdd"), ["ALL"]),
    "one more capability": ((HOST, "CapAdd"), ["SETUID", "SETGID", "KILL", "SYS_ADMIN"]),
    "no capability dropped": ((HOST, "CapDrop"), []),
    "a device": ((HOST, "Devices"), [{"PathOnHost": "/dev/sda", "PathInContainer": "/d"}]),
    "a kind of devices": ((HOST, "DeviceCgroupRules"), ["a *:* rwm"]),
    "a graphics card": ((HOST, "DeviceRequests"), [{"Driver": "nvidia", "Count": -1}]),
    "no seccomp": ((HOST, "SecurityOpt"), ["no-new-privileges", "seccomp=unconfined"]),
    "Docker's seccomp": ((HOST, "SecurityOpt"), ["no-new-privileges"]),
    "another seccomp": (
        (HOST, "SecurityOpt"),
        ["no-new-privileges", 'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'],
    ),
    "new privileges": ((HOST, "SecurityOpt"), [seccomp.security_option()]),
    "no AppArmor": (
        (HOST, "SecurityOpt"),
        ["no-new-privileges", seccomp.security_option(), "apparmor=unconfined"],
    ),
    "unmasked files": ((HOST, "MaskedPaths"), []),
    "writable settings": ((HOST, "ReadonlyPaths"), []),
    "a setting of the kernel": ((HOST, "Sysctls"), {"kernel.shm_rmid_forced": "0"}),
    "a writable image": ((HOST, "ReadonlyRootfs"), False),
    "endless memory": ((HOST, "Memory"), 0),
    "swap": ((HOST, "MemorySwap"), -1),
    "endless processes": ((HOST, "PidsLimit"), -1),
    "all CPUs": ((HOST, "NanoCpus"), 0),
    "never killed for memory": ((HOST, "OomKillDisable"), True),
    "killed last for memory": ((HOST, "OomScoreAdj"), -1000),
    "a large scratch": ((HOST, "Tmpfs"), {"/tmp": "nosuid,nodev,noexec,size=99999999999"}),
    "programs in scratch": ((HOST, "Tmpfs"), {"/tmp": "exec,nosuid,nodev,size=1000"}),
    "scratch over the system": ((HOST, "Tmpfs"), {"/usr": "nosuid,nodev,noexec,size=1000"}),
    "a log on the host's disk": ((HOST, "LogConfig"), {"Type": "json-file"}),
    "a log to somewhere": (
        (HOST, "LogConfig"),
        {"Type": "syslog", "Config": {"syslog-address": "tcp://x:1"}},
    ),
    "coming back for ever": ((HOST, "RestartPolicy"), {"Name": "always"}),
    "an open port": ((HOST, "PortBindings"), {"80/tcp": [{"HostPort": "80"}]}),
    "another host in /etc": ((HOST, "ExtraHosts"), ["x:1.2.3.4"]),
    "another runtime": ((HOST, "Runtime"), "nvidia"),
    "another image": (("Image",), "debian:trixie-slim"),
    "another digest": (("Image",), "sha256:" + "b" * 64),
    "no label": (("Labels",), {}),
    "another label": (("Labels",), {"interleave": "worker"}),
    "an environment": (("Env",), ["LD_PRELOAD=/x"]),
    "a health check": (("Healthcheck",), {"Test": ["CMD", "true"]}),
    "another network": (("NetworkingConfig",), {"EndpointsConfig": {"interleave_stores": {}}}),
    "a name in small letters": (("hostconfig",), {"Privileged": True}),
    "small letters within": ((HOST, "privileged"), True),
    "an empty list in small letters": ((HOST, "capdrop"), []),
    "letters that fold": ((HOST, "Bind\u017f"), ["/:/host"]),
    "what is not known yet": ((HOST, "SomethingNew"), 1),
}
"""What a worker that was taken over might try, and the place in the body where it says so."""
