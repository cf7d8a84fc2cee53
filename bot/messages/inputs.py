"""Forms built from settings models: an input for each field, and validation of the answers.

A block's id is `feature.field`, so that a validation error is shown at its field.
"""

from collections.abc import Collection
from datetime import date, time
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from slackblocks import (
    CheckboxGroup,
    DatePicker,
    Element,
    ExternalSelectMenu,
    InputBlock,
    NumberInput,
    PlainTextInput,
    RadioButtonGroup,
    TimePicker,
)

from bot.errors import Refusal
from bot.org.availability import dates, holidays
from bot.org.availability.dates import LIFE
from bot.org.teams.settings import Settings
from bot.refusals import common
from bot.slack.mrkdwn import escape
from bot.slack.post import option
from bot.text.formats import clock, full

YES = "yes"
LONGEST_LIST = 2000
EMPTY = "–"


class Kind(NamedTuple):
    """The type of a form field, without `list[…]` and `… | None`."""

    plain: Any
    is_list: bool
    is_optional: bool


def build_inputs(
    settings: Settings, names: Collection[str] | None = None, *, hints: dict[str, str] | None = None
) -> list[InputBlock]:
    """Build a form input with the current value for each setting, or only for the settings in `names`.

    `hints` replace the fields' own hints.
    """
    fields = type(settings).model_fields
    return [
        _input(settings.feature, name, field, getattr(settings, name), (hints or {}).get(name, field.description))
        for name, field in fields.items()
        if names is None or name in names
    ]


def parse_settings(model: type[Settings], answers: dict[str, Any], now: Settings | None = None) -> Settings:
    """Validate a form's answers into the settings model; a field missing from the form keeps its value in `now`.

    Raises a `Refusal` at the field of the first error.
    """
    said = now.model_dump() if now else {}
    for name, field in model.model_fields.items():
        if (block := f"{model.feature}.{name}") in answers:
            said[name] = _value(_kind(field), answers[block])
    try:
        return model.model_validate(said)
    except ValidationError as error:
        problem = error.errors(include_input=False)[0]
        raise Refusal(_sentence(problem), field=f"{model.feature}.{problem['loc'][0]}") from None


def check_dates_near(settings: Settings, today: date) -> None:
    """Raise `Refusal` for dates that are more than a lifetime ago or more than a year ahead."""
    for name in type(settings).model_fields:
        if isinstance(day := getattr(settings, name), date):
            dates.check_near(day, today, since=LIFE, field=f"{settings.feature}.{name}")


def summary(settings: Settings, locale: str = "") -> str:
    """List the settings of a model with their values, one on each line."""
    fields = type(settings).model_fields.items()
    return "\n".join(
        f"{field.title}: {escape(format_value(getattr(settings, name), field, locale))}" for name, field in fields
    )


def describe_change(model: type[Settings], name: str, was: Any, became: Any) -> tuple[str, list[str]]:
    """Return a setting's title, and its values before and after a change, as the form shows them."""
    field = model.model_fields.get(name)
    if field is None:
        return name, [escape(str(value)) for value in (was, became)]
    read = TypeAdapter[Any](field.annotation or object)
    shown = (format_value(read.validate_python(value), field) for value in (was, became))
    return field.title or name, ["none" if each == EMPTY else escape(each) for each in shown]


def format_value(value: Any, field: FieldInfo | None = None, locale: str = "") -> str:
    """Format a setting's value for people."""
    if value and field and _extra(field).get("picks") == "country":
        return holidays.country_name(value)
    match value:
        case None | "" | []:
            return EMPTY
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(format_value(each, locale=locale) for each in value)
        case Enum():
            return label(value)
        case time():
            return clock(value, locale)
        case date():
            return full(value, locale)
        case _:
            return str(value)


def label(choice: Enum) -> str:
    return choice.name.replace("_", " ").capitalize()


