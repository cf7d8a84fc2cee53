"""Interactive elements of blocks, and their state in the format of Slack's payloads."""

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.blocks.defaults import short_id
from sandbox.slack_types import Json, SlackError

Find = Callable[[str, str], str]

TEXTS = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
SINGLE = {  # element: field of the chosen value, field of the initial value
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "rich_text_input": ("rich_text_value", "initial_value"),
}
SEVERAL = {
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "file_input": ("files", "initial_files"),
}
ONE_OPTION = {"static_select", "external_select", "radio_buttons", "overflow"}
MANY_OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}
REMEMBERED = (TEXTS | SINGLE.keys() | SEVERAL.keys() | ONE_OPTION | MANY_OPTIONS) - {"overflow"}
USABLE = REMEMBERED | {"button", "overflow", "workflow_button", "icon_button", "feedback_buttons"}


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield, for each interactive element, the block that contains it and the element."""
    for block in inner(blocks):
        held = [block.get("element"), block.get("accessory"), *block.get("elements", []), *block.get("actions", [])]
        for element in held:
            if isinstance(element, dict) and element.get("type") in USABLE:
                yield block, element


def inner(blocks: list[Json]) -> Iterator[Json]:
    """Yield all blocks, including the blocks inside containers and carousels."""
    for block in blocks:
        yield block
        yield from block.get("child_blocks", [])
        if block["type"] == "carousel":
            yield from block["elements"]


def with_action_ids(blocks: list[Json]) -> list[Json]:
    """Add an `action_id`, in place, to interactive elements that lack one, and return the blocks."""
    for _, element in elements(blocks):
        element.setdefault("action_id", short_id())
    return blocks


def initial_values(blocks: list[Json]) -> Json:
    """Return the initial `state.values` of a form, by block id and action id."""
    values: Json = {}
    for block, element in elements(blocks):
        if element["type"] in REMEMBERED:
            values.setdefault(block["block_id"], {})[element["action_id"]] = _initial(element)
    return values


def _initial(element: Json) -> Json:
    kind = element["type"]
    if kind in TEXTS:
        return {"type": kind, "value": element.get("initial_value")}
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    name, initial = SINGLE.get(kind) or SEVERAL[kind]
    return {"type": kind, name: element.get(initial, [] if kind in SEVERAL else None)}


def chosen(element: Json, value: Any, find: Find) -> Json:
    """Convert a plain value, such as text, an option's value, a user id or a date, to the element's state in a payload.

    Raises `invalid_option` for a value that is not offered, and `invalid_action` for an element without values.
    """
    kind = element["type"]
    if kind in ("button", "icon_button"):
        return {"type": kind}
    if kind == "feedback_buttons":
        return {"type": kind, **_feedback(element, value)}
    if kind in TEXTS:
        return {"type": kind, "value": None if value in (None, "") else str(value)}
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": None if value is None else _option(element, value)}
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": [_option(element, each) for each in _many(value)]}
    if kind in SEVERAL:
        return {"type": kind, SEVERAL[kind][0]: [find(kind, each) for each in _many(value)]}
    if kind in SINGLE:
        name = SINGLE[kind][0]
        is_named = value is not None and name.endswith(("user", "channel", "conversation"))
        return {"type": kind, name: find(kind, value) if is_named else value}
    raise SlackError("invalid_action", f"nobody can use a {kind} here")


def _feedback(element: Json, value: Any) -> Json:
    """Return the text and value of the feedback button that was pressed."""
    for button in (element["positive_button"], element["negative_button"]):
        if button["value"] == value:
            return {"text": button["text"], "value": value}
    raise SlackError("invalid_option", f"{element['action_id']} has no button {value!r}")


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _option(element: Json, value: Any) -> Json:
    if isinstance(value, dict):
        return value
    groups = [group.get("options", []) for group in element.get("option_groups", [])]
    for option in [*element.get("options", []), *(each for group in groups for each in group)]:
        if option["value"] == value:
            found: Json = option
            return found
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}
    raise SlackError("invalid_option", f"{element['action_id']} has no option {value!r}")


def is_empty(state: Json) -> bool:
    return not any(value for key, value in state.items() if key != "type")
