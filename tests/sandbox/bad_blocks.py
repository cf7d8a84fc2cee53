"""Examples of blocks, messages and views that Slack rejects, each with the error message and JSON pointer."""

from typing import Any

from . import good_blocks as good
from .good_blocks import actions, field, home, modal, mrkdwn, option, plain, section

Json = dict[str, Any]
DIVIDER: Json = {"type": "divider"}
INPUT = field({"type": "plain_text_input"})
LONG = "x" * 12_001


def button(**also: Any) -> Json:
    return actions(good.BUTTON | also)


def select(**also: Any) -> Json:
    return actions({"type": "static_select", "options": good.OPTIONS} | also)


def options(count: int) -> list[Json]:
    return [option(str(number)) for number in range(count)]


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


def bars(**also: Any) -> Json:
    return good.BARS | {"chart": good.BARS["chart"] | also}


def pie(*segments: Json) -> Json:
    return good.CHART | {"chart": {"type": "pie", "segments": list(segments)}}


TEXT = {"type": "text", "text": "x"}
LESS = "must be less than {} characters".format
MOST = "no more than {} items allowed".format
NEEDS = "missing required field: {}".format
TYPE = "unsupported type: {}".format
WORD = "must be a valid enum value"

BAD_BLOCKS: list[tuple[Json, str, str]] = [
    ({}, NEEDS("type"), "/blocks/0"),
    ({"type": "poem"}, TYPE("poem"), "/blocks/0/type"),
    ({"type": "alert", "text": plain()}, TYPE("alert"), "/blocks/0/type"),
    ({"type": "divider", "color": "red"}, "invalid additional property: color", "/blocks/0"),
    ({"type": "divider", "block_id": "x" * 256}, LESS(256), "/blocks/0/block_id"),
    ({"type": "divider", "block_id": 7}, "must provide a string", "/blocks/0/block_id"),
    ({"type": "section"}, NEEDS("text"), "/blocks/0"),
    ({"type": "section", "text": "words"}, "must provide an object", "/blocks/0/text"),
    ({"type": "section", "text": mrkdwn("x" * 3001)}, LESS(3001), "/blocks/0/text/text"),
    ({"type": "section", "text": mrkdwn("")}, "must be more than 0 characters", "/blocks/0/text/text"),
    ({"type": "section", "text": {"type": "html", "text": "x"}}, TYPE("html"), "/blocks/0/text/type"),
    (
        {"type": "section", "text": mrkdwn("x" * 3001)},
        "failed to match all allowed schemas",
        "/blocks/0/text",
    ),
    ({"type": "section", "text": plain() | {"emoji": 1}}, "must provide a boolean", "/blocks/0/text/emoji"),
    ({"type": "section", "fields": [plain()] * 11}, MOST(10), "/blocks/0/fields"),
    ({"type": "section", "fields": [mrkdwn("x" * 2001)]}, LESS(2001), "/blocks/0/fields/0/text"),
    ({"type": "section", "fields": plain()}, "must provide an array", "/blocks/0/fields"),
    (section({"type": "plain_text_input"}), TYPE("plain_text_input"), "/blocks/0/accessory/type"),
    (section({"type": "datetimepicker"}), TYPE("datetimepicker"), "/blocks/0/accessory/type"),
    (actions(), "must provide at least 1 items", "/blocks/0/elements"),
    (actions(*[good.BUTTON] * 26), MOST(25), "/blocks/0/elements"),
    (actions({"type": "email_text_input"}), TYPE("email_text_input"), "/blocks/0/elements/0/type"),
    (field(good.BUTTON), TYPE("button"), "/blocks/0/element/type"),
    (field(good.FIELDS[0]) | {"label": plain("x" * 2001)}, LESS(2001), "/blocks/0/label/text"),
    (field(good.FIELDS[0]) | {"hint": plain("x" * 2001)}, LESS(2001), "/blocks/0/hint/text"),
    ({"type": "input", "label": plain()}, NEEDS("element"), "/blocks/0"),
    ({"type": "context", "elements": [plain()] * 11}, MOST(10), "/blocks/0/elements"),
    ({"type": "context", "elements": [good.BUTTON]}, TYPE("button"), "/blocks/0/elements/0/type"),
    ({"type": "header", "text": mrkdwn()}, TYPE("mrkdwn"), "/blocks/0/text/type"),
    ({"type": "header", "text": plain("x" * 151)}, LESS(151), "/blocks/0/text/text"),
    ({"type": "image", "alt_text": "x"}, "must provide `image_url` or `slack_file`", "/blocks/0"),
    (
        good.IMAGE | {"slack_file": {"id": "F1"}},
        "must provide only one of `image_url` or `slack_file`",
        "/blocks/0",
    ),
    (good.IMAGE | {"image_url": "x" * 3001}, LESS(3001), "/blocks/0/image_url"),
    (good.IMAGE | {"alt_text": "x" * 2001}, LESS(2001), "/blocks/0/alt_text"),
    (good.IMAGE | {"title": plain("x" * 2001)}, LESS(2001), "/blocks/0/title/text"),
    ({"type": "markdown", "text": LONG}, LESS(12001), "/blocks/0/text"),
    ({"type": "file", "external_id": "1", "source": "local"}, WORD, "/blocks/0/source"),
    ({"type": "video", "alt_text": "x"}, NEEDS("video_url"), "/blocks/0"),
    (button(text=plain("x" * 76)), LESS(76), "/blocks/0/elements/0/text/text"),
    (button(text=mrkdwn()), TYPE("mrkdwn"), "/blocks/0/elements/0/text/type"),
    (button(value="x" * 2001), LESS(2001), "/blocks/0/elements/0/value"),
    (button(url="x" * 3001), LESS(3001), "/blocks/0/elements/0/url"),
    (button(url="harbour"), "must be a valid URL", "/blocks/0/elements/0/url"),
    (button(style="loud"), WORD, "/blocks/0/elements/0/style"),
    (button(action_id="x" * 256), LESS(256), "/blocks/0/elements/0/action_id"),
    (button(accessibility_label="x" * 76), LESS(76), "/blocks/0/elements/0/accessibility_label"),
    (button(agent_prompt="x" * 4001), LESS(4001), "/blocks/0/elements/0/agent_prompt"),
    (button(confirm={}), NEEDS("title"), "/blocks/0/elements/0/confirm"),
    (
        button(confirm=good.CONFIRM | {"title": plain("x" * 101)}),
        LESS(101),
        "/blocks/0/elements/0/confirm/title/text",
    ),
    (
        button(confirm=good.CONFIRM | {"text": plain("x" * 301)}),
        LESS(301),
        "/blocks/0/elements/0/confirm/text/text",
    ),
    (
        button(confirm=good.CONFIRM | {"deny": plain("x" * 31)}),
        LESS(31),
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    (select(options=options(101)), MOST(100), "/blocks/0/elements/0/options"),
    (select(options=[]), "must provide at least 1 items", "/blocks/0/elements/0/options"),
    (select(options=[option(words="x" * 76)]), LESS(76), "/blocks/0/elements/0/options/0/text/text"),
    (select(options=[option("x" * 151)]), LESS(151), "/blocks/0/elements/0/options/0/value"),
    (select(options=None), "must provide `options` or `option_groups`", "/blocks/0/elements/0"),
    (select(placeholder=plain("x" * 151)), LESS(151), "/blocks/0/elements/0/placeholder/text"),
    (
        select(initial_option=option("z")),
        "initial option 'z' is not one of the options",
        "/blocks/0/elements/0",
    ),
    (actions({"type": "overflow", "options": options(6)}), MOST(5), "/blocks/0/elements/0/options"),
    (section({"type": "checkboxes", "options": options(11)}), MOST(10), "/blocks/0/accessory/options"),
    (section({"type": "radio_buttons", "options": options(11)}), MOST(10), "/blocks/0/accessory/options"),
    (
        actions({"type": "datepicker", "initial_date": "24.11."}),
        "must be a date in the format YYYY-MM-DD",
        "/blocks/0/elements/0/initial_date",
    ),
    (
        actions({"type": "timepicker", "initial_time": "25:00"}),
        "must be a time in the format HH:mm",
        "/blocks/0/elements/0/initial_time",
    ),
    (field({"type": "number_input"}), NEEDS("is_decimal_allowed"), "/blocks/0/element"),
    (
        field({"type": "plain_text_input", "max_length": 3001}),
        "must be less than 3001",
        "/blocks/0/element/max_length",
    ),
    (
        field({"type": "plain_text_input", "min_length": 9, "max_length": 1}),
        "`min_length` must not be more than `max_length`",
        "/blocks/0/element",
    ),
    (
        field({"type": "multi_users_select", "max_selected_items": 0}),
        "must be greater than 0",
        "/blocks/0/element/max_selected_items",
    ),
    (
        field({"type": "file_input", "max_files": "3"}),
        "must provide an integer",
        "/blocks/0/element/max_files",
    ),
    (rich({"type": "rich_text_poem", "elements": []}), TYPE("rich_text_poem"), "/blocks/0/elements/0/type"),
    (
        rich({"type": "rich_text_section", "elements": [TEXT | {"text": ""}]}),
        "must be more than 0 characters",
        "/blocks/0/elements/0/elements/0/text",
    ),
    (rich({"type": "rich_text_list", "style": "dots", "elements": []}), WORD, "/blocks/0/elements/0/style"),
    (good.TABLE | {"rows": [[good.CELL]] * 101}, MOST(100), "/blocks/0/rows"),
    (good.TABLE | {"rows": [[good.CELL] * 21]}, MOST(20), "/blocks/0/rows/0"),
    (good.TABLE | {"rows": [[{"type": "raw_text"}]]}, NEEDS("text"), "/blocks/0/rows/0/0"),
    (good.DATA_TABLE | {"caption": None}, NEEDS("caption"), "/blocks/0"),
    (good.DATA_TABLE | {"rows": [[good.CELL]]}, "must provide at least 2 items", "/blocks/0/rows"),
    (
        good.DATA_TABLE | {"rows": [[good.CELL], [good.CELL] * 2]},
        "all rows must have the same number of cells",
        "/blocks/0/rows",
    ),
    (good.DATA_TABLE | {"rows": [[good.RICH], [good.CELL]]}, TYPE("rich_text"), "/blocks/0/rows/0/0/type"),
    (
        good.DATA_TABLE | {"rows": [[good.CELL], [good.CELL | {"text": "x" * 20_000}]]},
        LESS(20001),
        "/blocks/0/rows",
    ),
    (good.CHART | {"title": "x" * 51}, LESS(51), "/blocks/0/title"),
    (good.CHART | {"chart": {"type": "cake"}}, TYPE("cake"), "/blocks/0/chart/type"),
    (pie(*[{"label": "x", "value": 1}] * 13), MOST(12), "/blocks/0/chart/segments"),
    (pie({"label": "x" * 21, "value": 1}), LESS(21), "/blocks/0/chart/segments/0/label"),
    (pie({"label": "x", "value": 0}), "must be greater than 0", "/blocks/0/chart/segments/0/value"),
    (
        bars(axis_config={"categories": [str(n) for n in range(21)]}),
        MOST(20),
        "/blocks/0/chart/axis_config/categories",
    ),
    (
        bars(axis_config={"categories": ["Mon", "Mon"]}),
        "must contain unique items",
        "/blocks/0/chart/axis_config/categories",
    ),
    (bars(series=[good.LINE, good.LINE]), "must contain unique items", "/blocks/0/chart/series"),
    (
        bars(axis_config={"categories": ["Mon"]}),
        "every series must have one point for each category",
        "/blocks/0/chart",
    ),
    ({"type": "card"}, NEEDS("title"), "/blocks/0"),
    ({"type": "card", "title": "words"}, "must provide an object", "/blocks/0/title"),
    ({"type": "card", "body": plain("x" * 201)}, LESS(201), "/blocks/0/body/text"),
    ({"type": "card", "title": plain(), "actions": [good.BUTTON] * 4}, MOST(3), "/blocks/0/actions"),
    (
        {"type": "card", "title": plain(), "icon": good.IMAGE, "slack_icon": {"type": "icon", "name": "bot"}},
        "must provide only one of `icon` or `slack_icon`",
        "/blocks/0",
    ),
    (good.CAROUSEL | {"elements": good.CAROUSEL["elements"] * 11}, MOST(10), "/blocks/0/elements"),
    (good.CONTAINER | {"child_blocks": [DIVIDER] * 11}, MOST(10), "/blocks/0/child_blocks"),
    (good.CONTAINER | {"child_blocks": [good.PLAN]}, TYPE("plan"), "/blocks/0/child_blocks/0/type"),
    (good.CONTAINER | {"title": None}, NEEDS("title"), "/blocks/0"),
    ({"type": "context_actions", "elements": [good.BUTTON]}, TYPE("button"), "/blocks/0/elements/0/type"),
    (good.PLAN | {"tasks": [good.TASK] * 2}, "must contain unique items", "/blocks/0/tasks"),
    ({"type": "task_card", **good.TASK, "status": "pending"}, WORD, "/blocks/0/status"),
    ({"type": "task_card", **good.TASK, "status": "late"}, WORD, "/blocks/0/status"),
]


SAME = {"block_id": "same"}
BAD_MESSAGES: list[tuple[list[Json], str, str]] = [
    ([DIVIDER] * 51, "no more than 50 items allowed", "/blocks"),
    ([DIVIDER | SAME, DIVIDER | SAME], '`block_id` "same" already exists', "/blocks/1/block_id"),
    (
        [actions(good.BUTTON | {"action_id": "vote"}, good.BUTTON | {"action_id": "vote"})],
        '`action_id` "vote" already exists',
        "/blocks/0/elements/1/action_id",
    ),
    ([good.CHART] * 3, "too many data_visualization blocks", ""),
    ([{"type": "markdown", "text": "x" * 7000}] * 2, "must be less than 12001 characters", "/blocks"),
]


FOCUS = {"type": "plain_text_input", "focus_on_load": True}
BAD_VIEWS: list[tuple[Json, str, str]] = [
    ({"type": "modal", "blocks": [DIVIDER]}, NEEDS("title"), "/view"),
    (modal(DIVIDER, type="poem"), TYPE("poem"), "/view/type"),
    (home(DIVIDER), TYPE("home"), "/view/type"),
    (modal(), "must provide at least 1 items", "/view/blocks"),
    (modal(*[DIVIDER] * 101), MOST(100), "/view/blocks"),
    (modal(DIVIDER, title=plain("x" * 25)), LESS(25), "/view/title/text"),
    (modal(DIVIDER, title=mrkdwn()), TYPE("mrkdwn"), "/view/title/type"),
    (modal(DIVIDER, submit=plain("x" * 25)), LESS(25), "/view/submit/text"),
    (modal(DIVIDER, close=plain("x" * 25)), LESS(25), "/view/close/text"),
    (modal(DIVIDER, private_metadata="x" * 3001), LESS(3001), "/view/private_metadata"),
    (modal(DIVIDER, callback_id="x" * 256), LESS(256), "/view/callback_id"),
    (modal(DIVIDER, external_id="x" * 256), LESS(256), "/view/external_id"),
    (modal(DIVIDER, clear_on_close="yes"), "must provide a boolean", "/view/clear_on_close"),
    (modal(DIVIDER, submit_disabled=True), "invalid additional property: submit_disabled", "/view"),
    (
        modal(INPUT, submit=None),
        "must define `submit` to use an `input` block in modals",
        "/view/blocks/0/input",
    ),
    (modal(DIVIDER | SAME, DIVIDER | SAME), '`block_id` "same" already exists', "/view/blocks/1/block_id"),
    (modal(field(FOCUS), field(FOCUS)), "only one element may set `focus_on_load`", "/view/blocks"),
    (modal(good.TABLE), TYPE("table"), "/view/blocks/0/type"),
    (modal(good.CHART), TYPE("data_visualization"), "/view/blocks/0/type"),
    (modal({"type": "markdown", "text": "x"}), TYPE("markdown"), "/view/blocks/0/type"),
    (modal({"type": "alert", "text": plain("x" * 201)}), LESS(201), "/view/blocks/0/text/text"),
    (modal({"type": "alert", "text": plain(), "level": "loud"}), WORD, "/view/blocks/0/level"),
]


BAD_HOMES: list[tuple[Json, str, str]] = [
    (modal(DIVIDER), TYPE("modal"), "/view/type"),
    (home(*[DIVIDER] * 101), MOST(100), "/view/blocks"),
    (home(DIVIDER, title=plain()), "invalid additional property: title", "/view"),
    (home(good.CHART), TYPE("data_visualization"), "/view/blocks/0/type"),
    (home({"type": "alert", "text": plain()}), TYPE("alert"), "/view/blocks/0/type"),
]