def _input(feature: str, name: str, field: FieldInfo, value: Any, hint: str | None) -> InputBlock:
    kind = _kind(field)
    block = f"{feature}.{name}"
    must_have_one = any(getattr(limit, "min_length", None) for limit in field.metadata)
    may_be_empty = kind.is_optional or (kind.is_list and not must_have_one) or kind.plain in (bool, str)
    return InputBlock(
        field.title or name, _element(block, kind, field, value), block_id=block, hint=hint, optional=may_be_empty
    )


def _kind(field: FieldInfo) -> Kind:
    is_union = get_origin(field.annotation) in (Union, UnionType)
    inside = [each for each in get_args(field.annotation) if each is not NoneType] if is_union else [field.annotation]
    is_list = get_origin(inside[0]) is list
    return Kind(get_args(inside[0])[0] if is_list else inside[0], is_list, is_union)


def _element(block: str, kind: Kind, field: FieldInfo, value: Any) -> Element:
    if picks := _extra(field).get("picks"):
        now = option(format_value(value, field), value) if value else None
        return ExternalSelectMenu(action_id=picks, initial_option=now, min_query_length=1)
    if isinstance(kind.plain, type) and issubclass(kind.plain, Enum):
        return _choice(block, kind, value)
    if kind.is_list:
        lines = "\n".join(value or []) or None
        return PlainTextInput(action_id=block, initial_value=lines, multiline=True, max_length=LONGEST_LIST)
    if kind.plain is time:
        return TimePicker(action_id=block, initial_time=f"{value:%H:%M}" if value else None)
    if kind.plain is date:
        return DatePicker(action_id=block, initial_date=value.isoformat() if value else None)
    if kind.plain is bool:
        yes = option("Yes", YES)
        return CheckboxGroup(action_id=block, options=[yes], initial_options=[yes] if value else None)
    if kind.plain is int:
        least, most = _limit(field, "ge"), _limit(field, "le")
        return NumberInput(False, action_id=block, initial_value=str(value), min_value=least, max_value=most)
    return PlainTextInput(action_id=block, initial_value=value or None)


def _choice(block: str, kind: Kind, value: Any) -> Element:
    options = {choice: option(label(choice), str(choice.value)) for choice in kind.plain}
    if kind.is_list:
        chosen = [options[choice] for choice in value or []] or None
        return CheckboxGroup(action_id=block, options=list(options.values()), initial_options=chosen)
    return RadioButtonGroup(action_id=block, options=list(options.values()), initial_option=options.get(value))


def _value(kind: Kind, said: Any) -> Any:
    """Convert a form's answer for the model; an empty answer becomes None, an empty list, False or an empty string."""
    if isinstance(kind.plain, type) and issubclass(kind.plain, Enum):
        choices = {str(choice.value): choice for choice in kind.plain}
        chosen = [choices[each] for each in said or [] if each in choices] if kind.is_list else choices.get(said)
        return chosen or (None if kind.is_optional else chosen)
    if kind.plain is bool:
        return bool(said)
    if kind.is_list:
        return [line.strip() for line in (said or "").splitlines() if line.strip()]
    return said if said or kind.is_optional or kind.plain is not str else ""


def _extra(field: FieldInfo) -> dict[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _limit(field: FieldInfo, edge: str) -> int | None:
    """Return a field's limit (`edge` is `ge` or `le`) for Slack's number input; None without a limit."""
    return next((getattr(limit, edge) for limit in field.metadata if hasattr(limit, edge)), None)


def _sentence(problem: ErrorDetails) -> str:
    match problem["type"]:
        case "greater_than_equal":
            return common.at_least(problem["ctx"]["ge"])
        case "less_than_equal":
            return common.at_most(problem["ctx"]["le"])
        case "value_error":
            return problem["msg"].removeprefix("Value error, ")
        case "int_parsing" | "int_type" | "int_from_float":
            return common.WHOLE_NUMBER
        case "too_long":
            return common.too_many_picked(problem["ctx"]["max_length"])
        case "too_short":
            return common.AT_LEAST_ONE
        case _:
            return f"That doesn't work here: {problem['msg'][0].lower()}{problem['msg'][1:]}."
