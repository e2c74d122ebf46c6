"""What winnowing promises: the example of its paper, and that nothing long enough is missed."""

from __future__ import annotations

import os
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from service.similarity.winnowing import GUARANTEED, WINDOW, K, hashes, winnow

PAPER = [77, 74, 42, 17, 98, 50, 17, 98, 8, 88, 67, 39, 77, 74, 42, 17, 98]


def test_the_papers_example_gives_the_papers_fingerprints() -> None:
    # Figure 2 of the paper: windows of four.
    assert [(PAPER[place], place) for place in winnow(PAPER, 4)] == [
        (17, 3),
        (17, 6),
        (8, 8),
        (39, 11),
        (17, 15),
    ]


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 8))
def test_every_window_has_a_fingerprint_in_it(values: list[int], window: int) -> None:
    chosen = set(winnow(values, window))
    for begin in range(len(values) - window + 1):
        assert chosen & set(range(begin, begin + window))


WORDS = st.lists(st.sampled_from(["V", "=", "(", ")", "if", "N", "."]), max_size=40)


@given(
    st.lists(st.sampled_from(["V", "=", "(", "N"]), min_size=GUARANTEED, max_size=30),
    WORDS,
    WORDS,
    WORDS,
    WORDS,
)
def test_a_passage_of_the_guaranteed_length_is_always_found(
    passage: list[str], before: list[str], after: list[str], other: list[str], end: list[str]
) -> None:
    first = hashes([*before, *passage, *after])
    second = hashes([*other, *passage, *end])
    assert {first[place] for place in winnow(first)} & {second[place] for place in winnow(second)}


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=40))
def test_a_rolled_hash_is_that_of_its_own_tokens_alone(texts: list[str]) -> None:
    for place, value in enumerate(hashes(texts, 4)):
        assert hashes(texts[place : place + 4], 4) == [value]


def test_what_is_shorter_than_one_hash_has_none() -> None:
    assert hashes(["V"] * (K - 1)) == []
    assert winnow([]) == []
    assert len(winnow([5] * (WINDOW - 1))) == 1


def test_hashes_are_the_same_in_every_process() -> None:
    program = "from service.similarity.winnowing import hashes; print(hashes(['V', '=', 'N'] * 5))"
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
