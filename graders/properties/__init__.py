"""What a lab can demand: one property a file, registered in `PROPERTIES`.

A property's module has ``judge(lab, spec, runs) -> Finding``, which decides, and
``validate(spec)``, which raises `ContentError` when a lab gives it parameters it does not know.
"""

from __future__ import annotations

from graders.properties import (
    conservation,
    final_value,
    finishes,
    lost_update,
    mutual_exclusion,
    order,
    output,
    own,
    workers,
)
from graders.properties.base import Finding, Property, looks_at_all_lines

__all__ = ["PROPERTIES", "Finding", "Property", "looks_at_all_lines"]

PROPERTIES: dict[str, Property] = {
    "finishes": finishes,
    "final-value": final_value,
    "conservation": conservation,
    "lost-update": lost_update,
    "output": output,
    "order": order,
    "mutual-exclusion": mutual_exclusion,
    "workers": workers,
    "python": own,
}
