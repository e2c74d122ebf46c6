"""The command line: one entry point, `interleave`, one module per command."""

from workers.cli.group import Commands, group

main = group(
    "interleave",
    """Grade programs on shared data and locks, in every interleaving.""",
    {
        "course": "workers.cli:course",
        "migrate": "workers.cli.migrate:migrate",
        "up": "workers.cli.up:up",
        "user": "workers.cli.user:user",
    },
    version=True,
)

course = group(
    "course",
    """Courses: folders with labs, quizzes and lessons.""",
    {
        "load": "workers.cli.course_load:load",
    },
)

__all__ = ["Commands", "course", "main"]
