"""The blueprint of all pages. Views register on it from their own modules; `service.web` imports them all."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint(
    "web", __name__, template_folder="templates", static_folder="static", static_url_path="/assets"
)

ROW = "int(max=2147483647)"
"""Converter of an address for the number of a row; a larger one no database can even be asked for."""
