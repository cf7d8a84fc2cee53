"""A message as the outbox takes it, a modal as Slack's `views.open` takes it, and what stands in many of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from slackblocks import Block, ContextBlock, ModalView, Option, PlainText, Text

from bot.org.workspaces import Address

Payload = dict[str, Any]
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


def option(label: str, value: str) -> Option:
    """One of what a menu, or a group of buttons, offers."""
    return Option(PlainText(label), value)


def payload(view: ModalView) -> Payload:
    return view.to_dict()
