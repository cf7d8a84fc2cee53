"""`steward settings` and `steward rituals`: every setting as Markdown, for `docs/settings.md`, and every ritual."""

from collections.abc import Iterable, Iterator
from typing import Any

import typer
from pydantic.fields import FieldInfo

from bot.features.rituals.catalogue import catalogue
from bot.features.rituals.recurrence import describe_rule
from bot.messages import inputs
from bot.org.teams import settings
from bot.settings import Settings, variable
from bot.workflows.settings import PERSONAL_SETTINGS, TEAM_SETTINGS

HEAD = """\
# Settings

Written by `steward settings > docs/settings.md` (`make docs`) from the code; a test holds it to that.

## What an operator sets

In the environment, or in a file `.env` where Steward starts; the environment wins. One that is wrong or misspelt is
named at the start, with what was expected. `steward doctor` looks at what they lead to.
"""
TEAMS = """\
## What a team sets

With `/steward settings`, by its leaders; who changed what is kept. What a team has not changed is at the default, also
when the default changes later.
"""
PEOPLE = """\
## What each person sets for themself

With the buttons of `/steward me`. What they have not chosen is as their team has it.
"""
LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "pattern": "like `{}`",
}


def render_markdown() -> str:
    teams, people = TEAM_SETTINGS.values(), PERSONAL_SETTINGS.values()
    return "\n".join([HEAD, _operators(), TEAMS, *map(render_section, teams), PEOPLE, *map(render_section, people)])


def render_section(model: type[settings.Settings]) -> str:
    """One feature's settings, named as its form names them."""
    schema = model.model_json_schema()
    rows = [
        [field.title or name, inputs.shown(_default(field), field), _limits(schema, name), field.description or ""]
        for name, field in model.model_fields.items()
    ]
    return f"### {model.title}\n\n{_table(rows)}"


def _operators() -> str:
    schema = Settings.model_json_schema(by_alias=False)
    return _table(
        [f"`{variable(name)}`", inputs.shown(_default(field)), _limits(schema, name), field.description or ""]
        for name, field in Settings.model_fields.items()
    )


def _table(rows: Iterable[list[str]]) -> str:
    head = ["| setting | default | limits | meaning |", "| --- | --- | --- | --- |"]
    told = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join([*head, *told]) + "\n"


def _default(field: FieldInfo) -> Any:
    return "it has to be set" if field.is_required() else field.get_default(call_default_factory=True)


def _parts(schema: dict[str, Any], definitions: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A property's schema and those that it is made of."""
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
    """Write down every setting, as Markdown."""
    typer.echo(render_markdown(), nl=False)


def rituals() -> None:
    """Check the files of the rituals that teams choose from, and list them."""
    for file, template in catalogue().items():
        typer.echo(
            f"{file}: {template.name}, {describe_rule(template.when, template.at)}, {len(template.prompts)} prompts"
        )
