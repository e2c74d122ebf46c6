"""The inspector of create bodies: what workers send passes, and no change of it gives more than they have."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.workers.dockerproxy.bodies import DIGEST, HOSTILE, IMAGE, POLICY, asked, changed
from workers.dockerproxy import inspection
from workers.dockerproxy.inspection import parse, problems
from workers.sandbox import engine


def refused(body: dict[str, Any]) -> list[str]:
    return list(problems(body, POLICY))


def test_what_a_worker_sends_is_allowed() -> None:
    assert refused(asked()) == []
    assert refused(changed(asked(), ("Image",), IMAGE)) == []


def test_the_proxy_and_the_workers_mean_the_same_label() -> None:
    assert (inspection.LABEL, inspection.LABEL_VALUE) == (engine.LABEL, engine.LABEL_VALUE)


@pytest.mark.parametrize("what", HOSTILE)
def test_it_refuses(what: str) -> None:
    path, value = HOSTILE[what]
    found = refused(changed(asked(), path, value))
    assert found
    assert path[-1][:40] in " ".join(found)


@pytest.mark.parametrize("key", ["Memory", "PidsLimit", "NanoCpus", "SecurityOpt", "CapDrop", "NetworkMode"])
def test_a_wall_that_is_left_out_is_missed(key: str) -> None:
    body = asked()
    del body["HostConfig"][key]
    assert f"HostConfig.{key} is missing" in refused(body)
    assert refused(changed(asked(), ("HostConfig", key), None))


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"null", b"1", b'{"a": NaN}', b'{"a": Infinity}', b"{", b"\xff", b"[" * 100_000],
    ids=lambda text: repr(text[:12]),
)
def test_what_is_no_object_is_no_body(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


def test_of_a_key_that_is_given_twice_the_one_that_was_looked_at_goes_on() -> None:
    good = json.dumps(asked()["HostConfig"])
    body = parse(f'{{"HostConfig": {good}, "HostConfig": {{"Privileged": true}}}}'.encode())
    assert "HostConfig.Privileged is not allowed" in refused(body)


SCALARS = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=12)
VALUES = st.recursive(
    SCALARS | st.sampled_from([value for _, value in HOSTILE.values()]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(string.ascii_letters, max_size=8), inner)
    ),
    max_leaves=6,
)
PATHS = sorted(
    {path for path, _ in HOSTILE.values()} | {("HostConfig", key) for key in asked()["HostConfig"]}
)


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Bodies a few changes away from a worker's own, with names in any case."""
    body = asked()
    for _ in range(draw(st.integers(1, 4))):
        *parents, last = draw(st.sampled_from(PATHS))
        spelt = draw(st.sampled_from([last, last, last.lower(), last.upper(), last.swapcase()]))
        body = changed(body, (*parents, spelt), draw(VALUES))
    return body


@given(bodies())
@example(changed(asked(), ("HostConfig", "Privileged"), False))
def test_whatever_is_allowed_is_confined(body: dict[str, Any]) -> None:
    """The oracle reads as the daemon does: names in any case, later ones over earlier ones."""
    if refused(body):
        return
    outer = {key.casefold(): value for key, value in body.items()}
    host = {key.casefold(): value for key, value in outer["hostconfig"].items()}
    harmless = {
        *(
            "networkmode",
            "ipcmode",
            "readonlyrootfs",
            "capdrop",
            "capadd",
            "securityopt",
            "memory",
            "memoryswap",
        ),
        *("pidslimit", "nanocpus", "ulimits", "logconfig", "tmpfs", "runtime", "init"),
    }
    assert not [key for key in set(host) - harmless if host[key] not in (None, False, 0, "", [], {})]
    assert host["networkmode"] == "none"
    assert host["ipcmode"] in ("private", "none")
    assert host["readonlyrootfs"] is True
    assert host["capdrop"] == ["ALL"]
    assert set(host.get("capadd") or ()) <= {"SETUID", "SETGID", "KILL"}
    assert host["securityopt"][0].startswith("no-new-privileges")
    assert json.loads(host["securityopt"][1].removeprefix("seccomp=")) == POLICY.seccomp
    assert 0 < host["memory"] == host["memoryswap"] <= 16 * 1024**3
    assert 0 < host["pidslimit"] <= 4096
    assert 0 < host["nanocpus"] <= 64 * 10**9
    assert set(host.get("tmpfs") or ()) <= {"/tmp", "/dev/shm", "/work"}
    assert host["logconfig"]["Type"] == "none"
    assert outer["image"] in (DIGEST, IMAGE)
    assert outer["labels"]["interleave"] == "sandbox"
    assert not [key for key in ("volumes", "env", "networkingconfig") if outer.get(key)]
