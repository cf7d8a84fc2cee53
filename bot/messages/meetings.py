"""What the messages of one-on-ones, shadowing and visits share: cards, lists, and what an invitation comes with."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.messages.times import when
from bot.org.people import Person
from bot.slack.mrkdwn import mention, shortened
from bot.slack.post import Post, context


def card_name(about: str, reader: Person, what: str = "") -> str:
    """The name of somebody's card about a meeting; `what` tells apart several of theirs."""
    return f"{about}:{reader.id}{what and ':'}{what}"


def card(name: str, block_id: str, text: str, buttons: Sequence[Button] = (), note: str = "") -> Post:
    blocks: list[Block] = [SectionBlock(text, block_id=block_id)]
    blocks += [ActionsBlock(list(buttons), block_id="answers")] if buttons else []
    blocks += [context(note)] if note else []
    return Post(text, blocks, card=name)


def on_the_way(lines: Sequence[str], block_id: str) -> list[Block]:
    """What somebody is asked, has asked or has planned."""
    if not lines:
        return []
    listed = "\n".join(f"• {line}" for line in lines)
    return [SectionBlock(f"*On the way*\n{shortened(listed, 2800)}", block_id=block_id)]


def invitation(at: datetime, reader: Person, by: Person | None = None) -> str:
    """What an invitation is shown with; `by` is whose yes it was, where that is known."""
    begins = f"{mention(by.id)} said yes" if by and by is not reader else "Your invitation"
    return f"{begins}: {when(at, reader)}. Open the file to put it into your calendar."


def off(sentence: str) -> str:
    """What the end of an invitation is shown with."""
    return f"{sentence} The file takes it out of your calendar."
