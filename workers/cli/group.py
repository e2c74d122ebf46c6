"""Groups of commands that are imported when they are asked for, and what our errors mean to a shell.

A command that says ``--help`` must not pay for Celery, Docker and the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module, metadata
from typing import Any

import click

from graders.errors import CallerError, ContentError, InfrastructureError

EXIT_USAGE = 2
EXIT_OUR_FAULT = 3


class Commands(click.Group):
    """A group that knows its commands as ``module:attribute``."""

    def __init__(self, *args: Any, commands_at: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._commands_at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the alphabet."""
        return sorted({*super().list_commands(ctx), *self._commands_at})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; `None` when there is none of that name."""
        if cmd_name not in self._commands_at:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._commands_at[cmd_name].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; our errors become one message and an exit status."""
        try:
            return super().invoke(ctx)
        except (CallerError, ContentError) as problem:
            raise _failure(problem, EXIT_USAGE) from problem
        except InfrastructureError as problem:
            raise _failure(problem, EXIT_OUR_FAULT) from problem


def group(name: str, text: str, commands_at: Mapping[str, str], version: bool = False) -> Commands:
    """Return a group of commands given as ``module:attribute``."""
    made = Commands(name, help=text, commands_at=commands_at)
    if version:
        made = click.version_option(metadata.version("interleave"), prog_name="interleave")(made)
    return made


def _failure(problem: Exception, status: int) -> click.ClickException:
    failure = click.ClickException(str(problem))
    failure.exit_code = status
    return failure
