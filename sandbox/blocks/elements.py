"""Validation rules for block elements: buttons, selects, pickers and input fields, with Slack's limits."""

from typing import Any

from sandbox.blocks.validators import (
    FLAG,
    ID,
    URL,
    Problem,
    Rule,
    all_of,
    items,
    must,
    number,
    one_of,
    pattern,
    plain,
    record,
    string,
    text,
    word,
)

DATE = pattern(r"\d{4}-\d\d-\d\d", "must be a date in the format YYYY-MM-DD")
TIME = pattern(r"([01]\d|2[0-3]):[0-5]\d", "must be a time in the format HH:mm")
STYLE = word("primary", "danger")
MENTION = string(255)

CONFIRM = record({"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)}, style=STYLE)
SLACK_FILE = all_of(record(id=string(255), url=string(3000)), one_of("id", "url"))
PICTURE = {"image_url": string(3000), "slack_file": SLACK_FILE}
IMAGE = all_of(record({"alt_text": string(2000)}, **PICTURE), one_of("image_url", "slack_file"))


def _option(label: Rule) -> Rule:
    return record({"text": label, "value": string(150)}, description=text(75), url=string(3000))


PLAIN_OPTION, RICH_OPTION = _option(plain(75)), _option(text(75))
GROUP = record({"label": plain(75), "options": items(PLAIN_OPTION, 1, 100)})
FILTER = record(
    include=items(word("im", "mpim", "private", "public"), 1),
    exclude_external_shared_channels=FLAG,
    exclude_bot_users=FLAG,
)
DISPATCH = record(trigger_actions_on=items(word("on_enter_pressed", "on_character_entered"), 1, 2))


def _element(needed: dict[str, Rule] | None = None, /, **optional: Rule) -> Rule:
    return record(needed, action_id=ID, **optional)


def _asked(**optional: Rule) -> Rule:
    """Return the rule for an input element, with the properties that all input elements have."""
    return _element(placeholder=plain(150), focus_on_load=FLAG, **optional)


def _chosen(**optional: Rule) -> Rule:
    return _asked(confirm=CONFIRM, **optional)


def _several(**optional: Rule) -> Rule:
    return _chosen(max_selected_items=number(1), **optional)


def _initial_is_offered(value: Any, at: str, found: list[Problem]) -> None:
    """Report an initial option whose value is not among the options."""
    groups = [value, *(value.get("option_groups") or [])]
    offered = [option["value"] for group in groups for option in group.get("options") or []]
    first = [value["initial_option"]] if value.get("initial_option") else value.get("initial_options") or []
    for option in first:
        if option["value"] not in offered:
            found.append(Problem(f"initial option {option['value']!r} is not one of the options", at))


def _static(kind: Rule) -> Rule:
    return all_of(kind, one_of("options", "option_groups"), _initial_is_offered)


OPTIONS = {"options": items(PLAIN_OPTION, 1, 100), "option_groups": items(GROUP, 1, 100)}
ONE = {"initial_option": PLAIN_OPTION}
MANY = {"initial_options": items(PLAIN_OPTION, 1, 100)}
QUERY = {"min_query_length": number(0)}
RESPONSE_URL = {"response_url_enabled": FLAG}

SELECTS: dict[str, Rule] = {
    "static_select": _static(_chosen(**OPTIONS, **ONE)),
    "external_select": _chosen(**QUERY, **ONE),
    "users_select": _chosen(initial_user=MENTION),
    "conversations_select": _chosen(
        initial_conversation=MENTION, default_to_current_conversation=FLAG, filter=FILTER, **RESPONSE_URL
    ),
    "channels_select": _chosen(initial_channel=MENTION, **RESPONSE_URL),
    "multi_static_select": _static(_several(**OPTIONS, **MANY)),
    "multi_external_select": _several(**QUERY, **MANY),
    "multi_users_select": _several(initial_users=items(MENTION)),
    "multi_conversations_select": _several(
        initial_conversations=items(MENTION), default_to_current_conversation=FLAG, filter=FILTER
    ),
    "multi_channels_select": _several(initial_channels=items(MENTION)),
}


def _choice(initial: str) -> Rule:
    several = initial.endswith("s")
    first: Rule = items(RICH_OPTION, 1, 10) if several else RICH_OPTION
    options = {"options": items(RICH_OPTION, 1, 10)}
    return all_of(_element(options, confirm=CONFIRM, focus_on_load=FLAG, **{initial: first}), _initial_is_offered)


CHOICES: dict[str, Rule] = {
    "checkboxes": _choice("initial_options"),
    "radio_buttons": _choice("initial_option"),
}
PICKERS: dict[str, Rule] = {
    "datepicker": _chosen(initial_date=DATE),
    "timepicker": _chosen(initial_time=TIME, timezone=string(100)),
}
MOMENT: dict[str, Rule] = {
    "datetimepicker": _element(confirm=CONFIRM, focus_on_load=FLAG, initial_date_time=number(10**9, 10**10 - 1))
}

BUTTON = _element(
    {"text": plain(75)},
    url=all_of(string(3000), URL),
    value=string(2000),
    style=STYLE,
    confirm=CONFIRM,
    accessibility_label=string(75),
    agent_prompt=string(4000),
)
PARAMETER = record({"name": string(), "value": string()})
TRIGGER = record({"url": string(3000)}, customizable_input_parameters=items(PARAMETER))
WORKFLOW_BUTTON = _element(
    {"text": plain(75), "workflow": record({"trigger": TRIGGER})}, style=STYLE, accessibility_label=string(75)
)
BUTTONS: dict[str, Rule] = {
    "button": BUTTON,
    "workflow_button": WORKFLOW_BUTTON,
    "overflow": _element({"options": items(PLAIN_OPTION, 1, 5)}, confirm=CONFIRM),
}


def _in_order(low: str, high: str) -> Rule:
    def holds(value: Any) -> bool:
        return value.get(low) is None or value.get(high) is None or value[low] <= value[high]

    return must(holds, f"`{low}` must not be more than `{high}`")


DECIMAL = pattern(r"-?\d+(\.\d+)?", "must be a number in a string")
FIELDS: dict[str, Rule] = {
    "plain_text_input": all_of(
        _asked(
            initial_value=string(3000, least=0),
            multiline=FLAG,
            min_length=number(0, 3000),
            max_length=number(1, 3000),
            dispatch_action_config=DISPATCH,
        ),
        _in_order("min_length", "max_length"),
    ),
    "email_text_input": _asked(initial_value=string(), dispatch_action_config=DISPATCH),
    "url_text_input": _asked(initial_value=string(), dispatch_action_config=DISPATCH),
    "number_input": _element(
        {"is_decimal_allowed": FLAG},
        placeholder=plain(150),
        focus_on_load=FLAG,
        initial_value=DECIMAL,
        min_value=DECIMAL,
        max_value=DECIMAL,
        dispatch_action_config=DISPATCH,
    ),
    "file_input": _element(filetypes=items(string(20)), max_files=number(1, 10)),
}

FEEDBACK = record({"text": plain(75), "value": string(2000)}, accessibility_label=string(75))
CONTEXT_ACTIONS: dict[str, Rule] = {
    "feedback_buttons": _element({"positive_button": FEEDBACK, "negative_button": FEEDBACK}),
    "icon_button": _element(
        {"icon": word("trash"), "text": plain(75)},
        value=string(2000),
        confirm=CONFIRM,
        accessibility_label=string(75),
        visible_to_user_ids=items(MENTION, 1, 10),
    ),
}
