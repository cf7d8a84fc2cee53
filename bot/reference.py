"""Every setting there is, as Markdown: `docs/settings.md` is written from the models, so that it cannot be wrong."""

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from bot import features, teams
from bot.settings import Settings, variable

HEAD = """\
# Settings

Written by `steward settings > docs/settings.md` (`make docs`) from the code; a test holds it to that.

## What an operator sets

In the environment, or in a file `.env` where Steward starts; the environment wins. One that is wrong or misspelt is
named at the start, with what was expected. `steward doctor` looks at what they lead to.
"""
TEAMS = """\
## What a team sets

Each team has its own. What it has not changed is at the default, also when the default changes later.
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


def of_teams() -> list[type[teams.Settings]]:
    """Each feature's settings of a team, by the name of its module."""
    modules = [import_module(f"{features.__name__}.{found.name}") for found in pkgutil.iter_modules(features.__path__)]
    own = [getattr(module, "Settings", None) for module in modules]
    return [found for found in own if isinstance(found, type) and issubclass(found, teams.Settings)]


def markdown(models: Iterable[type[teams.Settings]]) -> str:
    parts = [HEAD, _table(Settings, variable), TEAMS]
    return "\n".join([*parts, *(_section(model) for model in models)])


def _section(model: type[teams.Settings]) -> str:
    title = model.model_config.get("title") or model.feature.capitalize()
    return f"### {title}\n\n{(model.__doc__ or '').strip()}\n\n{_table(model, str)}"


def _table(model: type[BaseModel], named: Callable[[str], str]) -> str:
    schema = model.model_json_schema(by_alias=False)
    rows = ["| setting | default | limits | meaning |", "| --- | --- | --- | --- |"]
    for name, field in model.model_fields.items():
        parts = list(_parts(schema["properties"][name], schema.get("$defs", {})))
        cells = [f"`{named(name)}`", _default(field), "; ".join(_limits(parts)), _meaning(field)]
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(rows) + "\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "none: it has to be set"
    value = to_jsonable_python(field.get_default(call_default_factory=True))
    if value is None or value == []:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _meaning(field: FieldInfo) -> str:
    return ": ".join(part for part in (field.title, field.description) if part)


def _parts(schema: dict[str, Any], definitions: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A property's schema and those that it is made of."""
    if "$ref" in schema:
        schema = schema | definitions[schema["$ref"].rpartition("/")[2]]
    yield schema
    for inner in [*schema.get("anyOf", []), *schema.get("allOf", []), schema.get("items")]:
        if isinstance(inner, dict):
            yield from _parts(inner, definitions)


def _limits(parts: Iterable[dict[str, Any]]) -> Iterator[str]:
    for part in parts:
        yield from (said.format(part[word]) for word, said in LIMITS.items() if word in part)
        if "enum" in part:
            yield f"one of {', '.join(map(str, part['enum']))}"
