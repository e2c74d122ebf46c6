from __future__ import annotations

import stat
import tracemalloc
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.errors import HandInError
from graders.handin import read_files
from tests.graders.handin.archives import archive, encrypted, lying, special, with_checksum_of
from tests.graders.handin.test_files import LAB, SOURCE, refused

GOOD = archive(("counter.py", SOURCE), ("helper.py", b"x = 1\n"))


def test_the_files_of_an_archive_are_read() -> None:
    files, main = read_files([("work.zip", GOOD)], LAB)
    assert files == {"counter.py": SOURCE.decode(), "helper.py": "x = 1\n"}
    assert main == "counter.py"


def test_an_archive_is_known_by_its_content_when_the_name_says_nothing() -> None:
    assert read_files([("upload", GOOD)], LAB)[1] == "counter.py"


def test_a_folder_around_everything_is_taken_off() -> None:
    data = archive(("work/", b""), ("work/counter.py", SOURCE), ("work/helper.py", b"x = 1"))
    assert sorted(read_files([("work.zip", data)], LAB)[0]) == ["counter.py", "helper.py"]


def test_what_systems_and_editors_add_is_left_aside() -> None:
    data = archive(
        ("counter.py", SOURCE),
        ("__MACOSX/._counter.py", b"\0\5"),
        (".DS_Store", b"\0"),
        ("__pycache__/counter.cpython-313.pyc", b"\0"),
        (".git/config", b""),
    )
    assert list(read_files([("work.zip", data)], LAB)[0]) == ["counter.py"]


def test_an_archive_without_any_file_is_told_as_nothing_sent() -> None:
    assert refused(("work.zip", archive())).kind == "no-files"


@pytest.mark.parametrize(
    "name", ["../counter.py", "a/../../counter.py", "/etc/counter.py", "C:/counter.py", "..\\counter.py"]
)
def test_a_name_that_leads_out_of_the_archive_is_refused(name: str) -> None:
    error = refused(("work.zip", archive((name, SOURCE))))
    assert (error.kind, error.status) == ("bad-name", 422)
    assert "leads out of it" in error.message


def test_files_in_different_folders_are_refused() -> None:
    error = refused(("work.zip", archive(("counter.py", SOURCE), ("lib/helper.py", b"x = 1"))))
    assert (error.kind, error.file) == ("bad-name", "lib/helper.py")
    assert "side by side" in error.message


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_link_or_a_device_is_refused(kind: int) -> None:
    error = refused(("work.zip", archive((special("counter.py", kind | 0o777), b"/etc/passwd"))))
    assert (error.kind, error.status) == ("bad-archive", 422)
    assert "link" in error.message


def test_an_archive_with_a_password_is_refused() -> None:
    error = refused(("work.zip", encrypted(archive(("counter.py", SOURCE)))))
    assert error.kind == "bad-archive"
    assert "password" in error.message


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_whose_output_cannot_be_bounded_is_refused(method: int) -> None:
    error = refused(("work.zip", archive(("counter.py", SOURCE), method=method)))
    assert error.kind == "bad-archive"
    assert "plain zip" in error.message


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no archive at all", GOOD[:-10], GOOD[20:]])
def test_a_damaged_archive_is_refused(data: bytes) -> None:
    error = refused(("work.zip", data))
    assert (error.kind, error.status, error.file) == ("bad-archive", 422, "work.zip")


def test_ten_thousand_entries_are_refused() -> None:
    data = archive(*((f"f{number}.py", b"") for number in range(10_000)), method=zipfile.ZIP_STORED)
    error = refused(("work.zip", data))
    assert (error.kind, error.status) == ("too-many-files", 413)
    assert "10000 files" in error.message


def test_an_archive_that_is_itself_too_large_is_refused() -> None:
    error = refused(("work.zip", GOOD + b"\0" * 1024**2))
    assert (error.kind, error.status) == ("too-large", 413)


def test_a_bomb_that_tells_its_size_is_refused() -> None:
    error = refused(("work.zip", archive(("counter.py", b"#" * 20 * 1024**2))))
    assert (error.kind, error.status) == ("too-large", 413)


def test_a_single_entry_over_the_bound_of_a_file_is_refused() -> None:
    error = refused(("work.zip", archive(("counter.py", b"#" * 70 * 1024))))
    assert (error.kind, error.status) == ("too-large", 413)
    assert "64 KiB" in error.message


def test_a_bomb_that_lies_about_its_size_is_refused_without_being_unpacked() -> None:
    bomb = b"#" * 200 * 1024**2
    data = lying("counter.py", bomb, declared=11)
    tracemalloc.start()
    error = refused(("work.zip", data))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (error.kind, error.status) == ("bad-archive", 422)
    assert peak < 4 * 1024**2


def test_a_bomb_whose_checksum_lies_too_gives_no_more_than_it_declares() -> None:
    bomb = b"#" * 20 * 1024**2
    data = with_checksum_of(lying("counter.py", bomb, declared=11), bomb, bomb[:11])
    assert read_files([("work.zip", data)], LAB)[0] == {"counter.py": "#" * 11}


def test_an_entry_that_holds_less_than_it_declares_is_refused() -> None:
    assert refused(("work.zip", lying("counter.py", SOURCE * 7, declared=1000))).kind == "bad-archive"


def test_an_archive_inside_an_archive_is_refused() -> None:
    error = refused(("work.zip", archive(("inner.zip", GOOD))))
    assert (error.kind, error.status) == ("wrong-type", 415)


def test_the_same_name_twice_in_an_archive_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = archive(("counter.py", SOURCE), ("counter.py", b"print(2)"))
    assert refused(("work.zip", data)).kind == "duplicate-name"


@settings(max_examples=500)
@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, len(GOOD)),
)
def test_an_archive_with_any_bytes_changed_is_read_or_refused(
    changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(GOOD)
    for place, value in changes:
        data[place] = value
    for attempt in (bytes(data), bytes(data[:cut])):
        with suppress(HandInError):
            read_files([("work.zip", attempt)], LAB)
