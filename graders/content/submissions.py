"""The programs whose verdict is known, in a lab's ``submissions/<verdict>/``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graders.content.reading import Folder
from graders.errors import ContentError
from graders.lab import Lab
from graders.verdict import Verdict


@dataclass(frozen=True, slots=True)
class KnownSubmission:
    """A program, and the verdict its folder promises."""

    verdict: Verdict
    path: Path
    source: str

    @property
    def files(self) -> dict[str, str]:
        """What a `Job` takes as files."""
        return {self.path.name: self.source}

    @property
    def main(self) -> str:
        """The file that is run."""
        return self.path.name


def known_submissions(course: Path, lab: Lab) -> tuple[KnownSubmission, ...]:
    """Read every known submission of a lab; raises `ContentError`.

    A folder that is no verdict is an error, and so is a lab without a submission that passes:
    nobody would know whether the lab can be done.
    """
    folder = Folder(course)
    base = f"labs/{lab.slug}/submissions"
    root = course / base
    found: list[KnownSubmission] = []
    for place in sorted(root.iterdir()) if root.is_dir() else ():
        if place.name not in set(Verdict):
            raise ContentError(str(place), "", f"a folder named as a verdict: {', '.join(Verdict)}")
        for path in sorted(place.glob("*.py")):
            source = folder.text(f"{base}/{place.name}/{path.name}")
            found.append(KnownSubmission(Verdict(place.name), path, source))
    if not any(known.verdict is Verdict.PASSED for known in found):
        raise ContentError(str(root), "", "at least one program in the folder passed")
    return tuple(found)
