"""Consistency of code, manifest, docs and database with one another."""

import re
import runpy
from dataclasses import astuple
from pathlib import Path

import yaml
from alembic.script import ScriptDirectory

from bot.clock import Clock
from bot.db.migrations import migrate
from bot.db.migrations.migrate import HERE
from bot.db.personal_data import DECLARED
from bot.db.sessions import Database
from bot.messages.suggestions import ENTRIES
from bot.slack.dispatcher import Dispatcher, Kind
from bot.slack.mrkdwn import capitalize_first
from bot.workflows.nudges import KINDS
from handlers import registry
from handlers.errors import ErrorAnswers
from schedules.registry import JOBS
from tests.harness import APP, Slack

MESSAGES = ("message.channels", "message.groups", "message.im")
"""The names under which Slack lists the event `message`, one per kind of conversation."""
ROOT = Path(__file__).parent.parent.parent


def listeners(database: Database) -> Dispatcher:
    on = Dispatcher(database, Clock(), ErrorAnswers())
    registry.register(on)
    return on


def modules_with(folder: str, line: str) -> set[str]:
    """Return the modules in a folder with a line that starts with `line`."""
    files = {file: file.read_text().splitlines() for file in (ROOT / folder).rglob("*.py")}
    found = [file for file, lines in files.items() if any(each.startswith(line) for each in lines)]
    return {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in found}


def test_every_module_that_registers_listeners_or_has_jobs_is_in_the_registry() -> None:
    own = {registry.__name__}
    assert {each.__name__ for each in registry.MODULES} == modules_with("handlers", "def register") - own
    assert {each.run.__module__ for each in JOBS} == modules_with("schedules", "async def ")


async def test_manifest_lists_every_command_and_event_that_has_a_listener(database: Database) -> None:
    on = listeners(database)

    assert [command["command"] for command in APP["features"]["slash_commands"]] == on.names(Kind.COMMAND)
    events = {name.partition(".")[0] for name in APP["settings"]["event_subscriptions"]["bot_events"]}
    assert sorted(events) == on.names(Kind.EVENT)
    assert sorted(MESSAGES) == [name for name in APP["settings"]["event_subscriptions"]["bot_events"] if "." in name]
    assert [s["callback_id"] for s in APP["features"].get("shortcuts", [])] == on.names(Kind.SHORTCUT)
    assert all(command["should_escape"] for command in APP["features"]["slash_commands"])


async def test_sandbox_offers_the_commands_of_the_manifest(slack: Slack) -> None:
    offered = (await slack.look("state"))["app"]["commands"]

    assert [c["command"] if isinstance(c, dict) else c for c in offered] == [
        command["command"] for command in APP["features"]["slash_commands"]
    ]


def test_newest_migration_is_the_only_head() -> None:
    assert ScriptDirectory(str(HERE)).get_heads() == [migrate.newest()]


def test_every_job_name_in_the_code_refers_to_an_existing_job() -> None:
    put = re.compile(r'JobName\("([^"]+)"\)')
    named = {
        name
        for top in ("bot", "handlers", "schedules")
        for file in (ROOT / top).rglob("*.py")
        for name in put.findall(file.read_text())
    }
    assert len(named) > 30
    assert named <= {job.name for job in JOBS}
    assert len({job.name for job in JOBS}) == len(JOBS)


def test_every_relative_link_in_the_docs_has_a_target() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_promise_of_the_security_page_links_a_test_that_exists() -> None:
    page = ROOT / "docs" / "security.md"
    named = re.findall(r"\[(test_\w+)\]\(([^)]+)\)", page.read_text())
    rows = [line for line in page.read_text().splitlines() if line.startswith("| ") and "---" not in line]

    assert len(named) > 30
    assert [row for row in rows if "test_" not in row and row != "| promise | test |"] == []
    for name, file in named:
        assert f"def {name}(" in (page.parent / file).read_text(), name


def test_command_page_of_the_docs_lists_every_command_of_the_bot() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "commands.py"))["render_page"]()
    assert (ROOT / "docs" / "commands.md").read_text() == page


def test_privacy_page_of_the_docs_has_the_table_of_the_declarations() -> None:
    page = (ROOT / "docs" / "privacy.md").read_text()
    written = runpy.run_path(str(ROOT / "docs" / "privacy.py"))
    assert page == written["render_page"](page), "`make docs` writes it anew"
    assert written["START"] in page
    assert {each.model for each in written["HELD"]} == {
        each.model for each in DECLARED.values() if each.people or each.words
    }


def test_reminders_page_of_the_docs_has_the_rule_and_words_of_every_kind_of_nudge() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "nudges.py"))["render_page"]()
    assert (ROOT / "docs" / "nudges.md").read_text() == page, "`make docs` writes it anew"
    sections = dict(re.findall(r"^## (.+)\n\n((?:.+\n|\n(?!#))+)", page, re.MULTILINE))
    assert [*sections] == [capitalize_first(kind.title) for kind in KINDS]
    for kind in KINDS:
        said = sections[capitalize_first(kind.title)]
        assert all(text.endswith(".") and text in said for text in astuple(kind.rule)), kind.kind
        assert "\n> " in said, kind.kind


def test_every_subcommand_in_a_usage_hint_exists() -> None:
    known = {entry.typed for entry in ENTRIES}
    for each in APP["features"]["slash_commands"]:
        for hint in each["usage_hint"].split(" · "):
            word = hint.split()[0]
            is_word = word.isalnum() and word != "help"
            assert not is_word or f"{each['command']} {word}" in known, hint


def test_readme_has_at_most_120_lines() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


def test_manifest_used_in_tests_equals_app_yaml() -> None:
    assert yaml.safe_load((ROOT / "app.yaml").read_text()) == APP
