"""Swagger UI at /docs, from the files its own wheel carries: nothing is loaded from elsewhere."""

from __future__ import annotations

from importlib.resources import files as resources

from flask import Blueprint, Flask, render_template_string, url_for

_FILES = resources("flask_openapi3_swagger") / "templates" / "swagger"

docs = Blueprint("docs", __name__, url_prefix="/docs", static_folder=str(_FILES), static_url_path="/files")

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Interleave API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{{ files('css/swagger-ui.css') }}">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript; the same is in <a href="/openapi.json">openapi.json</a>.</noscript>
<script src="{{ files('js/swagger-ui-bundle.js') }}"></script>
<script nonce="{{ csp_nonce() }}">
SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true});
</script>
</body>
</html>
"""


@docs.get("/")
def swagger() -> str:
    """Show the API, to be tried out with a token."""
    return render_template_string(_PAGE, files=lambda name: url_for("docs.static", filename=name))


def init_app(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(docs)
