"""All submissions as a zip."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.exports.archive import Work, safe_name, zipped
from service.exports.cells import safe, table

MOMENT = datetime(2026, 11, 24, 16, 5, 8, tzinfo=UTC)


def work(number: int, login: str, files: dict[str, str], name: str = "Somebody") -> Work:
    return Work(f"ID{number}", login, name, MOMENT, "graded", "race", 2.5, 10.0, files)


def opened(*works: Work) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(zipped(works))))


def test_each_submission_has_its_folder_below_its_student_and_a_line_in_the_index() -> None:
    archive = opened(
        work(1, "ada", {"counter.py": "x = 'é'\n", "more.py": ""}), work(2, "ada", {"a.py": "1"})
    )
    assert archive.testzip() is None
    assert archive.namelist() == ["ada/ID1/counter.py", "ada/ID1/more.py", "ada/ID2/a.py", "index.csv"]
    assert archive.read("ada/ID1/counter.py").decode() == "x = 'é'\n"
    assert archive.getinfo("ada/ID1/more.py").date_time == (2026, 11, 24, 16, 5, 8)
    rows = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
    assert [(row["folder"], row["verdict"], row["score"]) for row in rows] == [
        ("ada/ID1", "race", "2.5"),
        ("ada/ID2", "race", "2.5"),
    ]


def test_no_name_leads_out_of_the_folder_it_is_unpacked_in() -> None:
    hostile = [
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        "a\\..\\b",
        "C:\\x",
        "con.py",
        "a\x00b",
        "\u202eyp.x",
        " . ",
    ]
    archive = opened(*(work(n, name, {name: "x"}) for n, name in enumerate(hostile)))
    for name in archive.namelist():
        parts = name.split("/")
        assert ".." not in parts
        assert "" not in parts
        assert not set(name) & set('\\:*?"<>|\x00\u202e')


def test_names_that_look_alike_get_folders_of_their_own() -> None:
    archive = opened(
        work(1, "a/b", {"x.py": "", "X.py": ""}), work(2, "a:b", {}), work(3, "A_B", {"x.py": ""})
    )
    assert archive.namelist()[:3] == ["a_b/ID1/X.py", "a_b/ID1/2-x.py", "3-A_B/ID3/x.py"]


@given(st.text(max_size=300))
def test_a_safe_name_is_short_and_never_empty(name: str) -> None:
    found = safe_name(name)
    assert 0 < len(found) <= 101
    assert "/" not in found
    assert found.strip(". ") == found


def test_it_is_written_while_it_is_sent() -> None:
    asked = []

    def works():
        for number in range(50):
            asked.append(number)
            yield work(number, f"s{number}", {"a.py": "x" * 1000})

    parts = zipped(works())
    next(parts)
    assert len(asked) <= 2
    assert len(list(parts)) > 40


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    archive = opened(work(1, "ada", {}, name=cell))
    assert f"'{cell.strip()[:1]}" in archive.read("index.csv").decode() or f"'{cell}" in table([[cell]])


def test_numbers_stay_numbers() -> None:
    assert table([[-1.5, "x"]]) == "-1.5,x\r\n"
