"""What a student may see of a report while some of its checks are hidden. Pure."""

from __future__ import annotations

from dataclasses import replace

from graders.report import CONVICTIONS, Report, Runs, Usage, Witness
from graders.verdict import Verdict, worst

KEPT_BACK = "How it happens is shown together with the hidden checks."


def veiled(report: Report, hidden: frozenset[str]) -> Report | None:
    """Return the report as if the `hidden` checks had not been made; `None` when no other is left.

    The witness stays when it proves a verdict of a check that is shown. Whatever else could tell how a
    hidden check went goes with them: the certificate, the numbers of runs, what was used and printed.
    """
    if not hidden & {check.id for check in report.checks}:
        return report
    shown = [check for check in report.checks if check.id not in hidden]
    if not shown:
        return None
    verdict = worst(check.verdict for check in shown)
    return replace(
        report,
        verdict=verdict,
        score=round(sum(check.points for check in shown), 6),
        max_score=round(sum(check.max_points for check in shown), 6),
        checks=tuple(shown),
        certificate=None,
        runs=Runs(),
        seconds=0.0,
        witness=_witness(report.witness, {check.verdict for check in shown}, verdict),
        covers="",
        output="",
        usage=Usage(),
        flags=(),
    )


def _witness(witness: Witness | None, shown: set[Verdict], verdict: Verdict) -> Witness | None:
    if witness is not None and witness.kind in shown:
        return witness
    # A report with such a verdict has a witness: here one that says where it is.
    return Witness(verdict, "", KEPT_BACK) if verdict in CONVICTIONS else None
