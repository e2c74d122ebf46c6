"""Text of other people made fit to be shown: course texts, sources, and what programs print.

Nothing here trusts its input. What students print and hand in is hostile by assumption: it is escaped,
and characters that a terminal or a browser would act upon are shown instead of obeyed.
"""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer, get_lexer_by_name
from pygments.util import ClassNotFound

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_SLUG = re.compile(r"[^a-z0-9]+")

_TAGS = {
    *("a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "hr", "li", "ol", "p", "pre", "s"),
    *("span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "ol": {"start"},
    "pre": {"class"},
    "span": {"class"},
    "th": {"scope"},
    **{f"h{level}": {"id"} for level in range(2, 6)},
}


def visible(text: str) -> str:
    r"""Return `text` with every control, bidirectional and other invisible character drawn.

    ANSI codes lose their power with their escape character (``␛[31m``), and a source cannot be made to
    read differently from what runs (CVE-2021-42574, "Trojan Source"). Newlines and tabs stay.
    """
    return _INVISIBLE.sub(lambda match: _draw(match.group()), text.replace("\r\n", "\n"))


def _draw(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"


def source_lines(source: str) -> list[Markup]:
    """Return Python source line by line, escaped and highlighted with Pygments' short class names.

    Lines are counted as Python counts them, so the line of a traceback is the line that is shown.
    """
    text = visible(source.replace("\r\n", "\n").replace("\r", "\n"))
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    lines = str(highlight(text, lexer, HtmlFormatter(nowrap=True))).split("\n")
    while len(lines) > text.removesuffix("\n").count("\n") + 1:
        lines.pop()
    return [Markup(line) for line in lines]  # noqa: S704 - Pygments escapes; tests/service/web/test_text.py


def _code(source: str, language: str, _attributes: str) -> str:
    try:
        lexer = get_lexer_by_name(language or "python", stripnl=False)
    except ClassNotFound:
        return str(escape(source))
    return str(highlight(visible(source), lexer, HtmlFormatter(nowrap=True)))


_MARKDOWN = MarkdownIt("commonmark", {"html": False, "highlight": _code}).enable("table")


@lru_cache(maxsize=256)
def markdown(text: str, title: str = "") -> Markup:
    """Return a course text as safe HTML, its headings below the page's own.

    A first heading that only says `title` again is left out. Raw HTML in the text is shown, not used.
    """
    tokens = _MARKDOWN.parse(visible(text))
    if len(tokens) > 2 and tokens[0].type == "heading_open" and _same(tokens[1].content, title):
        del tokens[:3]
    _sink_headings(tokens)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    safe = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"})
    return Markup(safe)  # noqa: S704 - nh3 let only the tags above through


@lru_cache(maxsize=512)
def inline_markdown(text: str) -> Markup:
    """Return one line of a course text (a question, an option) as safe HTML without a paragraph."""
    safe = nh3.clean(
        _MARKDOWN.renderInline(visible(text)), tags={"code", "em", "strong"}, attributes={}, url_schemes=set()
    )
    return Markup(safe)  # noqa: S704 - nh3 let three tags through


def _same(heading: str, title: str) -> bool:
    return heading.strip().casefold() == title.strip().casefold()


def _sink_headings(tokens: list[Token]) -> None:
    """Make the highest heading an ``h2``, keep the order below it, and give each one an id."""
    headings = [
        (token, tokens[index + 1]) for index, token in enumerate(tokens) if token.type == "heading_open"
    ]
    shift = 2 - min((int(opening.tag[1]) for opening, _ in headings), default=2)
    for opening, content in headings:
        opening.attrSet("id", _SLUG.sub("-", content.content.lower()).strip("-"))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + shift, 5)}"
