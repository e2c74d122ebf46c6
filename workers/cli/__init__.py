"""The command line, one command per file. `main` is the entry point ``interleave``."""

from __future__ import annotations

import click

import graders
from workers.cli.group import Commands

main: Commands = click.version_option(graders.__version__, prog_name="interleave")(
    Commands(
        "interleave",
        {
            "grade": "workers.cli.grade:grade",
            "up": "workers.cli.up:up",
            "course": "workers.cli:course",
            "doctor": "workers.cli.doctor:doctor",
            "user": "workers.cli.user:user",
            "migrate": "workers.cli.migrate:migrate",
        },
        """Grade programs that share data between processes, and decide over every interleaving.""",
    )
)

course = Commands(
    "course",
    {
        "check": "workers.cli.course_check:check",
        "load": "workers.cli.course_load:load",
    },
    """Courses: folders with labs, quizzes and lessons.""",
)
