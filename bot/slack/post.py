"""A message as the outbox takes it, a modal as Slack's `views.open` takes it, and what stands in many of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from slackblocks import ActionsBlock, Block, ContextBlock, Element, ModalView, Option, PlainText, Text

from bot.org.workspaces import Address

Payload = dict[str, Any]
MOST_IN_ROW = 3
LONGEST_TITLE = 24
"""Slack opens no form whose title, or whose button, is longer."""


@dataclass(frozen=True)
class Post:
    """Words for people: `text` says it all in one line (screen readers and notifications read that)."""

    text: str
    blocks: Sequence[Block] = field(default_factory=list)
    card: str | None = None
    """A stable name; later posts of the same card edit it in place."""

    def payload(self) -> Payload:
        return {"text": self.text, "blocks": [block._resolve() for block in self.blocks]}


@dataclass(frozen=True)
class Step:
    """What is to happen to a card: it is said, changed, or taken away."""

    to: Address
    post: Post
    becomes: Literal["new", "changed", "gone"]


def modal(
    title: str, callback_id: str, blocks: Iterable[Block], *, submit: str | None, close: str = "Cancel",
    metadata: str | None = None,
) -> ModalView:  # fmt: skip
    """A form to fill in, or a question to say yes to."""
    return ModalView(title, [*blocks], close, submit, private_metadata=metadata, callback_id=callback_id)


def context(text: str, block_id: str | None = "note") -> ContextBlock:
    """A small grey line."""
    return ContextBlock([Text(text)], block_id=block_id)


def button_rows(buttons: Sequence[Element], block_id: str) -> list[Block]:
    """Return rows of three buttons at most, as many as fit side by side on a phone."""
    rows = [list(buttons[at : at + MOST_IN_ROW]) for at in range(0, len(buttons), MOST_IN_ROW)]
    return [ActionsBlock(row, block_id=f"{block_id}_{nth}" if nth else block_id) for nth, row in enumerate(rows)]


def option(label: str, value: str) -> Option:
    """One of what a menu, or a group of buttons, offers."""
    return Option(PlainText(label), value)


def payload(view: ModalView) -> Payload:
    return view.to_dict()
