"""Source as tokens that renaming and reformatting do not change."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.similarity.tokens import tokens


def texts(source: str) -> list[str]:
    return [token.text for token in tokens(source)]


def test_names_numbers_and_texts_are_all_alike_and_the_librarys_names_are_kept() -> None:
    assert texts("counter.value = counter.value + 1") == texts("r.value=r.value+2.5e3")
    assert texts("lock.acquire()") != texts("lock.release()")
    assert texts("for i in range(10): pass") == texts("for step in range(3): pass")
    assert texts("print('a')") == texts('print(f"""{x}""")')


def test_comments_docstrings_and_layout_do_not_count() -> None:
    plain = "def f(a):\n    return a\n"
    dressed = (
        '"""Module."""\n\ndef  f( a ):  # why\n    """What\n    it does."""\n\n    return a  ;  "stray"\r\n'
    )
    assert texts(dressed) == [*texts(plain), ";"]


def test_a_text_inside_brackets_is_an_argument_not_a_docstring() -> None:
    assert texts('print(\n    "value",\n)\n').count("S") == 1


def test_lines_are_counted_as_python_counts_them() -> None:
    source = "a = '''x\ny'''\r\nb = 1\rc\x0c = 2\n"
    assert [(token.text, token.line) for token in tokens(source) if token.text == "="] == [
        ("=", 1),
        ("=", 3),
        ("=", 4),
    ]


@given(st.text(max_size=200))
def test_whatever_was_handed_in_there_are_tokens_in_order(source: str) -> None:
    lines = [token.line for token in tokens(source)]
    assert lines == sorted(lines)


def test_programs_that_do_not_parse_have_tokens_too() -> None:
    assert texts("def f(:\n  'unclosed\n    x = = 1") == ["def", "V", "(", ":", "'", "V", "V", "=", "=", "N"]
