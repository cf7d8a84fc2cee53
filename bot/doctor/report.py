"""Output of the doctor's findings: aligned and colored in a terminal, otherwise one plain line each."""

from collections.abc import AsyncIterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.doctor.findings import Finding, State

COLOURS = {State.WELL: "green", State.NOTE: "yellow", State.TROUBLE: "bold red"}
WIDTHS = (7, 15)


async def print_findings(findings: AsyncIterator[Finding], console: Console) -> int:
    """Print each finding as soon as it is known, and return the number of problems."""
    troubles = 0
    async for finding in findings:
        troubles += finding.is_trouble
        _print_finding(finding, console)
    _print_summary(troubles, console)
    return troubles


def _print_finding(finding: Finding, console: Console) -> None:
    if console.is_terminal:
        console.print(_aligned(finding))
    else:
        console.print(Text(_line(finding)), soft_wrap=True)


def _line(finding: Finding) -> str:
    remedy = f" Fix: {finding.remedy}" if finding.remedy else ""
    return f"{finding.state}: {finding.about}: {finding.says}{remedy}"


def _aligned(finding: Finding) -> Table:
    table = Table.grid(padding=(0, 2))
    for width in WIDTHS:
        table.add_column(width=width)
    table.add_column()
    table.add_row(Text(finding.state, style=COLOURS[finding.state]), Text(finding.about), Text(finding.says))
    if finding.remedy:
        table.add_row("", "", Text(f"→ {finding.remedy}", style="bold"))
    return table


def _print_summary(troubles: int, console: Console) -> None:
    found = "1 problem" if troubles == 1 else f"{troubles} problems"
    says = f"{found} found. The fix is shown next to {'it' if troubles == 1 else 'each'}."
    console.print(Text(says if troubles else "No problems found."), soft_wrap=True)
