"""Validation rules for each type of block: required and optional fields, and their limits."""

from typing import Any

from sandbox.blocks import charts
from sandbox.blocks.elements import (
    BUTTON,
    BUTTONS,
    CHOICES,
    CONTEXT_ACTIONS,
    FIELDS,
    IMAGE,
    MOMENT,
    PICKERS,
    PICTURE,
    SELECTS,
)
from sandbox.blocks.rich_text import RICH_TEXT, RICH_TEXT_INPUT
from sandbox.blocks.validators import (
    FLAG,
    ID,
    Rule,
    all_of,
    by_type,
    items,
    must,
    one_of,
    plain,
    record,
    string,
    text,
    word,
)

ACCESSORIES = BUTTONS | SELECTS | CHOICES | PICKERS | {"image": IMAGE}
ACTIONS = BUTTONS | SELECTS | CHOICES | PICKERS | MOMENT | {"rich_text_input": RICH_TEXT_INPUT}
INPUTS = FIELDS | SELECTS | CHOICES | PICKERS | MOMENT | {"rich_text_input": RICH_TEXT_INPUT}
CONTEXTS: dict[str, Rule] = {
    "image": IMAGE,
    "plain_text": text(3000, "plain_text"),
    "mrkdwn": text(3000, "mrkdwn"),
}


def _block(needed: dict[str, Rule] | None = None, /, **optional: Rule) -> Rule:
    return record(needed, block_id=ID, **optional)


def _any_of(*names: str) -> Rule:
    return must(lambda value: any(value.get(name) for name in names), f"missing required field: {names[0]}")


SECTION = all_of(
    _block(text=text(3000), fields=items(text(2000), 1, 10), accessory=by_type(ACCESSORIES), expand=FLAG),
    _any_of("text", "fields"),
)
PICTURE_BLOCK = all_of(
    _block({"alt_text": string(2000)}, title=plain(2000), **PICTURE), one_of("image_url", "slack_file")
)
INPUT = _block(
    {"label": plain(2000), "element": by_type(INPUTS)}, hint=plain(2000), optional=FLAG, dispatch_action=FLAG
)
VIDEO = _block(
    {"alt_text": string(2000), "title": plain(200), "thumbnail_url": string(3000), "video_url": string(3000)},
    title_url=string(2000),
    author_name=string(50),
    description=plain(200),
    provider_name=string(50),
    provider_icon_url=string(2000),
)
ICON = record({"name": string()})
CARD = all_of(
    _block(
        hero_image=by_type({"image": IMAGE}),
        icon=by_type({"image": IMAGE}),
        slack_icon=by_type({"icon": ICON}),
        title=text(150),
        subtitle=text(150),
        body=text(200),
        subtext=text(200),
        actions=items(by_type({"button": BUTTON}), 1, 3),
    ),
    _any_of("title", "body", "hero_image", "actions"),
    must(
        lambda card: not (card.get("icon") and card.get("slack_icon")),
        "must provide only one of `icon` or `slack_icon`",
    ),
)
TASK: dict[str, Rule] = {
    "task_id": string(),
    "title": string(),
    "status": word("pending", "in_progress", "complete", "error"),
}
SOURCE = by_type({"url": record({"url": string(3000), "text": string()})})
TASK_MORE: dict[str, Rule] = {
    "details": by_type({"rich_text": RICH_TEXT}),
    "output": by_type({"rich_text": RICH_TEXT}),
    "sources": items(SOURCE, 0),
}


def _different_tasks(tasks: Any) -> bool:
    return len({task["task_id"] for task in tasks}) == len(tasks)


PLAN = _block(
    {
        "title": string(),
        "tasks": all_of(items(record(TASK, **TASK_MORE), 0, 50), must(_different_tasks, charts.UNIQUE)),
    }
)

SIMPLE: dict[str, Rule] = {
    "actions": _block({"elements": items(by_type(ACTIONS), 1, 25)}),
    "context": _block({"elements": items(by_type(CONTEXTS), 1, 10)}),
    "divider": _block(),
    "file": _block({"external_id": string(255), "source": word("remote")}),
    "header": _block({"text": plain(150)}),
    "image": PICTURE_BLOCK,
    "input": INPUT,
    "rich_text": RICH_TEXT,
    "section": SECTION,
    "table": charts.TABLE,
    "video": VIDEO,
}
CONTAINER = all_of(
    _block(
        {"child_blocks": items(by_type(SIMPLE), 1, 10)},
        title=plain(150),
        rich_text_title=by_type({"rich_text": RICH_TEXT}),
        subtitle=text(150),
        width=word("narrow", "standard", "wide", "full"),
        icon=by_type({"image": IMAGE}),
        is_collapsible=FLAG,
        default_collapsed=FLAG,
        has_header_divider=FLAG,
    ),
    _any_of("title", "rich_text_title"),
)
BLOCKS: dict[str, Rule] = SIMPLE | {
    "alert": _block({"text": text(200)}, level=word("default", "info", "warning", "error", "success")),
    "card": CARD,
    "carousel": _block({"elements": items(by_type({"card": CARD}), 1, 10)}),
    "container": CONTAINER,
    "context_actions": _block({"elements": items(by_type(CONTEXT_ACTIONS), 1, 5)}),
    "data_table": charts.DATA_TABLE,
    "data_visualization": charts.CHART,
    "markdown": _block({"text": string(12_000)}),
    "plan": PLAN,
    "task_card": _block(TASK, **TASK_MORE),
}
