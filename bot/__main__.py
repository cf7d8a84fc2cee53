"""The command line: `steward run`, `sandbox`, `migrate`, `doctor`, `settings`, `outbox`, `erase` and others."""

import sys

import typer

from bot import logs
from bot.cli import alerts, backups, data_exports, database, erase, keys, run, sandbox, settings, workspaces
from bot.errors import OperatorError

command_line = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, which hold what people wrote
    help="Steward, a Slack bot that helps leaders serve their team.",
)
command_line.callback(invoke_without_command=True)(run.default)
command_line.command()(run.run)
command_line.command()(sandbox.sandbox)
command_line.command()(database.migrate)
command_line.command()(run.doctor)
command_line.command()(data_exports.export)
command_line.command("logs-hash")(database.logs_hash)
command_line.command()(backups.backup)
command_line.command()(backups.restore)
command_line.command()(workspaces.scrub)
command_line.command()(erase.erase)
command_line.command("settings")(settings.list_settings)
command_line.command()(settings.rituals)
command_line.add_typer(database.outbox, name="outbox")
command_line.add_typer(keys.keys, name="keys")
command_line.add_typer(workspaces.workspace, name="workspace")
command_line.add_typer(alerts.alerts, name="alerts")


def main() -> None:
    try:
        command_line()
    except OperatorError as error:
        if sys.argv[1:2] == ["run"]:
            logs.configure()
            logs.report_error(str(error))
        else:
            typer.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
