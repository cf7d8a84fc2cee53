"""A message as the outbox takes it, and a modal as Slack's `views.open` takes it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from slackblocks import Block, ModalView

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


def payload(view: ModalView) -> Payload:
    return view.to_dict()
