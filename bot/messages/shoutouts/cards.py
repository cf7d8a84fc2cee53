"""The card of a shout-out in the channel, the note to a receiver, and the daily note about emoji thanks."""

import re
from collections.abc import Sequence

from slackblocks import Block, SectionBlock

from bot.features.shoutouts.credits import Change, NoteChange
from bot.features.shoutouts.models import Kind, MessageRef, Shoutout, Way
from bot.features.shoutouts.settings import Settings
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack.mrkdwn import escape, first_mentions, mentions, opening_mention, permalink
from bot.slack.post import Post, Step, context

FORM = "shoutouts:form"
OFFERED = "shoutouts:offered"
UNDO = "shoutouts:undo"
KEEP = "shoutouts:keep"
USE = "shoutouts:use"
SEE = "shoutouts:see"
THANK_PERSON = "shoutouts:thank"
"""Opens the form for the person whose id is the value."""
MAKE = "shoutouts:make"
TOO = "shoutouts:too"
SHORTCUT = "shoutouts:shortcut"
MESSAGE = "shoutouts:message"
TEAM = "team"
KIND = "kind"
REFUSED = "refused"
CARD = "shoutout:"

MOST_BUNDLED = 40
LINES_PER_SECTION = 8
DOING = re.compile(r"[a-z]+ing(?=\s)")
NO_DOING = {
    "anything",
    "being",
    "bring",
    "during",
    "evening",
    "everything",
    "king",
    "morning",
    "nothing",
    "ring",
    "sing",
    "something",
    "spring",
    "string",
    "thing",
    "wing",
}
"""Words in -ing that do not say what somebody did."""


def card_name(shoutout: Shoutout) -> str:
    return f"{CARD}{shoutout.id}"


def note_name(shoutout: Shoutout, receiver_id: str) -> str:
    return f"{CARD}{shoutout.id}:{receiver_id}"


def parse_card_name(card: str | None) -> int | None:
    """Return the id of the shout-out whose card in the channel has this name; None for the name of any other card."""
    number = (card or "").removeprefix(CARD)
    return int(number) if card and card.startswith(CARD) and number.isdecimal() else None


def change_steps(shoutout: Shoutout, team: Team, notes: Sequence[NoteChange], url: str, becomes: Change) -> list[Step]:
    """Return the steps that post, edit or delete a shout-out's card and the note to each receiver."""
    has_card = shoutout.has_card and not team.is_closed
    cards = [Step(team.channel, card(shoutout, team, url), becomes)] if has_card else []
    return cards + [
        Step(
            Address(team.workspace_id, each.receiver_id), note(each.shoutout, team, each.receiver_id, url), each.becomes
        )
        for each in notes
    ]


def card(shoutout: Shoutout, team: Team, url: str) -> Post:
    """Build the card of a shout-out for the team's channel; `url` is the workspace's address, for permalinks."""
    whom = "the whole team" if shoutout.is_for_team else mentions(shoutout.named)
    thanks = f"{opening_mention(shoutout.giver_id)} thanks {whom}"
    if shoutout.kind == Kind.GOOD_CALL:
        thanks += " for a good call"
    return _said(shoutout, team, thanks, url, card_name(shoutout))


def note(shoutout: Shoutout, team: Team, receiver_id: str, url: str) -> Post:
    """Build the note that tells one receiver about a shout-out."""
    thanks = f"{opening_mention(shoutout.giver_id)} thanked you"
    if shoutout.way == Way.HEARD or (shoutout.has_card and receiver_id in shoutout.named and not team.is_closed):
        thanks += f" in <#{team.channel_id}>"
    elif not shoutout.has_card:
        thanks += " privately"
    if shoutout.kind == Kind.GOOD_CALL:
        thanks += " for a good call"
    return _said(shoutout, team, thanks, url, note_name(shoutout, receiver_id))


def _said(shoutout: Shoutout, team: Team, thanks: str, url: str, name: str) -> Post:
    sign = ":compass:" if shoutout.kind == Kind.GOOD_CALL else Settings.of(team).emoji
    block = SectionBlock(f"{sign} {thanks}\n>{escape(shoutout.reason)}{_link(shoutout, url)}", block_id="thanks")
    return Post(with_reason(thanks, escape(shoutout.reason)), [block], card=name)


def with_reason(thanks: str, reason: str) -> str:
    """Append a reason to thanks: after `for` if the reason begins with `for` or an *-ing* form, else after a colon."""
    is_for = reason.lower().startswith("for ")
    what = reason.removeprefix(reason[:4]) if is_for else reason
    doing = DOING.match(what)
    is_doing = doing is not None and doing[0] not in NO_DOING
    has_for = " for a good call" in thanks
    return f"{thanks} for {what}" if (is_for or is_doing) and not has_for else f"{thanks}: {what}"


def _link(shoutout: Shoutout, url: str) -> str:
    """Link to the message that the shout-out is about, unless it is in a DM, which nobody else can open."""
    place = shoutout.place
    return f"\n<{permalink(url, *place)}|See the message>" if place and not place.channel_id.startswith("D") else ""


def daily_note(team: Team, thanks: Sequence[tuple[MessageRef, list[str]]], url: str) -> Post:
    """Build one note about a day's emoji thanks to a person: which messages they are for, and who gave them."""
    lines = [
        f"• {first_mentions(givers, 5)} for <{permalink(url, *place)}|a message> in <#{place.channel_id}>"
        for place, givers in thanks[:MOST_BUNDLED]
    ]
    title = f"{Settings.of(team).emoji} You were thanked with an emoji"
    blocks: list[Block] = [SectionBlock(title, block_id="title")]
    for start in range(0, len(lines), LINES_PER_SECTION):
        blocks.append(SectionBlock("\n".join(lines[start : start + LINES_PER_SECTION]), block_id=f"quiet_{start}"))
    if more := len(thanks) - len(lines):
        blocks.append(context(f"and {more} more in `/shoutout mine`", "more"))
    givers = list(dict.fromkeys(giver for _, each in thanks for giver in each))
    return Post(f"{first_mentions(givers, 10)} thanked you with an emoji.", blocks)
