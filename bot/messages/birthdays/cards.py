"""The day itself: what a team's channel reads, and what one person alone does."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from slackblocks import Block, SectionBlock

from bot.features.birthdays.models import Kind
from bot.features.birthdays.queries import GivenOccasion
from bot.messages.times import on
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post

LONGEST_BLOCK = 2900
"""Characters in a block."""
MOST_BLOCKS = 40
"""Blocks in a message."""
LONGEST_TEXT = 3500
"""Characters of a message's text."""


def public_post(team: Team, *given: GivenOccasion) -> Post:
    """In the channel, for all whose day is kept, with what teammates wrote, or as much of it as a message holds."""
    lines = [f"{_wishes(each, mention(each.person.id))}{_late(team, each)}" for each in given]
    return _card(given, "\n".join(lines))


def private_post(team: Team, given: GivenOccasion) -> Post:
    """To them alone; with what teammates wrote, when a card was signed before they chose so."""
    return _card([given], f"{_wishes(given, None)}{_late(team, given)} Only you see this.")


def _card(given: Sequence[GivenOccasion], text: str) -> Post:
    first = next(_pages(given), [])
    lead: list[Block] = [SectionBlock(shortened(text, LONGEST_BLOCK), block_id="occasion")]
    return Post(shortened("\n".join([text, *_lines(given)]), LONGEST_TEXT), [*lead, *first], card=card_name(given[0]))


def signed_posts(*given: GivenOccasion) -> list[Post]:
    """What did not fit: for the thread."""
    return [Post("More from your team.", page) for page in list(_pages(given))[1:]]


def card_name(given: GivenOccasion) -> str:
    return f"occasion:{given.occasion.id}"


def _wishes(given: GivenOccasion, who: str | None) -> str:
    if given.occasion.kind == Kind.BIRTHDAY:
        return f":birthday: Happy birthday{f', {who}' if who else ''}!"
    years = f"{given.years} years" if given.years > 1 else "a year"
    if who is None:
        return f":seedling: You have been here for {years}. I am glad of it, and so are the customers you cared for."
    return f":seedling: {who} has been here for {years}. It is good to have you, {who}."


def _late(team: Team, given: GivenOccasion) -> str:
    """Nothing on the very day."""
    zone, day = given.person.zone if not given.is_public else team.zone, given.occasion.day
    days = (given.occasion.due_at.astimezone(ZoneInfo(zone)).date() - day).days
    if not days:
        return ""
    return f" The day was yesterday, {on(day)}." if days == 1 else f" The day was {on(day)}."


def _lines(given: Sequence[GivenOccasion]) -> list[str]:
    """What teammates wrote; to whom, where several have their day."""
    return [line for each in given for line in _to(each, is_alone=len(given) == 1)]


def _to(given: GivenOccasion, *, is_alone: bool) -> list[str]:
    signed = [f"{mention(each.signer_id)}: {escape(each.words)}" for each in given.signatures]
    return signed if is_alone or not signed else [f"*For {mention(given.person.id)}*", *signed]


def _pages(given: Sequence[GivenOccasion]) -> Iterator[list[Block]]:
    """All of it, as many to a message as Slack takes."""
    texts = list(_filled(_lines(given)))
    for start in range(0, len(texts), MOST_BLOCKS):
        yield [
            SectionBlock(text, block_id=f"signed_{start + n}")
            for n, text in enumerate(texts[start : start + MOST_BLOCKS])
        ]


def _filled(lines: Sequence[str]) -> Iterator[str]:
    """Lines, as many to a block as it holds."""
    text = ""
    for line in lines:
        if text and len(text) + len(line) + 1 > LONGEST_BLOCK:
            yield text
            text = ""
        text = f"{text}\n{line}" if text else line
    if text:
        yield text
