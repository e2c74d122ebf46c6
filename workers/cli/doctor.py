"""``interleave doctor``: what this machine can isolate, found out by trying."""

from __future__ import annotations

from collections.abc import Iterable

import click

from service.settings import Settings, load_settings
from workers.cli.examine import docker_findings, local_findings, machine_findings
from workers.cli.findings import Finding, Mark
from workers.cli.group import NOT_PASSED, PASSED
from workers.cli.signals import ending_in_order
from workers.cli.terminal import progress

_COLOURS = {Mark.GOOD: "green", Mark.WEAK: "yellow", Mark.MISSING: "red"}


@click.command
def doctor() -> int:
    """Say what this machine can isolate, what it cannot, and what to do about it.

    Everything is tried for real: containers and namespaces are made and limits are run into. The
    exit status is 0 when at least one kind of sandbox works here, otherwise 1.
    """
    settings = load_settings()
    with ending_in_order(), progress("Looking at the machine") as status:
        _show("Machine", machine_findings())
        status.update("Trying Docker")
        docker = _show(
            "Docker sandbox, for courses", docker_findings(settings.sandbox_image, settings.docker_runtime)
        )
        status.update("Trying namespaces")
        local = _show("Local sandbox, for trying out", local_findings())
    click.echo(_conclusion(settings, docker, local))
    return PASSED if docker or local else NOT_PASSED


def _show(title: str, findings: Iterable[Finding]) -> bool:
    """Print the findings as they come; returns whether nothing that matters is missing."""
    click.secho(title, bold=True)
    works = True
    for finding in findings:
        mark = click.style(f"{finding.mark:8}", fg=_COLOURS[finding.mark])
        click.echo(f"  {mark}  {finding.subject:28}  {finding.detail}".rstrip())
        if finding.advice:
            click.echo(f"  {'':8}  {'':28}  -> {finding.advice}")
        works = works and finding.mark is not Mark.MISSING
    click.echo()
    return works


def _conclusion(settings: Settings, docker: bool, local: bool) -> str:
    asked = f"INTERLEAVE_SANDBOX is {settings.sandbox}."
    if docker:
        return f"Submissions can run in Docker. {asked}"
    if local:
        return f"Submissions can run in the local sandbox only, which is for trying out. {asked}"
    return f"Submissions cannot run here. {asked}"
