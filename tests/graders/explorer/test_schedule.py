"""A schedule is text that can be pasted: what is written is what is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.explorer.schedule import Schedule, source_hash

SCHEDULES = st.builds(
    Schedule,
    st.text("0123456789abcdef", min_size=12, max_size=12),
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 2**31))).map(tuple),
    st.integers(0, 2**17),
    st.dictionaries(st.integers(0, 2**32), st.integers(-10_000, 10_000), max_size=3),
)


@given(SCHEDULES)
def test_what_is_written_is_what_is_read(schedule: Schedule) -> None:
    assert Schedule.parse(str(schedule)) == schedule


def test_the_text_is_the_one_that_the_documents_show() -> None:
    schedule = Schedule("0123456789ab", ((0, 12), (3, 2), (0, 1)), 65_537, {48: 1234})
    assert str(schedule) == "il1:0123456789ab:65537:48+1234:0x12.3x2.0x1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "il1",
        "il2:0123456789ab:0::0x1",
        "il1:0123456789ab:0::",
        "il1:0123456789ab:0::0",
        "il1:0123456789ab:0::0x1.x",
        "il1:0123456789ab:0::0x1x2",
        "il1:0123456789ab:0::axb",
        "il1:0123456789ab:zero::0x1",
        "il1:0123456789ab:0:48:0x1",
        "il1:0123456789ab:0:48+1+2:0x1",
        "il1:0123456789ab:0::0x1:more",
        "il1:0123456789ab:0::" + "0x1." * 60_000 + "0x1",
        "il1:0123456789ab:0::0x" + "9" * 5_000,
    ],
)
def test_anything_else_is_no_schedule(text: str) -> None:
    if text == "il1:0123456789ab:0::":
        assert Schedule.parse(text).turns == ()
        return
    with pytest.raises(ValueError, match="not a schedule"):
        Schedule.parse(text)


@given(st.text())
def test_garbage_is_no_schedule(text: str) -> None:
    with pytest.raises(ValueError, match="not a schedule"):
        Schedule.parse(text)


def test_a_source_has_one_hash_however_its_files_are_listed() -> None:
    files = {"a.py": "x = 1\n", "b.py": "y = 2\n"}
    assert source_hash(files) == source_hash(dict(reversed(files.items())))
    assert len(source_hash(files)) == 12


@pytest.mark.parametrize(
    "other",
    [
        {"a.py": "x = 1\n"},
        {"a.py": "x = 1 \n", "b.py": ""},
        {"a.py": "", "b.py": "x = 1\n"},
        {"a.pyx": "= 1\n"},
    ],
)
def test_another_source_has_another_hash(other: dict[str, str]) -> None:
    assert source_hash({"a.py": "x = 1\n", "b.py": ""}) != source_hash(other)
