"""pytest as a zip archive, for labs with hidden tests: it travels with the job, the sandbox has none.

So every kind of sandbox runs the version that is locked here, and the sandbox's image stays what it is.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from graders.errors import SandboxError
from graders.job import Job
from graders.lab import Style

_PACKAGES = ("pytest", "_pytest", "pluggy", "iniconfig", "packaging")
_MODULES = ("py",)
_PYGMENTS = (
    *("*.py", "filters/__init__.py", "formatters/__init__.py", "formatters/_mapping.py"),
    *("formatters/terminal.py", "lexers/__init__.py", "lexers/_mapping.py", "lexers/diff.py"),
    *("lexers/python.py", "styles/__init__.py", "styles/_mapping.py", "styles/default.py"),
)
"""What pytest imports of it, of hundreds of lexers and styles."""


def equipped(job: Job) -> Job:
    """Return the job with what its tests need; raises `SandboxError` when pytest is not installed here."""
    return replace(job, kit=_kit()) if job.lab.style is Style.PYTEST and not job.kit else job


@cache
def _kit() -> str:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(_files()):
            archive.write(path, name)
    return base64.b64encode(data.getvalue()).decode()


def _files() -> Iterator[tuple[str, Path]]:
    for package in _PACKAGES:
        yield from _below(package, "**/*.py")
    for module in _MODULES:
        yield f"{module}.py", _place(module)
    for pattern in _PYGMENTS:
        yield from _below("pygments", pattern)


def _below(package: str, pattern: str) -> Iterator[tuple[str, Path]]:
    root = _place(package).parent
    for path in root.glob(pattern):
        yield f"{package}/{path.relative_to(root)}", path


def _place(module: str) -> Path:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise SandboxError(f"labs with hidden tests need pytest, and its {module} is not installed here")
    return Path(spec.origin)
