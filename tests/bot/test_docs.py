"""Pages of the docs that are generated from the code, or checked against it."""

import re
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from typer.testing import CliRunner

from bot import settings
from bot.__main__ import command_line
from bot.cli import settings as cli_settings
from bot.features.rituals.settings import Lean
from bot.nudges.selection import NudgePreferences
from bot.org.teams.settings import Settings
from bot.workflows.settings import PERSONAL_SETTINGS, TEAM_SETTINGS
from tests.harness import APP

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_settings_page_of_the_docs_equals_the_output_of_its_command() -> None:
    written = CliRunner().invoke(command_line, ["settings"])

    assert written.output == (DOCS / "settings.md").read_text(), "`make docs` writes it anew"


def test_settings_page_lists_every_operator_setting_with_its_description() -> None:
    page = cli_settings.render_markdown()

    assert re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE) == list(settings.names())
    assert all(told in page for told in settings.names().values())


class Tea(Settings):
    """When a team has tea."""

    feature: ClassVar[str] = "tea"
    title: ClassVar[str] = "Tea"
    kind: Literal["green", "black"] = Field("green", title="Kind", description="what is in the pot | or not")
    cups: Annotated[int, Field(ge=1, le=9)] = 2
    guests: list[Annotated[str, Field(max_length=20)]] = Field(default_factory=list, max_length=3)
    sugar: bool = False
    note: str | None = Field(None, max_length=80, title="Note")


def test_settings_page_shows_defaults_limits_and_descriptions_of_settings() -> None:
    page = cli_settings.render_section(Tea)

    assert page.endswith(
        """\
### Tea

| setting | default | limits | meaning |
| --- | --- | --- | --- |
| Kind | green |  | what is in the pot \\| or not |
| cups | 2 | at least 1; at most 9 |  |
| guests | – | entries: at most 3; at most 20 characters |  |
| sugar | no |  |  |
| Note | – | at most 80 characters |  |
"""
    )


def test_every_settings_model_has_a_form_and_every_setting_a_title() -> None:
    models = {model for model in Settings.__subclasses__() if model.__module__.startswith("bot.")}

    pressed = {NudgePreferences, Lean}  # has no form; buttons change it
    assert models == {*TEAM_SETTINGS.values(), *PERSONAL_SETTINGS.values(), *pressed}
    assert all(field.title for model in models for field in model.model_fields.values())


def test_scopes_page_gives_a_reason_for_every_scope_in_the_manifest_and_no_other() -> None:
    rows = re.findall(r"^\| `([\w:.]+)` \| (.+) \| (.+) \|$", (DOCS / "scopes.md").read_text(), re.MULTILINE)

    assert [scope for scope, _, _ in rows] == sorted(APP["oauth_config"]["scopes"]["bot"])
