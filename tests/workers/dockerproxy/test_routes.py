"""Which calls go through the proxy, and that nothing else does, however it is spelt."""

from __future__ import annotations

import io
import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.dockerproxy.messages import MAX_BODY_BYTES, MAX_HEAD_BYTES, read_request
from workers.dockerproxy.routes import Kind, RefusedError, route

NAME = "interleave-0123"


@pytest.mark.parametrize(
    ("method", "target", "kind"),
    [
        ("GET", "/_ping", Kind.PLAIN),
        ("GET", "/v1.41/version", Kind.PLAIN),
        ("GET", "/v1.41/info", Kind.PLAIN),
        ("GET", "/v1.41/images/interleave-sandbox:latest/json", Kind.IMAGE),
        ("GET", "/v1.41/images/interleave-sandbox%3Alatest/json", Kind.IMAGE),
        ("POST", f"/v1.41/containers/create?name={NAME}", Kind.CREATE),
        ("POST", f"/v1.41/containers/{NAME}/start", Kind.CONTAINER),
        ("POST", f"/v1.41/containers/{NAME}/attach?stdin=1&stdout=1&stderr=1&stream=1", Kind.ATTACH),
        ("GET", f"/v1.41/containers/{NAME}/json", Kind.CONTAINER),
        ("DELETE", f"/v1.41/containers/{NAME}?force=True&v=True", Kind.CONTAINER),
    ],
)
def test_what_workers_need_goes_through(method: str, target: str, kind: Kind) -> None:
    assert route(method, target).kind is kind


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", "/containers/create"),
        ("POST", "/containers/create?name=postgres"),
        ("POST", f"/containers/create?name={NAME}&platform=linux"),
        ("POST", f"/containers/create?name={NAME}&name=other"),
        ("POST", f"/containers/{NAME}/exec"),
        ("POST", "/exec/abc/start"),
        ("POST", f"/containers/{NAME}/update"),
        ("POST", f"/containers/{NAME}/rename?name=x"),
        ("POST", f"/containers/{NAME}/pause"),
        ("GET", f"/containers/{NAME}/archive?path=/"),
        ("PUT", f"/containers/{NAME}/archive?path=/"),
        ("GET", f"/containers/{NAME}/export"),
        ("GET", f"/containers/{NAME}/logs"),
        ("GET", f"/containers/{NAME}/attach/ws"),
        ("GET", f"/containers/{NAME}/top"),
        ("POST", "/build"),
        ("POST", "/images/create?fromImage=x"),
        ("POST", "/images/load"),
        ("POST", "/images/interleave-sandbox/tag?repo=x"),
        ("DELETE", "/images/interleave-sandbox"),
        ("POST", "/commit"),
        ("POST", "/volumes/create"),
        ("POST", "/networks/create"),
        ("POST", "/networks/x/connect"),
        ("POST", "/swarm/init"),
        ("POST", "/plugins/pull"),
        ("POST", "/session"),
        ("POST", "/grpc"),
        ("GET", "/events"),
        ("GET", "/v1.41/../containers/json"),
        ("GET", "//containers/json"),
        ("GET", "/v1.41/v1.41/containers/json"),
        ("GET", "/containers/x%2F..%2Fy/json"),
        ("GET", "/images/../containers/x/json/json"),
        ("get", "/containers/json"),
        ("GET", "/containers/json?filters=%7B"),
        ("GET", "/containers/json?filters=[1]"),
        ("GET", "/containers/json?filters=" + "[" * 9000),
        ("GET", "/containers/{}/json"),
        ("GET", "/%ff"),
    ],
)
def test_all_else_is_refused(method: str, target: str) -> None:
    with pytest.raises(RefusedError):
        route(method, target)


@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"]),
    st.lists(
        st.sampled_from(
            [
                "containers",
                "images",
                "exec",
                "create",
                "json",
                "start",
                "build",
                "v1.41",
                "..",
                "%2e%2e",
                "a",
                "",
                "/",
            ]
        ),
        max_size=6,
    ),
    st.dictionaries(
        st.sampled_from(["name", "force", "v", "all", "filters", "t", "path"]), st.text(max_size=8)
    ),
)
def test_what_goes_through_is_one_of_few_shapes(method: str, parts: list[str], query: dict[str, str]) -> None:
    try:
        call = route(method, "/" + "/".join(parts) + "?" + urlencode(query))
    except RefusedError:
        return
    path = urlsplit(call.target).path.removeprefix("/v1.41")
    assert ".." not in path
    assert path.split("/")[1] in {"_ping", "version", "info", "images", "containers"}
    if path.startswith("/images/"):
        assert (method, call.kind) == ("GET", Kind.IMAGE)
    if path.count("/") > 2 and path.startswith("/containers/"):
        assert call.kind in (Kind.CONTAINER, Kind.ATTACH)


@pytest.mark.parametrize(
    "filters", [None, {}, {"label": ["x=y"]}, {"label": {"x=y": True}}, {"status": ["exited"]}]
)
def test_a_list_shows_our_containers_only(filters: dict[str, object] | None) -> None:
    query = urlencode({"filters": json.dumps(filters)}) if filters is not None else "all=1"
    call = route("GET", f"/v1.41/containers/json?{query}")
    asked = json.loads(parse_qs(urlsplit(call.target).query)["filters"][0])
    assert "interleave=sandbox" in asked["label"]
    assert ("x=y" in asked["label"]) == ("label" in (filters or {}))


def request(text: bytes) -> object:
    return read_request(io.BytesIO(text))


def test_a_request_is_read_whole_and_no_further() -> None:
    stream = io.BytesIO(
        b"POST /x HTTP/1.1\r\nContent-Length: 2\r\nHost: d\r\n\r\n{}GET /exec HTTP/1.1\r\n\r\n"
    )
    read = read_request(stream)
    assert read is not None
    assert (read.method, read.target, read.body) == ("POST", "/x", b"{}")
    assert request(b"") is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"POST /x HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: x\r\n\r\n{}", 411),
        (b"POST /x HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}}", 400),
        (b"POST /x HTTP/1.1\r\nContent-Length: +2\r\n\r\n{}", 400),
        (b"POST /x HTTP/1.1\r\nContent-Length: 9\r\n\r\n{}", 400),
        (b"POST /x HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1), 413),
        (b"POST http://docker/x HTTP/1.1\r\n\r\n", 400),
        (b"POST /x y HTTP/1.1\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nA : b\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\nA: b\n\n\r\n\r\n", 400),
        (b"GET /x\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\n", 431),
        (b"GET /x HTTP/1.1\r\nA: " + b"x" * MAX_HEAD_BYTES, 431),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_what_two_readers_might_read_in_two_ways_is_refused(text: bytes, status: int) -> None:
    with pytest.raises(RefusedError) as caught:
        request(text)
    assert caught.value.status == status
