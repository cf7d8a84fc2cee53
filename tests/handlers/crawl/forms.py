"""Ways to fill in a form: empty, with typical values, with other valid values, and with as much text as possible."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sandbox.blocks import forms
from tests.handlers.crawl.controls import options_of
from tests.harness import Json

MOST_LETTERS = 3000
"""The maximum number of characters in a field for which the form sets no limit."""
NASTY = "<&>*_~`"
"""Characters that get longer when escaped, or are Slack markup."""
EVERYBODY = ["maya", "tom", "grace", "ana", "ben", "chidi", "dina", "eli", "fay"]
SATURDAY = 5
USUAL = {
    "plain_text_input": "Staying calm with a caller", "email_text_input": "ana@harbour.example",
    "url_text_input": "https://harbour.example", "timepicker": "11:00", "users_select": "ben",
    "multi_users_select": ["ben"], "channels_select": "queue-alerts", "conversations_select": "queue-alerts",
    "external_select": "Europe/Lisbon",
}  # fmt: skip
OTHER = {"plain_text_input": "14 March", "timepicker": "14:30", "users_select": "dina", "multi_users_select": ["dina"]}
MOST = {"datepicker": "9999-12-31", "timepicker": "23:59"}


def fields(view: Json) -> Iterator[tuple[Json, Json]]:
    """Yield each element that can be filled in, with its block."""
    for block, element in forms.elements(view["blocks"]):
        if element["type"] in forms.REMEMBERED and block["type"] == "input":
            yield block, element


def empty(view: Json, now: datetime) -> Json:
    """Clear all optional fields, and leave required fields unchanged."""
    return {element["action_id"]: None for block, element in fields(view) if block.get("optional")}


def plain(view: Json, now: datetime) -> Json:
    """Fill in empty required fields with typical values; if no field is required, fill in all empty fields."""
    found = [(block, element) for block, element in fields(view) if not _is_filled(view, element)]
    required = [element for block, element in fields(view) if not block.get("optional")]
    wanted = [element for _, element in found if not required or element in required]
    return {element["action_id"]: _usual(element, now) for element in wanted}


def other(view: Json, now: datetime) -> Json:
    """Fill in valid values that differ from those of `plain`."""
    return {element["action_id"]: _other(block, element, now) for block, element in fields(view)}


def long(view: Json, now: datetime) -> Json:
    """Fill in as much text and as many options as Slack allows."""
    return {element["action_id"]: _most(element, now) for _, element in fields(view)}


def _is_filled(view: Json, element: Json) -> bool:
    found = (inside.get(element["action_id"]) for inside in view["state"]["values"].values())
    return any(state and not forms.is_empty(state) for state in found)


def _usual(element: Json, now: datetime) -> Any:
    kind = element["type"]
    if options := options_of(element):
        return options[0]["value"]
    match kind:
        case "datepicker":
            return f"{_working_day(now):%Y-%m-%d}"
        case "number_input":
            return element.get("min_value") or "30"
    return USUAL.get(kind)


def _other(block: Json, element: Json, now: datetime) -> Any:
    if options := options_of(element):
        return options[0 if block.get("optional") else -1]["value"]
    match element["type"]:
        case "datepicker":
            return f"{now:%Y-%m-%d}"
        case "number_input":
            return element.get("max_value") or "60"
    return OTHER.get(element["type"], _usual(element, now))


def _most(element: Json, now: datetime) -> Any:
    kind = element["type"]
    if options := options_of(element):
        values = [option["value"] for option in options]
        return values if kind in forms.MANY_OPTIONS else values[-1]
    match kind:
        case "multi_users_select":
            return EVERYBODY[: element.get("max_selected_items", len(EVERYBODY))]
        case "number_input":
            return element.get("max_value") or "9" * 30
        case "plain_text_input":
            return (NASTY * MOST_LETTERS)[: element.get("max_length", MOST_LETTERS)]
    return MOST.get(kind, _usual(element, now))


def _working_day(now: datetime) -> datetime:
    """Return the same time on the next working day."""
    days = (now + timedelta(days=number) for number in range(1, 4))
    return next(day for day in days if day.weekday() < SATURDAY)


WAYS = {"empty": empty, "long": long, "plain": plain, "other": other}
