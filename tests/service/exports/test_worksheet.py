"""A worksheet of Moodle comes back as it was, but for its grades."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.exports.worksheet import Mark, WorksheetError, fill

HEADER = (
    'Identifier,"Full name","ID number","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Online text","Last modified (grade)","Feedback comments"'
)
ADA = 'Participant 7,"Lovelace, Ada",a1,ada@example.org,"Submitted",,10.00,Yes,-,"<p>a ""b"",\r\nc</p>",-,'
EVE = "Participant 9,Ève Ö,e2,EVE@example.org,No submission,4.00,10.00,Yes,-,,-,kept"
BOM = b"\xef\xbb\xbf"
MARKS = [Mark("ada", "ada@example.org", 7.5), Mark("eve", "eve@example.org", 10.0)]


def sheet(*rows: str, end: str = "\r\n") -> str:
    return end.join([HEADER, *rows, ""])


def test_only_the_grades_change() -> None:
    before = sheet(ADA, EVE)
    done = fill(before.encode(), MARKS, 10)
    after = done.data.decode()
    assert after == before.replace('"Submitted",,', '"Submitted",7.50,').replace(",4.00,", ",10.00,")
    assert done.filled == 2


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(b"", "utf-8"), (BOM, "utf-8"), (b"", "cp1252"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_encoding_its_mark_and_the_line_ends_are_kept(mark: bytes, encoding: str, end: str) -> None:
    before = sheet(EVE, end=end)
    done = fill(mark + before.encode(encoding), MARKS, 10)
    assert done.data == mark + before.replace(",4.00,", ",10.00,").encode(encoding)


def test_semicolons_and_tabs_are_understood_and_decimal_commas_written() -> None:
    for delimiter in ";\t":
        rows = [
            delimiter.join(["ID-Nummer", "Bewertung", "Bestwertung"]),
            delimiter.join(["ada", '""', '"10,00"']),
        ]
        done = fill("\n".join(rows).encode(), MARKS, 10)
        assert done.data.decode().splitlines()[1] == delimiter.join(["ada", '"7,50"', '"10,00"'])


def test_marks_are_scaled_to_what_moodle_calls_the_maximum() -> None:
    done = fill(sheet(ADA.replace("10.00", "100.00")).encode(), MARKS, 10)
    assert b",75.00,100.00," in done.data
    assert done.scaled == (10, 100.0)


def test_who_is_unknown_locked_or_without_a_mark_is_told_and_left_alone() -> None:
    rows = [ADA.replace(",Yes,", ",No,"), EVE, EVE.replace("EVE@", "bob@").replace("Ève Ö", "Bob")]
    marks = [MARKS[0], Mark("eve", "eve@example.org", None)]
    before = sheet(*rows).encode()
    done = fill(before, marks, 10)
    assert (done.locked, done.without_mark, done.unknown) == (["Lovelace, Ada"], ["Ève Ö"], ["Bob"])
    assert done.data == before


def test_an_address_that_two_share_is_nobodys() -> None:
    marks = [*MARKS, Mark("other", "EVE@example.org", 3.0)]
    done = fill(sheet(EVE).encode(), marks, 10)
    assert done.unknown == ["Ève Ö"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\r\n \n", "empty"),
        (b"name,points\nada,3\n", "It needs|it needs the columns Grade"),
        (b"Grade,Name\n1,ada\n", "Its first line names: Grade, Name"),
        (b"\x00\x01\x02", "not text"),
        (b"x" * (4 * 1024**2 + 1), "larger than"),
        (b"\xff\xfe\x00", "not text"),
    ],
)
def test_what_is_no_worksheet_is_refused_with_what_was_expected(data: bytes, said: str) -> None:
    with pytest.raises(WorksheetError, match=said):
        fill(data, MARKS, 10)


def test_short_rows_and_an_open_quote_change_nothing() -> None:
    before = sheet("Participant 1", '"never closed,ada@example.org,1,2').encode()
    assert fill(before, MARKS, 10).data == before


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8), max_size=6),
        max_size=5,
    )
)
def test_whatever_stands_in_the_other_rows_stays(rows: list[list[str]]) -> None:
    before = "\n".join(["Grade,Email address", *(",".join(row) for row in rows)]).encode()
    done = fill(before, [], 10)
    assert done.data == before
