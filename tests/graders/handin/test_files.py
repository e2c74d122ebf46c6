from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graders.handin
from graders.errors import HandInError
from graders.handin import read_files
from graders.handin.bounds import MAX_FILE_BYTES, MAX_FILES, size
from graders.lab import CheckSpec, Lab, Style

LAB = Lab(
    course="shared-data",
    slug="counter",
    title="Counter",
    style=Style.PROGRAM,
    file="counter.py",
    text="",
    starter="",
    checks=(CheckSpec("finishes", "Finishes", 1.0, "finishes"),),
)
SOURCE = b"print(100)\n"


def refused(*parts: tuple[str, bytes]) -> HandInError:
    with pytest.raises(HandInError) as caught:
        read_files(parts, LAB)
    return caught.value


def attempt(parts: list[tuple[str, bytes]]) -> HandInError | tuple[dict[str, str], str]:
    try:
        return read_files(parts, LAB)
    except HandInError as error:
        return error


def test_a_single_file_of_any_name_is_the_main_one() -> None:
    assert read_files([("my counter (2).py", SOURCE)], LAB) == (
        {"my counter (2).py": "print(100)\n"},
        "my counter (2).py",
    )


def test_of_several_files_the_one_with_the_labs_name_is_the_main_one() -> None:
    files, main = read_files([("helper.py", b"x = 1"), ("counter.py", SOURCE)], LAB)
    assert list(files) == ["helper.py", "counter.py"]
    assert main == "counter.py"


def test_several_files_without_the_labs_name_are_refused_and_the_name_is_told() -> None:
    error = refused(("a.py", SOURCE), ("b.py", SOURCE))
    assert (error.kind, error.status) == ("no-main", 422)
    assert "counter.py" in error.message


def test_pasted_text_without_a_name_gets_the_labs_name() -> None:
    assert read_files([("", SOURCE)], LAB)[1] == "counter.py"


def test_a_folder_that_a_browser_sends_along_is_taken_off() -> None:
    assert read_files([("C:\\fakepath\\counter.py", SOURCE)], LAB)[1] == "counter.py"
    assert read_files([("../../etc/counter.py", SOURCE)], LAB)[1] == "counter.py"


def test_a_byte_order_mark_is_taken_off() -> None:
    assert read_files([("counter.py", b"\xef\xbb\xbfprint(1)")], LAB)[0] == {"counter.py": "print(1)"}


def test_a_syntax_error_is_not_refused_because_the_report_tells_it_with_its_line() -> None:
    assert read_files([("counter.py", b"def F(\n")], LAB)[1] == "counter.py"


def test_nothing_sent_is_told_with_what_to_send() -> None:
    for parts in ((), (("", b""),)):
        error = refused(*parts)
        assert (error.kind, error.status) == ("no-files", 422)
        assert "counter.py" in error.message


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    error = refused(("counter.py", content))
    assert (error.kind, error.status, error.file) == ("empty", 422, "counter.py")


def test_text_that_is_not_utf8_is_refused_with_its_line() -> None:
    error = refused(("counter.py", "# a\n# Zähler\n".encode("latin-1")))
    assert (error.kind, error.status) == ("not-utf8", 422)
    assert "line 2" in error.message


def test_utf16_is_named_as_such() -> None:
    error = refused(("counter.py", "print(1)".encode("utf-16")))
    assert error.kind == "not-utf8"
    assert "UTF-16" in error.message


def test_a_nul_byte_is_refused_with_its_line() -> None:
    error = refused(("counter.py", b"x = 1\ny = '\0'\n"))
    assert (error.kind, error.status) == ("nul-bytes", 422)
    assert "line 2" in error.message


def test_a_file_of_ten_megabytes_is_refused_with_both_sizes() -> None:
    error = refused(("counter.py", b"#" * 10 * 1024**2))
    assert (error.kind, error.status) == ("too-large", 413)


def test_a_file_just_over_the_bound_is_told_both_sizes() -> None:
    error = refused(("counter.py", b"#" * (MAX_FILE_BYTES + 1024)))
    assert (error.kind, error.status) == ("too-large", 413)
    assert "65 KiB" in error.message
    assert "64 KiB" in error.message
    read_files([("counter.py", b"#" * MAX_FILE_BYTES)], LAB)


def test_files_that_are_too_large_only_together_are_refused() -> None:
    parts = [(f"part{number}.py", b"#" * 60 * 1024) for number in range(5)]
    error = refused(("counter.py", SOURCE), *parts)
    assert (error.kind, error.status) == ("too-large", 413)
    assert "256 KiB" in error.message


def test_ten_thousand_files_are_refused() -> None:
    error = refused(*((f"f{number}.py", b"1") for number in range(10_000)))
    assert (error.kind, error.status) == ("too-many-files", 413)


def test_as_many_files_as_allowed_are_taken() -> None:
    parts = [("counter.py", SOURCE), *((f"f{number}.py", b"1") for number in range(MAX_FILES - 1))]
    assert len(read_files(parts, LAB)[0]) == MAX_FILES


def test_the_same_name_twice_is_refused() -> None:
    error = refused(("counter.py", SOURCE), ("counter.py", b"print(2)"))
    assert (error.kind, error.file) == ("duplicate-name", "counter.py")


@pytest.mark.parametrize(
    "name", ["counter.txt", "counter", "counter.pyc", "report.pdf", "counter.py.gz", "counter.tar"]
)
def test_another_suffix_is_refused_with_what_to_send(name: str) -> None:
    error = refused((name, SOURCE))
    assert (error.kind, error.status, error.file) == ("wrong-type", 415, name)
    assert "counter.py" in error.message


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04rest", b"\x1f\x8brest", b"%PDF-1.7", b"Rar!\x1a", b"7z\xbc\xaf\x27"]
)
def test_another_kind_of_file_under_a_python_name_is_refused(content: bytes) -> None:
    error = refused(("counter.py", content))
    assert (error.kind, error.status) == ("wrong-type", 415)


@pytest.mark.parametrize(
    "name", ["-x.py", "a\nb.py", "a;b.py", ".py", ".hidden.py", "x" * 200 + ".py", "a\u202eb.py"]
)
def test_a_name_that_no_program_should_have_is_refused(name: str) -> None:
    error = refused((name, SOURCE))
    assert (error.kind, error.status) == ("bad-name", 422)
    assert "\n" not in error.message
    assert len(error.message) < 300


def test_a_file_that_would_hide_a_module_of_python_is_refused_with_the_reason() -> None:
    error = refused(("random.py", SOURCE))
    assert error.kind == "bad-name"
    assert "hides Python's own module" in error.message


def test_names_in_other_alphabets_are_fine() -> None:
    assert read_files([("zähler.py", SOURCE)], LAB)[1] == "zähler.py"


@given(st.lists(st.tuples(st.text(max_size=30), st.binary(max_size=100)), max_size=4))
def test_whatever_comes_is_read_or_refused_with_a_status_of_the_callers(
    parts: list[tuple[str, bytes]],
) -> None:
    outcome = attempt(parts)
    if isinstance(outcome, HandInError):
        assert outcome.status in (413, 415, 422)
        assert outcome.kind in (graders.handin.__doc__ or "")
        assert outcome.message[-1] in ".?"
    else:
        files, main = outcome
        assert main in files
        assert all(text.strip() and "\0" not in text for text in files.values())


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1 byte"), (12, "12 bytes"), (64 * 1024, "64 KiB"), (10 * 1024**2 + 1, "10 MiB"), (1536, "1.5 KiB")],
)
def test_sizes_are_told_in_words(number: int, words: str) -> None:
    assert size(number) == words
