"""The command line, one command per file. `main` is the entry point ``interleave``."""

from __future__ import annotations

import click

import graders
from workers.cli.group import Commands

main: Commands = click.version_option(graders.__version__, prog_name="interleave")(
    Commands(
        "interleave",
        {
            "grade": ("workers.cli.grade:grade", "Grade a program, or a quiz's answers."),
            "replay": ("workers.cli.replay:replay", "Make the run of a report's witness once more."),
            "up": ("workers.cli.up:up", "Run the whole service on this machine."),
            "course": ("workers.cli:course", "Check, load or write a course."),
            "sandbox": ("workers.cli:sandbox", "Prepare a grading host for the oci sandbox."),
            "doctor": ("workers.cli.doctor:doctor", "Say what this machine can isolate."),
            "user": ("workers.cli.user:user", "Make accounts and give passwords."),
            "migrate": ("workers.cli.migrate:migrate", "Bring the database to the newest tables."),
        },
        """Grade programs that share data between processes, and decide over every interleaving.""",
    )
)

course = Commands(
    "course",
    {
        "check": ("workers.cli.course_check:check", "Try everything that a course promises."),
        "new-lab": ("workers.cli.new_lab:new_lab", "Make a lab from a template."),
        "load": ("workers.cli.course_load:load", "Load a course, after a look at what changes."),
    },
    """Courses: folders with labs, quizzes and lessons.""",
)

sandbox = Commands(
    "sandbox",
    {
        "unpack": ("workers.cli.sandbox_host:unpack", "Unpack the sandbox image."),
        "reap": ("workers.cli.sandbox_host:reap", "Remove what killed workers left."),
    },
    """The oci sandbox of a grading host.""",
)
