"""plotly.js and Bootstrap, served from their own wheels: nothing on a page comes from another host."""

from __future__ import annotations

import gzip
from functools import cache
from importlib import metadata, resources

from flask import Response, request

from service.web.blueprint import bp

PLOTLY_VERSION = metadata.version("plotly")


_FILES = {
    "plotly": ("plotly", "package_data/plotly.min.js", "text/javascript"),
    "bootstrap": ("flask_bootstrap", "static/bootstrap5/css/bootstrap.min.css", "text/css"),
}


@cache
def _read(name: str, compressed: bool) -> bytes:
    package, path, _ = _FILES[name]
    content = resources.files(package).joinpath(path).read_bytes()
    return gzip.compress(content, 6) if compressed else content


def _send(name: str, age: int) -> Response:
    compressed = request.accept_encodings.quality("gzip") > 0
    response = Response(_read(name, compressed), mimetype=_FILES[name][2])
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={age}"
    if compressed:
        response.headers["Content-Encoding"] = "gzip"
    return response


@bp.get(f"/assets/plotly-{PLOTLY_VERSION}.min.js")
def plotly() -> Response:
    """Serve the 5 MB script compressed (1.5 MB); its address holds its version, so it is fetched once."""
    return _send("plotly", 31_536_000)


@bp.get("/assets/bootstrap.min.css")
def bootstrap() -> Response:
    """Serve Bootstrap's style sheet, which `site.css` puts in a layer below its own."""
    return _send("bootstrap", 86_400)
