"""Groups of commands that are imported when they are asked for, and what every ending means to a shell.

A command that says ``--help`` must not pay for Celery, Docker and the database.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from graders.errors import CallerError, ContentError, InfrastructureError

log = logging.getLogger(__name__)

PASSED, NOT_PASSED, USAGE, OUR_FAULT = 0, 1, 2, 3
"""Exit statuses, stable: a script may rely on them."""
INTERRUPTED, NOBODY_READS = 130, 141
"""As a shell says it of commands that Ctrl-C and SIGPIPE ended."""


class Commands(click.Group):
    """A group that knows its commands as ``module:attribute`` and a line on each.

    A command may return its exit status.
    """

    def __init__(self, name: str, places: Mapping[str, tuple[str, str]], text: str) -> None:
        super().__init__(name, help=text, context_settings={"help_option_names": ["-h", "--help"]})
        self._places = dict(places)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order they were given in: the most wanted first."""
        del ctx
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; `None` when there is none of that name."""
        del ctx
        if cmd_name not in self._places:
            return None
        module, _, attribute = self._places[cmd_name][0].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, without importing one."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._places.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an output that nobody reads any more ends it quietly."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Python must not try to flush the rest when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return NOBODY_READS

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and exit: 2 is the caller's mistake, 3 our fault, the rest each command's own."""
        if standalone_mode:
            sys.exit(self._status(args, prog_name, complete_var, extra))
        return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)

    def _status(
        self,
        args: Sequence[str] | None,
        prog_name: str | None,
        complete_var: str | None,
        extra: Mapping[str, Any],
    ) -> int:
        try:
            status = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.ClickException as problem:
            problem.show()
            return max(USAGE, problem.exit_code)
        except (CallerError, ContentError) as problem:
            return _complain(str(problem), USAGE)
        except InfrastructureError as problem:
            return _complain(f"{problem}\nThis is no fault of the program's.", OUR_FAULT)
        except (click.Abort, KeyboardInterrupt):
            return _complain("interrupted", INTERRUPTED)
        except Exception:
            # The last line of defence: Python's own status for this, 1, would mean "not passed".
            log.exception("a mistake in Interleave itself; please report it with all that follows")
            return OUR_FAULT
        return status if isinstance(status, int) else PASSED


def _complain(message: str, status: int) -> int:
    click.echo(f"Error: {message}", err=True)
    return status
