"""Examples of every block and element that Slack accepts, by the surfaces on which it allows them."""

from typing import Any

Json = dict[str, Any]


def plain(words: str = "words") -> Json:
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str = "*words*") -> Json:
    return {"type": "mrkdwn", "text": words}


def option(value: str = "a", words: str = "words") -> Json:
    return {"text": plain(words), "value": value}


CONFIRM = {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), "style": "danger"}
OPTIONS = [option("a"), option("b")]
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "thank ", "style": {"bold": True}},
                {"type": "user", "user_id": "U0ANA00000"},
                {"type": "emoji", "name": "tada"},
                {"type": "link", "url": "https://example.com"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
        },
        {"type": "rich_text_quote", "elements": [{"type": "broadcast", "range": "here"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "code"}]},
    ],
}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a picture"}
BUTTON = {"type": "button", "text": plain(), "value": "1", "style": "primary", "confirm": CONFIRM}

SELECTS: list[Json] = [
    {"type": "static_select", "options": OPTIONS, "initial_option": option("b")},
    {"type": "static_select", "option_groups": [{"label": plain(), "options": OPTIONS}]},
    {"type": "external_select", "min_query_length": 0},
    {"type": "users_select", "initial_user": "U0ANA00000"},
    {"type": "conversations_select", "filter": {"include": ["public"]}, "response_url_enabled": True},
    {"type": "channels_select", "initial_channel": "C0GENERAL0"},
    {"type": "multi_static_select", "options": OPTIONS, "initial_options": OPTIONS, "max_selected_items": 2},
    {"type": "multi_external_select"},
    {"type": "multi_users_select", "initial_users": ["U0ANA00000"]},
    {"type": "multi_conversations_select"},
    {"type": "multi_channels_select"},
    {"type": "checkboxes", "options": [option() | {"text": mrkdwn(), "description": plain()}]},
    {"type": "radio_buttons", "options": OPTIONS, "initial_option": option("a")},
    {"type": "datepicker", "initial_date": "2026-11-24", "placeholder": plain()},
    {"type": "timepicker", "initial_time": "09:30", "timezone": "Europe/Lisbon"},
]
FIELDS: list[Json] = [
    {"type": "plain_text_input", "multiline": True, "min_length": 1, "max_length": 9, "placeholder": plain()},
    {"type": "email_text_input", "initial_value": "ana@harbour.example"},
    {"type": "url_text_input"},
    {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"},
    {"type": "file_input", "filetypes": ["png"], "max_files": 3},
    {"type": "datetimepicker", "initial_date_time": 1795600000},
    {"type": "rich_text_input", "initial_value": RICH},
]
OTHERS: list[Json] = [
    BUTTON,
    {"type": "overflow", "options": [option() | {"url": "https://example.com"}]},
    {"type": "workflow_button", "text": plain(), "workflow": {"trigger": {"url": "https://slack.com/x"}}},
]


def section(accessory: Json) -> Json:
    return {"type": "section", "text": mrkdwn(), "accessory": accessory}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def field(element: Json) -> Json:
    return {"type": "input", "label": plain(), "element": element}


EVERYWHERE: list[Json] = [
    *(section(element) for element in [*SELECTS, *OTHERS, IMAGE]),
    *(actions(element) for element in [*SELECTS, *OTHERS]),
    *(field(element) for element in [*SELECTS, *FIELDS]),
    {"type": "section", "fields": [mrkdwn(), plain()]},
    {"type": "context", "elements": [IMAGE, mrkdwn(), plain()]},
    {"type": "divider", "block_id": "line"},
    {"type": "header", "text": plain()},
    IMAGE | {"title": plain()},
    {"type": "image", "slack_file": {"id": "F012345678"}, "alt_text": "a picture"},
    RICH,
    {"type": "card", "title": plain(), "body": mrkdwn(), "actions": [BUTTON], "icon": IMAGE},
    {
        "type": "video",
        "alt_text": "a film",
        "title": plain(),
        "thumbnail_url": "https://example.com/a.png",
        "video_url": "https://example.com/a",
    },
]
CELL = {"type": "raw_text", "text": "x"}
AXIS = {"categories": ["Mon", "Tue"], "x_label": "day"}
LINE = {"name": "calls", "data": [{"label": "Mon", "value": 1}, {"label": "Tue", "value": 2.5}]}
PIE = {"type": "pie", "segments": [{"label": "phones", "value": 3}]}
TABLE = {"type": "table", "rows": [[CELL, RICH]], "column_settings": [{"align": "right"}]}
DATA_TABLE: Json = {
    "type": "data_table",
    "caption": "Calls",
    "rows": [[CELL, CELL], [CELL, {"type": "raw_number", "value": 3, "text": "3"}]],
}
CHART = {"type": "data_visualization", "title": "Calls", "chart": PIE}
BARS: Json = {
    "type": "data_visualization",
    "title": "Calls",
    "chart": {"type": "bar", "series": [LINE], "axis_config": AXIS},
}
CAROUSEL: Json = {"type": "carousel", "elements": [{"type": "card", "title": plain()}]}
CONTAINER: Json = {"type": "container", "title": plain(), "child_blocks": [{"type": "divider"}]}
TASK: Json = {"task_id": "1", "title": "call", "status": "complete", "details": RICH}
PLAN: Json = {"type": "plan", "title": "today", "tasks": [TASK]}
ON_HOME = [*EVERYWHERE, TABLE, DATA_TABLE, CAROUSEL, CONTAINER]
IN_MESSAGES = [
    *ON_HOME,
    CHART,
    BARS,
    PLAN,
    {"type": "task_card", **TASK},
    {"type": "markdown", "text": "**words**"},
    {"type": "file", "external_id": "1", "source": "remote"},
    {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain()}]},
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "positive_button": {"text": plain(), "value": "1"},
                "negative_button": {"text": plain(), "value": "0"},
            }
        ],
    },
]
IN_MODALS = [*EVERYWHERE, {"type": "alert", "text": plain(), "level": "warning"}]


def modal(*blocks: Json, **also: Any) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks), **also}


def home(*blocks: Json, **also: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **also}
