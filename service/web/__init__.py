"""The pages: what students and staff see in a browser. `bp` is the blueprint, complete with its views."""

# Each module registers its views on `bp`.
from service.web import (
    access,
    assets,
    changes,
    courses,
    errors,
    handin,
    notices,
    password,
    people,
    pictures,
    queue,
    results,
    roster,
    scheduler,
    shown,
    staff,
    submissions,
    tokens,
)
from service.web.blueprint import bp

__all__ = [
    "access",
    "assets",
    "bp",
    "changes",
    "courses",
    "errors",
    "handin",
    "notices",
    "password",
    "people",
    "pictures",
    "queue",
    "results",
    "roster",
    "scheduler",
    "shown",
    "staff",
    "submissions",
    "tokens",
]
