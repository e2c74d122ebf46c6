from __future__ import annotations

from pathlib import Path

import pytest

from tests.graders.content.folders import write


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course folder that is right."""
    return write(tmp_path)
