"""Messages for the outbox, modals for Slack's `views.open`, and builders of blocks that many of them use."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    Element,
    ModalView,
    Option,
    OverflowMenu,
    PlainText,
    Text,
)

from bot.org.workspaces import Address

Payload = dict[str, Any]
MOST_IN_ROW = 3
MENU = "menu"
"""The action id of every menu of less common actions, whose options are buttons and links."""
LINK = "link"
"""How the value of a menu option begins that opens a link. It needs no listener."""
LONGEST_TITLE = 24
"""Slack's limit on the characters of a modal's title and of its buttons. Slack rejects longer ones."""


@dataclass(frozen=True)
class Post:
    """A message. `text` is the complete one-line fallback for screen readers and notifications."""

    text: str
    blocks: Sequence[Block] = field(default_factory=list)
    card: str | None = None
    """A stable name, by which the message can be edited in place later."""

    def payload(self) -> Payload:
        return {"text": self.text, "blocks": [block._resolve() for block in self.blocks]}


@dataclass(frozen=True)
class StoredPost(Post):
    """A message to be edited whose payload was stored when it was posted."""

    stored: Payload = field(default_factory=dict)

    def payload(self) -> Payload:
        return self.stored


@dataclass(frozen=True)
class Step:
    """One change to a card: post, edit or delete it."""

    to: Address
    post: Post
    becomes: Literal["new", "changed", "gone"]


def modal(
    title: str, callback_id: str, blocks: Iterable[Block], *, submit: str | None, close: str = "Cancel",
    metadata: str | None = None,
) -> ModalView:  # fmt: skip
    """Build a modal: a form, or a confirmation."""
    return ModalView(title, [*blocks], close, submit, private_metadata=metadata, callback_id=callback_id)


def context(text: str, block_id: str | None = "note") -> ContextBlock:
    """Build a context block: one line of small gray text."""
    return ContextBlock([Text(text)], block_id=block_id)


def button_rows(buttons: Sequence[Element], block_id: str) -> list[Block]:
    """Build rows of at most three buttons, the number that fits side by side on a phone."""
    rows = [list(buttons[at : at + MOST_IN_ROW]) for at in range(0, len(buttons), MOST_IN_ROW)]
    return [ActionsBlock(row, block_id=f"{block_id}_{nth}" if nth else block_id) for nth, row in enumerate(rows)]


def menu(buttons: Sequence[Button], links: Mapping[str, str]) -> OverflowMenu:
    """Build a menu of buttons and of links, which are URLs by label.

    The dispatcher passes a chosen button on to its listener as if it had been pressed on the card.
    """
    options = [option(each.text.text, f"{each.action_id} {each.value}") for each in buttons]
    for nth, (label, url) in enumerate(links.items()):
        options.append(Option(PlainText(label), f"{LINK} {nth}", url=url))
    return OverflowMenu(MENU, options)


def menu_to_button(body: Payload) -> Payload:
    """Convert a button's choice in a menu into the press of that button; return other payloads unchanged."""
    first, *rest = body["actions"]
    if first["action_id"] != MENU:
        return body
    action_id, _, value = first["selected_option"]["value"].partition(" ")
    if action_id == LINK:
        return body
    kept = {name: said for name, said in first.items() if name != "selected_option"}
    return {**body, "actions": [{**kept, "type": "button", "action_id": action_id, "value": value}, *rest]}


def option(label: str, value: str) -> Option:
    """Build an option of a menu or a group of radio buttons."""
    return Option(PlainText(label), value)


def payload(view: ModalView) -> Payload:
    return view.to_dict()
