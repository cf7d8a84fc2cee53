"""`steward doctor` and `steward rituals`: commands that check something and change nothing."""

import asyncio

import typer
from rich.console import Console

from bot import logs
from bot.clock import Clock
from bot.doctor import diagnosis, report
from bot.doctor.findings import CheckedSettings
from bot.features.rituals.catalogue import catalogue
from bot.features.rituals.recurrence import describe_rule
from bot.settings import read_environment


def doctor() -> None:
    """Look at all that the bot needs: change nothing, and say what would mend it. Ends with 1 when there is trouble."""
    logs.configure()
    findings = diagnosis.diagnose(CheckedSettings(*read_environment()), Clock())
    if asyncio.run(report.print_findings(findings, Console())):
        raise typer.Exit(1)


def rituals() -> None:
    """Check the files of the rituals that teams choose from, and list them."""
    for file, recipe in catalogue().items():
        typer.echo(f"{file}: {recipe.name}, {describe_rule(recipe.when, recipe.at)}, {len(recipe.prompts)} prompts")
