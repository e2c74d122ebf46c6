"""The corpus is what its manifest and its README say; nothing of it is run here."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from graders.content import load_course
from graders.lab import Lab, Style
from graders.verdict import Verdict
from scripts.corpus import readme
from scripts.corpus.manifest import CORPUS, Program, read_manifest

PROGRAMS = read_manifest()
WRONG = [program for program in PROGRAMS if not program.right]
RIGHT = [program for program in PROGRAMS if program.right]
COURSE = Path(__file__).parents[2] / "courses" / "shared-data"
LABS = {item.id: item for item in load_course(COURSE).items if isinstance(item, Lab)}
NAMED = {Verdict.RACE, Verdict.DEADLOCK, Verdict.LIVELOCK, Verdict.CRASH}
"""Verdicts that name guilty lines."""
UNPARSED = "syntax-error"


def _of_each_lab(programs: list[Program], key: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for program in programs:
        found[program.lab].add(getattr(program, key))
    return found


def _failing(holds: Callable[[Program], bool]) -> list[str]:
    return [program.name for program in PROGRAMS if not holds(program)]


def _parses(program: Program) -> bool:
    try:
        ast.parse(program.source())
    except SyntaxError:
        return False
    return True


def _text_lines(program: Program) -> list[str]:
    return program.source().splitlines()


def test_every_file_is_listed_once_and_every_listed_file_is_there() -> None:
    listed = sorted(program.path for program in PROGRAMS)
    assert listed == sorted(str(path.relative_to(CORPUS)) for path in CORPUS.rglob("*.py"))


def test_no_two_programs_are_the_same_text() -> None:
    texts = [re.sub(r"\s+", " ", program.source()) for program in PROGRAMS]
    assert len(set(texts)) == len(texts)


def test_a_program_lies_where_its_lab_and_kind_say() -> None:
    def lies_there(program: Program) -> bool:
        lab, folder, file = program.path.split("/")
        named = program.lab == f"shared-data/{lab}" and folder == ("right" if program.right else program.kind)
        return named and bool(re.fullmatch(r"[a-z]+(-[a-z]+)*/\w+\.py", f"{folder}/{file}"))

    assert _failing(lies_there) == []


def test_a_wrong_program_has_a_kind_and_a_right_one_a_style() -> None:
    assert [
        program.name for program in WRONG if program.style or not program.kind or program.unmodelled
    ] == []
    assert [program.name for program in RIGHT if program.kind or not program.style] == []


def test_the_start_value_is_told_for_programs_and_not_for_functions() -> None:
    assert _failing(lambda p: (p.start is None) is (LABS[p.lab].style is Style.FUNCTION)) == []


def test_guilty_lines_are_named_where_the_verdict_has_some() -> None:
    assert _failing(lambda p: bool(p.lines) is (p.verdict in NAMED)) == []
    assert _failing(lambda p: bool(p.lines) or not p.also) == []


def test_guilty_lines_are_in_order_and_hold_code() -> None:
    def hold_code(program: Program) -> bool:
        text = _text_lines(program)
        code = [number for number, line in enumerate(text, 1) if line.partition("#")[0].strip()]
        answers = (program.lines, *program.also)
        return all(list(lines) == sorted({*lines} & {*code}) for lines in answers)

    assert _failing(hold_code) == []


def test_a_program_parses_unless_its_kind_says_that_it_does_not() -> None:
    assert _failing(lambda p: _parses(p) is (p.kind != UNPARSED)) == []


def test_a_function_lab_gets_its_function() -> None:
    def defines_it(program: Program) -> bool:
        function = LABS[program.lab].function
        return function is None or function.name in {
            node.name for node in ast.parse(program.source()).body if isinstance(node, ast.FunctionDef)
        }

    assert _failing(defines_it) == []


def test_no_comment_gives_the_answer_away() -> None:
    told = {"race", "deadlock", "livelock", "wrong", "bug", "lost", "broken", "fixme", "todo", "guilty"}

    def keeps_silent(program: Program) -> bool:
        comments = " ".join(re.findall(r"#.*", program.source())).lower()
        return not told & set(re.findall(r"\w+", comments))

    assert _failing(keeps_silent) == []


def test_no_line_is_longer_than_a_page_is_wide() -> None:
    assert _failing(lambda p: max(map(len, _text_lines(p))) <= 120) == []


def test_the_corpus_is_as_large_as_it_claims_to_be() -> None:
    assert len(WRONG) >= 75
    assert len({program.kind for program in WRONG}) >= 40
    assert len(RIGHT) >= 45
    assert len({program.style for program in RIGHT}) >= 40


def test_kinds_and_styles_are_spread_over_all_labs() -> None:
    kinds, styles = _of_each_lab(WRONG, "kind"), _of_each_lab(RIGHT, "style")
    wanted = {lab for lab in LABS if lab != "shared-data/third-shared"}
    assert set(kinds) == set(styles) == wanted
    assert min(map(len, kinds.values())) >= 9
    assert min(map(len, styles.values())) >= 5


def test_every_verdict_that_a_program_can_deserve_is_there() -> None:
    # A verdict over the grader's own sight is none of a program's.
    assert {program.verdict for program in PROGRAMS} == set(Verdict) - {Verdict.INCONCLUSIVE}


def test_the_readme_counts_what_is_there() -> None:
    text = readme.README.read_text(encoding="utf-8")
    assert readme.page(text, PROGRAMS) == text
    assert f"**{len(WRONG)} wrong programs of " in text


def test_the_readme_explains_every_key_and_every_verdict() -> None:
    text = readme.README.read_text(encoding="utf-8")
    keys = set(re.findall(r"^(\w+) = ", (CORPUS / "manifest.toml").read_text(encoding="utf-8"), re.MULTILINE))
    assert keys <= set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    assert all(f"`{program.verdict}`" in text for program in PROGRAMS)
