"""Tables of numbers: the same rows on a page, beside its chart, and in a CSV file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from flask import Response, request

from service.exports import cells

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """What a chart shows, in rows. A cell that is a number stands to the right."""

    name: str
    """In the address of its CSV file."""
    caption: str
    head: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]

    @property
    def numeric(self) -> list[bool]:
        """Whether each column holds numbers."""
        return [
            bool(self.rows) and all(isinstance(row[index], int | float | None) for row in self.rows)
            for index in range(len(self.head))
        ]


def csv_answer(filename: str, head: Iterable[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Return rows as a CSV file (RFC 4180), with an ETag; 304 for who has the same already.

    ``?bom=1`` marks it as UTF-8 for spreadsheets that would not guess it. No text becomes a formula.
    """
    body = cells.table([list(head), *([_cell(cell) for cell in row] for row in rows)])
    if request.args.get("bom") == "1":
        body = "\ufeff" + body
    response = Response(body, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(sha256(body.encode(errors="surrogatepass")).hexdigest()[:32])
    return response.make_conditional(request)  # type: ignore[return-value]


def _cell(cell: Cell) -> str | int:
    if isinstance(cell, float):
        text = f"{cell:.6f}"
        return text.rstrip("0").rstrip(".")
    return "" if cell is None else cell
