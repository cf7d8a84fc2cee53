"""What is imported for a command: of the libraries and the bot, only what it uses."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import COMMANDS, command_line

ROOT = Path(__file__).parents[3]
RARE = {"alembic", "babel", "holidays", "icalendar", "networkx", "strictyaml"}
"""Libraries that no command needs from its beginning."""
LARGE = {"aiohttp", "apscheduler", "cryptography", "pydantic", "slack_bolt", "slack_sdk", "sqlalchemy", "uvicorn"}


def loaded_by(statement: str) -> set[str]:
    """Return the modules that a new process has after a statement."""
    told = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_list_of_the_commands_needs_no_other_module_of_the_bot_and_no_large_library() -> None:
    loaded = loaded_by("import bot.__main__")

    assert {name for name in loaded if name.split(".")[0] in {"bot", "handlers", "schedules", "sandbox"}} == {
        "bot", "bot.__main__", "bot.errors",
    }  # fmt: skip
    assert loaded & (RARE | LARGE) == set()


def test_bot_starts_without_libraries_that_it_rarely_uses_and_without_the_sandbox() -> None:
    loaded = loaded_by("from bot.__main__ import load; load('run')")

    assert loaded & (RARE - {"babel"} | {"bot.doctor", "rapidfuzz", "re2", "rich", "sandbox"}) == set()
    assert loaded > LARGE


def test_commands_that_only_use_the_database_load_nothing_of_slack_and_the_web() -> None:
    assert loaded_by("import bot.cli.database") & {"aiohttp", "slack_bolt", "starlette", "uvicorn", "bot.app"} == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_listed_command_has_help_that_begins_as_the_list_says(name: str) -> None:
    said = CliRunner().invoke(command_line, [name, "--help"])

    assert said.exit_code == 0
    assert COMMANDS[name][1] in " ".join(said.output.split())
