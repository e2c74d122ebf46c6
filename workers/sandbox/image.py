"""Builds the sandbox image from the repository, when it is missing or older than the graders."""

from __future__ import annotations

import hashlib
import io
import logging
import sys
import tarfile
from pathlib import Path

import docker
import requests
from docker.errors import BuildError, DockerException
from docker.models.images import Image

from graders.errors import SandboxError
from workers.sandbox import engine
from workers.sandbox.docker import DEFAULT_IMAGE

log = logging.getLogger(__name__)

DIGEST_LABEL = "interleave.digest"
"""Label of an image: the digest of what it was built from."""
BUILD_SECONDS = 900

REPOSITORY = Path(__file__).resolve().parents[2]


def source_digest(repository: Path = REPOSITORY) -> str:
    """Return a digest over the Dockerfile and the graders: equal sources, equal image."""
    digest = hashlib.sha256()
    for path in _sources(repository):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(repository)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def is_current(image: str = DEFAULT_IMAGE, repository: Path = REPOSITORY) -> bool:
    """Whether `image` is there and was built from the sources as they are. Raises `SandboxError`."""
    with engine.daemon() as client:
        found = _find(client, image)
        return found is not None and found.labels.get(DIGEST_LABEL) == source_digest(repository)


def ensure(image: str = DEFAULT_IMAGE, repository: Path = REPOSITORY) -> bool:
    """Build `image` unless it is current; returns whether it was built.

    Takes some ten seconds where apt's packages come quickly. Raises `SandboxError` with what to do
    when there is no daemon, no repository or no base image.
    """
    if not (repository / "Dockerfile").is_file():
        raise SandboxError(f"There is no Dockerfile in {repository}: the image is built in the repository.")
    digest = source_digest(repository)
    with engine.daemon(BUILD_SECONDS) as client:
        old = _find(client, image)
        if old and old.labels.get(DIGEST_LABEL) == digest:
            return False
        try:
            with engine.as_sandbox_errors():
                client.images.build(
                    fileobj=_context(repository),
                    custom_context=True,
                    target="sandbox",
                    tag=image,
                    labels={DIGEST_LABEL: digest},
                    rm=True,
                    forcerm=True,
                )
        except SandboxError as problem:
            raise SandboxError(_explain(client, problem, image, _base_image(repository))) from problem
        _remove_superseded(client, old, image)
    return True


def _find(client: docker.DockerClient, image: str) -> Image | None:
    with engine.as_sandbox_errors():
        return next(iter(client.images.list(name=image)), None)


def _sources(repository: Path) -> list[Path]:
    graders = (repository / "graders").rglob("*")
    files = [path for path in graders if path.is_file() and path.suffix != ".pyc"]
    return sorted([repository / "Dockerfile", *files])


def _context(repository: Path) -> io.BytesIO:
    """Return a tar of the sources alone: nothing else of the working tree leaves it."""
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as tar:
        for path in _sources(repository):
            tar.add(path, arcname=str(path.relative_to(repository)))
    context.seek(0)
    return context


def _explain(client: docker.DockerClient, problem: SandboxError, image: str, base: str) -> str:
    try:
        engine.image_id(client, base)
    except SandboxError:
        return (
            f"The base image {base} is not here and could not be fetched: load it with `docker load`, "
            f"or run `make prepare`, which makes it from Debian's packages. ({problem})"
        )
    cause = problem.__cause__
    lines = cause.build_log if isinstance(cause, BuildError) else []
    said = "".join(str(line.get("stream", "")) for line in lines if isinstance(line, dict))
    return "\n".join([f"The image {image} could not be built: {problem}", *said.strip().splitlines()[-15:]])


def _base_image(repository: Path) -> str:
    lines = (repository / "Dockerfile").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith("FROM "))


def _remove_superseded(client: docker.DockerClient, old: Image | None, image: str) -> None:
    if old is None or old.id == engine.image_id(client, image):
        return
    try:
        client.images.remove(str(old.id))
    except (DockerException, requests.RequestException) as problem:
        # A sandbox that still runs keeps it, or another tag does.
        log.info("image %s stays: %s", old.id, engine.in_words(problem))


def main() -> int:
    """Make sure that the image is there; for scripts: ``python -m workers.sandbox.image``."""
    try:
        built = ensure()
    except SandboxError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{DEFAULT_IMAGE} is {'built' if built else 'there already'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
