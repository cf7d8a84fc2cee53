"""`steward settings` prints all settings as Markdown, for `docs/settings.md`; `steward rituals` lists the rituals."""

from collections.abc import Iterable, Iterator
from typing import Any

import typer
from pydantic.fields import FieldInfo

from bot.features.rituals.catalog import load_catalog
from bot.features.rituals.recurrence import describe_rule
from bot.messages import inputs
from bot.org.teams import settings
from bot.settings import Settings, variable
from bot.workflows.settings import PERSONAL_SETTINGS, TEAM_SETTINGS

HEAD = """\
# Settings

Generated from the code by `make docs` (`steward settings > docs/settings.md`). A test fails when it is out of date.

## Operator settings

Set these as environment variables, or in a file `.env` in the folder where Steward starts; environment variables win.
Steward does not start when one is wrong or misspelt, and names it. `steward doctor` checks that they work.

A secret can be in a file instead, as container platforms mount it: put `_FILE` after the name, as in
`SLACK_BOT_TOKEN_FILE=/run/secrets/bot-token`. This works for the tokens, the secrets, `STEWARD_KEYS` and
`STEWARD_DATABASE_URL`.
"""
TEAMS = """\
## Team settings

A team's leaders change these with `/steward settings`, and an audit log records who changed what. A setting that a team
has not changed follows the default, also when a new version changes the default.
"""
PEOPLE = """\
## Personal settings

Each person changes these with the buttons in `/steward me`. Until they do, their team's setting applies.
"""
LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "entries: at least {}",
    "maxItems": "entries: at most {}",
    "pattern": "like `{}`",
}


def render_markdown() -> str:
    teams, people = TEAM_SETTINGS.values(), PERSONAL_SETTINGS.values()
    return "\n".join([HEAD, _operators(), TEAMS, *map(render_section, teams), PEOPLE, *map(render_section, people)])


def render_section(model: type[settings.Settings]) -> str:
    """Return one feature's settings as a Markdown section, with the titles that its form shows."""
    schema = model.model_json_schema()
    rows = [
        [
            field.title or name,
            inputs.format_value(_default(field), field),
            _limits(schema, name),
            field.description or "",
        ]
        for name, field in model.model_fields.items()
    ]
    return f"### {model.title}\n\n{_table(rows)}"


def _operators() -> str:
    schema = Settings.model_json_schema(by_alias=False)
    return _table(
        [f"`{variable(name)}`", inputs.format_value(_default(field)), _limits(schema, name), field.description or ""]
        for name, field in Settings.model_fields.items()
    )


def _table(rows: Iterable[list[str]]) -> str:
    head = ["| setting | default | limits | meaning |", "| --- | --- | --- | --- |"]
    told = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join([*head, *told]) + "\n"


def _default(field: FieldInfo) -> Any:
    return "required" if field.is_required() else field.get_default(call_default_factory=True)


def _parts(schema: dict[str, Any], definitions: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a property's schema and its nested schemas."""
    if "$ref" in schema:
        schema = schema | definitions[schema["$ref"].rpartition("/")[2]]
    yield schema
    for inner in [*schema.get("anyOf", []), *schema.get("allOf", []), schema.get("items")]:
        if isinstance(inner, dict):
            yield from _parts(inner, definitions)


def _limits(schema: dict[str, Any], name: str) -> str:
    parts = _parts(schema["properties"][name], schema.get("$defs", {}))
    return "; ".join(said.format(part[word]) for part in parts for word, said in LIMITS.items() if word in part)


def list_settings() -> None:
    """Print every setting as Markdown."""
    typer.echo(render_markdown(), nl=False)


def rituals() -> None:
    """Validate the ritual files, and list them."""
    for file, template in load_catalog().items():
        typer.echo(
            f"{file}: {template.name}, {describe_rule(template.when, template.at)}, {len(template.prompts)} prompts"
        )
