"""Validation of the blocks of a message, modal or Home tab."""

import json
from collections.abc import Iterator
from typing import Any

from sandbox.blocks.block_types import BLOCKS
from sandbox.blocks.forms import elements
from sandbox.blocks.validators import FLAG, Problem, Rule, by_type, items, plain, record, string
from sandbox.slack_types import Json, SlackError

MOST_MARKDOWN = 12_000
MOST_CHARTS = 2
LARGEST_VIEW = 250_000
TABLES = ("table", "data_table")

NOT_IN = {  # block types a surface rejects; some workspaces reject charts on the Home tab, so the sandbox does too
    "message": {"alert"},
    "modal": {
        "carousel",
        "container",
        "context_actions",
        "data_table",
        "data_visualization",
        "file",
        "markdown",
        "plan",
        "table",
        "task_card",
    },
    "home": {"alert", "context_actions", "data_visualization", "file", "markdown", "plan", "task_card"},
}


def _blocks_of(surface: str, least: int, most: int) -> Rule:
    allowed = {kind: rule for kind, rule in BLOCKS.items() if kind not in NOT_IN[surface]}
    return items(by_type(allowed), least, most)


MESSAGE = _blocks_of("message", 0, 50)
VIEW = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
MODAL = record(
    {"title": plain(24), "blocks": _blocks_of("modal", 1, 100)},
    submit=plain(24),
    close=plain(24),
    clear_on_close=FLAG,
    notify_on_close=FLAG,
    **VIEW,
)
HOME = record({"blocks": _blocks_of("home", 0, 100)}, clear_on_close=FLAG, notify_on_close=FLAG, **VIEW)


def message(blocks: Any, at: str = "/blocks") -> None:
    """Raise the error with which `chat.postMessage` rejects these blocks, if any."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    problems = message_problems(blocks, at)
    if problems:
        raise refusal("invalid_blocks", problems, errors=True)
    if sum(block["type"] in TABLES for block in blocks) > 1:
        raise SlackError("invalid_attachments", "[ERROR] only_one_table_allowed")


def message_problems(blocks: Any, at: str) -> list[Problem]:
    found: list[Problem] = []
    MESSAGE(blocks, at, found)
    return found or [*_twice(blocks, at), *_too_much(blocks, at)]


def _too_much(blocks: list[Json], at: str) -> Iterator[Problem]:
    if sum(block["type"] == "data_visualization" for block in blocks) > MOST_CHARTS:
        yield Problem("too many data_visualization blocks")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MOST_MARKDOWN:
        yield Problem(f"must be less than {MOST_MARKDOWN + 1} characters", at)
    for number, block in enumerate(blocks):
        if block["type"] == "task_card" and block["status"] == "pending":
            yield Problem("must be a valid enum value", f"{at}/{number}/status")


def view(view: Json, *, is_home: bool) -> None:
    """Raise the error with which `views.open` or, for a Home tab, `views.publish` rejects this view, if any."""
    problems = view_problems(view, "home" if is_home else "modal")
    if problems:
        raise refusal("invalid_arguments", problems)
    if len(json.dumps(view)) > LARGEST_VIEW:
        raise SlackError("view_too_large")


def view_problems(view: Json, kind: str | None = None, at: str = "/view") -> list[Problem]:
    kinds = {"modal": MODAL, "home": HOME}
    found: list[Problem] = []
    by_type({kind: kinds[kind]} if kind else kinds)(view, at, found)
    return found or [*_twice(view["blocks"], f"{at}/blocks"), *_form(view, at)]


def _form(view: Json, at: str) -> Iterator[Problem]:
    blocks = view["blocks"]
    for number, block in enumerate(blocks):
        if block["type"] == "input" and view["type"] == "modal" and not view.get("submit"):
            yield Problem("must define `submit` to use an `input` block in modals", f"{at}/blocks/{number}/input")
    if sum(bool(element.get("focus_on_load")) for _, element in elements(blocks)) > 1:
        yield Problem("only one element may set `focus_on_load`", f"{at}/blocks")


def _twice(blocks: list[Json], at: str) -> Iterator[Problem]:
    """Yield a problem for each duplicate `block_id`, and each duplicate `action_id` within a block."""
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        id = block.get("block_id")
        if id in seen:
            yield Problem(f'`block_id` "{id}" already exists', f"{at}/{number}/block_id")
        seen.add(id or f"#{number}")
        yield from _twice_within(block, f"{at}/{number}/elements")


def _twice_within(block: Json, at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, element in enumerate(block.get("elements", [])):
        id = element.get("action_id")
        if id and id in seen:
            yield Problem(f'`action_id` "{id}" already exists', f"{at}/{number}/action_id")
        seen.add(id or f"#{number}")


def refusal(error: str, problems: list[Problem], *, errors: bool = False) -> SlackError:
    said = [str(problem) for problem in problems]
    also = {"errors": said} if errors else {}
    return SlackError(error, *(f"[ERROR] {each}" for each in said), **also)
