"""Write docs/settings.md anew from the table in service/settings.py."""

from pathlib import Path

from service.settings import settings_table

INTRODUCTION = """\
# Settings

Every setting is an environment variable. A secret may come from a file instead: put the file's path into the
variable with `_FILE` at its end. A value that cannot be right stops the start, and names itself.

`interleave up` needs none of them. For `docker compose`, `.env.example` shows those that most courses set.

<!-- The table is written by `make docs` from service/settings.py; a change here would be lost. -->

"""


def page() -> str:
    """Return the whole page."""
    return INTRODUCTION + settings_table()


if __name__ == "__main__":
    Path(__file__).parents[1].joinpath("docs", "settings.md").write_text(page(), encoding="utf-8")
