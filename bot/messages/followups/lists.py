"""Lists of follow-ups, each with the buttons that its reader can press."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from slackblocks import Block, HeaderBlock, SectionBlock

from bot.followups.rules import Role
from bot.messages.followups.cards import Texts, View, quoted, step_buttons, words_for
from bot.slack.mrkdwn import number_of
from bot.slack.post import Post, context

MOST_LISTED = 10


class Listed(NamedTuple):
    """A follow-up in a list, and what the list's reader is to it."""

    view: View
    roles: Collection[Role]


def listed(texts: Texts, parts: Sequence[tuple[str, Sequence[Listed]]], nothing: str, *, not_loaded: int = 0) -> Post:
    """Build a list with a heading for each part; `nothing` is the answer if all parts are empty.

    `not_loaded` is how many entries there are after those of the last part.
    """
    many = sum(len(entries) for _, entries in parts) + not_loaded
    blocks: list[Block] = []
    for number, (title, entries) in enumerate(parts):
        if entries:
            blocks.append(HeaderBlock(title, block_id=f"part_{number}"))
            blocks += [block for each in entries[:MOST_LISTED] for block in _entry(texts, each)]
        if left := max(0, len(entries) - MOST_LISTED) + (not_loaded if number == len(parts) - 1 else 0):
            blocks.append(context(f"{left} more are not shown.", f"more_{number}"))
    return Post(f"{number_of(many, 'open entry').replace('entrys', 'entries')}." if many else nothing, blocks)


def _entry(texts: Texts, each: Listed) -> list[Block]:
    this = each.view.followup
    lines = [texts.headline(each.view, each.roles), quoted(words_for(this, each.roles))]
    if small := texts.status(each.view, each.roles):
        lines.append(f"_{small}_")
    return [
        SectionBlock("\n".join(lines), block_id=f"listed_{this.id}"),
        *step_buttons(texts, each.view, each.roles),
    ]
