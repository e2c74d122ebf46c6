"""Names and archives that want to be somewhere else, or to drive whatever shows them."""

from __future__ import annotations

import re
import zipfile

import pytest

from graders.errors import HandInError
from graders.handin import read_files
from tests.attacks.programs import small
from tests.graders.handin.archives import archive, lying, special

SOURCE = b"print(100)\n"
NAMES = {
    "markup": "<img src=x onerror=alert(1)>.py",
    "an attribute": '" onmouseover="alert(1).py',
    "a template": "{{7*7}}.py",
    "a formula": "=cmd|'/C calc'!A0.py",
    "another formula": "@SUM(1+1).py",
    "a terminal's sequence": "\x1b]0;owned\x07.py",
    "a turn of direction": "\u202eyp.exe.py",
    "a line's end": "a\r\nSet-Cookie: x=1.py",
    "an option": "-rf.py",
    "a home": "~root.py",
    "a variable": "$(id).py",
    "a pipe": "a|b;c&d.py",
    "up": "../../../../etc/cron.d/x.py",
    "the root": "/etc/passwd.py",
    "up, for others": "..\\..\\windows\\x.py",
    "a drive": "C:x.py",
    "a share": "\\\\host\\share\\x.py",
    "nothing but dots": "...py",
    "a hidden file": ".interleave.py",
    "a NUL": "a\0b.py",
    "very long": "a" * 5000 + ".py",
    "of the interpreter": "sitecustomize.pth",
}
HARMLESS = re.compile(r"\w[\w .()+-]*\.py")


@pytest.mark.parametrize("what", NAMES)
@pytest.mark.parametrize("packed", [False, True], ids=["as a file", "in an archive"])
def test_a_name_is_plain_or_refused_and_shown_without_what_drives_a_screen(what: str, packed: bool) -> None:
    lab, name = small("counter"), NAMES[what]
    right = (lab.file, SOURCE)
    parts = [("all.zip", archive((name, SOURCE), right))] if packed else [(name, SOURCE), right]
    files: dict[str, str] = {}
    said = ""
    try:
        files, _ = read_files(parts, lab)
    except HandInError as refused:
        said = str(refused)
    assert said.isprintable()
    assert len(said) < 400
    assert bool(said) != bool(files)
    # What a zip cannot hold in a name it has changed or cut off itself.
    assert all(HARMLESS.fullmatch(given) for given in files)
    assert name not in files


HOSTILE_ARCHIVES = {
    "climbs": archive(("../counter.py", SOURCE)),
    "climbs from a folder": archive(("a/../../counter.py", SOURCE)),
    "goes to the root": archive(("/tmp/counter.py", SOURCE)),
    "links to a file": archive((special("counter.py", 0o120777), b"/etc/passwd")),
    "links to the descriptors": archive((special("counter.py", 0o120777), b"/proc/self/fd/1")),
    "holds a device": archive((special("counter.py", 0o020666), b"")),
    "holds a fifo": archive((special("counter.py", 0o010666), b"")),
    "holds a setuid program": archive((special("counter.sh", 0o104755), b"#!/bin/sh\n")),
    "unpacks to a gigabyte": archive(*[(f"a{n}.py", bytes(5_000_000)) for n in range(3)]),
    "lies about its size": lying("counter.py", b"#" * 500_000, 11),
    "holds an archive": archive(("counter.py", archive(("counter.py", SOURCE)))),
    "is an archive by its name only": b"PK\x03\x04" + b"\0" * 100,
    "holds too much": archive(*[(f"a{n}.py", b"x") for n in range(500)], method=zipfile.ZIP_STORED),
}


@pytest.mark.parametrize("what", HOSTILE_ARCHIVES)
def test_an_archive_that_climbs_links_or_bursts_is_refused(what: str) -> None:
    with pytest.raises(HandInError) as caught:
        read_files([("all.zip", HOSTILE_ARCHIVES[what])], small("counter"))
    assert caught.value.status in {413, 415, 422}
    assert str(caught.value).isprintable()
