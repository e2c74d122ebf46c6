"""Text of other people cannot act on a reader's browser, and says where it tried."""

from __future__ import annotations

import re

import pytest

from service.web.text import inline_markdown, markdown, source_lines, visible


def test_an_escape_sequence_is_drawn_instead_of_obeyed():
    assert visible("\x1b[31mred\x1b[0m") == "␛[31mred␛[0m"


def test_newlines_and_tabs_stay_as_they_are():
    assert visible("a\tb\nc\r\nd") == "a\tb\nc\nd"


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x85", "\ud800", "\u2028"])
def test_characters_that_hide_or_turn_text_around_are_named(character):
    assert visible(f"a{character}b") == f"a⟨U+{ord(character):04X}⟩b"
    visible(character).encode()


def test_a_nul_and_a_delete_are_drawn():
    assert visible("\0\x7f") == "␀␡"


def test_source_is_escaped():
    (line,) = source_lines('x = "<script>alert(1)</script>"')
    assert "<script" not in line
    assert "&lt;script&gt;" in line


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("", 1),
        ("a", 1),
        ("a\n", 1),
        ("\n\na\n\n", 4),
        ("a\r\nb\rc", 3),
        ('"""a\n\nb"""\nc\n', 4),
        ("a\x0cb\x1cc", 1),
    ],
)
def test_source_has_as_many_lines_as_python_counts(source, lines):
    assert len(source_lines(source)) == lines


def test_every_line_of_a_long_string_is_complete_html():
    for line in source_lines('x = """a\nb\nc"""\n'):
        assert line.count("<span") == line.count("</span>")


def test_source_reads_as_it_runs_even_with_bidirectional_characters():
    (line,) = source_lines("x = 1  # \u202e evil")
    assert "\u202e" not in line
    assert "⟨U+202E⟩" in line


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        '```"><script>alert(1)</script>\nx\n```',
        "![x](https://elsewhere.example/pixel.png)",
    ],
)
def test_a_course_text_brings_no_active_content(text):
    html = markdown(text)
    assert not re.search(r"<(script|img|iframe)|href=\"(javascript|data):", html)


def test_headings_begin_below_the_title_of_the_page_and_keep_their_order():
    html = markdown("# One\n\n## Two\n\n# Three")
    assert re.findall(r"<(h\d) id=\"([\w-]+)\"", html) == [("h2", "one"), ("h3", "two"), ("h2", "three")]


def test_a_heading_that_repeats_the_title_is_left_out():
    assert markdown("# Locks\n\n## Two", "locks") == '<h2 id="two">Two</h2>\n'


def test_code_in_a_course_text_is_highlighted():
    assert '<span class="kn">import</span>' in markdown("```python\nimport os\n```")


def test_code_in_an_unknown_language_is_shown_plain():
    assert "a &lt; b" in markdown("```klingon\na < b\n```")


def test_an_option_of_a_quiz_is_a_line_with_code_in_it():
    assert inline_markdown("`r.value` is *not* <b>") == "<code>r.value</code> is <em>not</em> &lt;b&gt;"
