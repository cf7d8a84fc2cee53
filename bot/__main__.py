"""The command line: `steward run`, `sandbox`, `migrate`, `doctor`, `settings`, `outbox`, `erase` and others.

A command's module is imported when the command is used: some need nearly all of the bot, and a list of them needs none.
"""

import gc
import importlib
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot.errors import OperatorError

COMMANDS = {
    "run": ("bot.cli.run:run", "Run the bot, in Socket Mode when SLACK_APP_TOKEN is set, otherwise in HTTP mode."),
    "sandbox": ("bot.cli.sandbox:sandbox", "Run a local Slack workspace with the bot in it."),
    "migrate": ("bot.cli.database:migrate", "Migrate the database to this version of Steward."),
    "doctor": (
        "bot.cli.run:doctor",
        "Check everything the bot needs and suggest fixes, without changing anything. Exits with 1 on a problem.",
    ),
    "export": (
        "bot.cli.data_exports:export",
        "Send a person everything that Steward stores about them, as a file in their DM.",
    ),
    "logs-hash": (
        "bot.cli.database:logs_hash",
        "Print the hashes that stand for a person's id in the logs of this month and the last one.",
    ),
    "backup": (
        "bot.cli.backups:backup",
        "Back up the database to FILE, which is replaced if it exists. Steward can keep running.",
    ),
    "restore": ("bot.cli.backups:restore", "Restore the database from FILE. Stop Steward first."),
    "scrub": (
        "bot.cli.workspaces:scrub",
        "Make a copy of production harmless: delete tokens, webhook secrets and unsent messages. Stop Steward first.",
    ),
    "erase": (
        "bot.cli.erase:erase",
        "Erase a person's data or a whole workspace. With --compact, also or only remove old bytes of the database.",
    ),
    "settings": ("bot.cli.settings:list_settings", "Print every setting as Markdown."),
    "rituals": ("bot.cli.settings:rituals", "Validate the ritual files, and list them."),
    "outbox": (
        "bot.cli.database:outbox",
        "Inspect unsent messages, waiting or failed. Shows ids and reasons, never message text.",
    ),
    "keys": (
        "bot.cli.keys:keys",
        "Show, rotate and abandon the keys in STEWARD_KEYS. Never shows a key, only its fingerprint.",
    ),
    "workspace": ("bot.cli.workspaces:workspace", "Show the workspaces in the database."),
    "alerts": (
        "bot.cli.alerts:alerts",
        "Test webhook payloads from alert tools. Connect a tool with `/queue hooks` in Slack.",
    ),
}
"""Where each command or group of commands is, and what the list of them says of it."""

SERVICES = {"run", "sandbox"}
"""They draw no tables, so structlog must not find rich, which it would load for tracebacks that `bot.logs` replaces."""

command_line = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, which hold what people wrote
)


class _Commands(TyperGroup):
    """The commands as they are listed, each of which is loaded when it is used."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed and load(str(name)), rest


def load(name: str) -> Any:
    """Import a command or a group of commands, and return it as Typer has it."""
    found, described = _import(name), COMMANDS[name][1]
    alone = typer.Typer(add_completion=False)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name, help=described)
    else:
        alone.command(name, help=described)(found)
    alone.callback()(_listed)  # without it, Typer would drop the name of an only command
    return typer.main.get_group(alone).commands[name]


def _import(command: str) -> Any:
    """Import a command's module and return it. What exists by then is never garbage, so is not looked at again."""
    module, _, name = COMMANDS[command][0].partition(":")
    with _without("rich") if command in SERVICES else nullcontext():
        found = getattr(importlib.import_module(module), name)
    gc.freeze()
    gc.enable()
    return found


@contextmanager
def _without(library: str) -> Iterator[None]:
    """Make a library look as if it were not installed, unless it is imported already."""
    if library in sys.modules:
        yield
        return
    sys.modules[library] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[library]


def _listed() -> None:
    """Stand for a command that is not loaded."""


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from bot.db.migrations import migrate
        from bot.settings import VERSION

        typer.echo(f"Steward {VERSION}, database revision {migrate.newest()}, Python {platform.python_version()}")
        raise typer.Exit


@command_line.callback(
    cls=_Commands, invoke_without_command=True, help="Steward, a Slack bot that helps leaders serve their team."
)
def default(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version")
    ] = False,
) -> None:
    """Without a command, run the bot when a token is set, otherwise the sandbox."""
    if context.invoked_subcommand is None:
        from bot import settings

        found = settings.load()
        _import("run" if found.bot_token or found.app_token or found.client_id else "sandbox")()


for each, (_, about) in COMMANDS.items():
    command_line.command(each, help=about)(_listed)


def main() -> None:
    gc.disable()  # until a command is loaded: imports free nothing
    try:
        command_line()
    except OperatorError as error:
        if sys.argv[1:2] == ["run"]:
            from bot import logs

            logs.configure()
            logs.report_error(str(error))
        else:
            typer.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
