"""Style sheets, scripts and drawings. Nothing on a page comes from another host.

plotly.js and Bootstrap are served from their own wheels.
"""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import sha256
from importlib import metadata, resources
from pathlib import Path

from flask import Response, request, url_for

from service.web.blueprint import bp

PLOTLY_VERSION = metadata.version("plotly")


_STATIC = Path(__file__).parent / "static"
_YEAR = 31_536_000
_FILES = {
    "plotly": ("plotly", "package_data/plotly.min.js", "text/javascript"),
    "bootstrap": ("flask_bootstrap", "static/bootstrap5/css/bootstrap.min.css", "text/css"),
}


def asset(filename: str) -> str:
    """Return the address of a static file; it changes with the file, so browsers never show an old one."""
    return url_for("web.static", filename=filename, v=_version(filename))


@cache
def _version(filename: str) -> str:
    return sha256((_STATIC / filename).read_bytes()).hexdigest()[:12]


@bp.after_request
def keep_versions(response: Response) -> Response:
    """Let browsers keep a file that was asked for by its version, and not ask again."""
    named = (request.view_args or {}).get("filename", "")
    found = request.endpoint == "web.static" and response.status_code == 200
    if found and request.args.get("v") == _version(named):
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response


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
    return _send("plotly", _YEAR)


@bp.get("/assets/bootstrap.min.css")
def bootstrap() -> Response:
    """Serve Bootstrap's style sheet, which `site.css` puts in a layer below its own."""
    return _send("bootstrap", 86_400)
