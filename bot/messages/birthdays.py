"""Birthdays and anniversaries in words: the day itself, the card before it, and reminders to sign it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slackblocks import ActionsBlock, Block, Button, HeaderBlock, InputBlock, ModalView, SectionBlock

from bot.features.birthdays.models import Kind, Occasion
from bot.features.birthdays.queries import GivenOccasion
from bot.features.birthdays.rules import LONGEST_LINE, WORDS
from bot.features.birthdays.settings import BirthdayPreferences
from bot.messages import callbacks
from bot.messages.mentions import field
from bot.messages.settings import OPEN_OWN
from bot.messages.times import on
from bot.nudges.cards import NOT_NOW, Item, Row
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post, modal

OPEN = "birthdays:sign"
FORM = "birthdays:sign_form"
DECLINE = "birthdays:decline"
LONGEST_BLOCK = 2900
"""Characters in a block."""
MOST_BLOCKS = 40
"""Blocks in a message."""
LONGEST_TEXT = 3500
"""Characters of a message's text."""
TITLE = "A card"


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


def sign_form(team: Team, occasion: Occasion, words: str, names: Mapping[str, str], pressed: str) -> ModalView:
    """One line, or a few, with what was written before; `names` are of those whom it mentions."""
    line = field(WORDS, words, names, longest=LONGEST_LINE, multiline=True)
    blocks = [
        SectionBlock(card_line(occasion, team), block_id="told"),
        InputBlock("Your line", line, block_id=WORDS, hint="Your name stands beside it. The whole team reads it."),
    ]
    return modal(TITLE, FORM, blocks, submit="Sign it", close="Not now", metadata=pressed)


def parse_metadata(value: str) -> tuple[int, int]:
    """The nudge, 0 for none, and the occasion."""
    nudge_id, occasion_id = callbacks.numbers(value, 2)
    return nudge_id, occasion_id


def signed_view(team: Team, occasion: Occasion) -> ModalView:
    text = f":white_check_mark: Signed. {_given(occasion, team)} Until then you can change it on my Home."
    return ModalView(title=TITLE, close="Done", blocks=[SectionBlock(text, block_id="signed")])


def card_line(occasion: Occasion, team: Team) -> str:
    """Whose day it is and when, and when its card is given unless that is the same day."""
    what = f"{_what(occasion.kind, mention(occasion.person_id))} is on {on(occasion.day)}."
    if _given_on(occasion, team) == occasion.day:
        return f"{what} The card is given in <#{team.channel_id}> that day."
    return f"{what} {_given(occasion, team)}"


def _given(occasion: Occasion, team: Team) -> str:
    return f"The card is given in <#{team.channel_id}> on {on(_given_on(occasion, team))}."


def _given_on(occasion: Occasion, team: Team) -> date:
    local: datetime = occasion.due_at.astimezone(ZoneInfo(team.zone))
    return local.date()


def _what(kind: str, who: str) -> str:
    return f"{who}’s birthday" if kind == Kind.BIRTHDAY else f"The work anniversary of {who}"


def invitation() -> list[Block]:
    text = (
        "*Your birthday and work anniversary*\nEnter them if you'd like them remembered: in your team's channel, or in "
        "a note that only you see. I never ask for the year of your birth."
    )
    enter = Button(
        "Enter my days",
        action_id=f"{OPEN_OWN}:{BirthdayPreferences.feature}",
        value=BirthdayPreferences.feature,
        style="primary",
    )
    no = Button("No thanks", action_id=DECLINE, value=DECLINE)
    return [SectionBlock(text, block_id="days"), ActionsBlock([enter, no], block_id="days_answers")]


def at_home(opened: Sequence[tuple[Occasion, Team, bool]]) -> list[Block]:
    """The cards that are open to somebody, never their own."""
    told = [_card_at_home(occasion, team, has_signed) for occasion, team, has_signed in opened]
    return [HeaderBlock("Cards to sign", block_id="cards"), *told] if told else []


def _card_at_home(occasion: Occasion, team: Team, has_signed: bool) -> Block:
    label = "Change what you wrote" if has_signed else "Sign it"
    text = card_line(occasion, team)
    button = Button(label, action_id=OPEN, value=f"0:{occasion.id}")
    return SectionBlock(text, block_id=f"card_{occasion.id}", accessory=button)


def signing_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """The cards of which somebody hears together: one as a sentence with its buttons, several as rows."""
    cards, answers = facts.get("rows") or [facts], facts.get("answers", {})
    why = (
        f"You're in <#{team.channel_id}>, and people who share a team with you like these days kept in public. I tell "
        "you of each card once. `/steward settings`, *Birthdays and anniversaries*, changes how long before, or makes "
        "no cards."
    )
    no = Button("Not this time", action_id=NOT_NOW, value=str(nudge_id))
    if len(cards) == 1:
        return Item(f"{_by(cards[0])} Nobody sees their own card before.", why, [_sign(nudge_id, cards[0]), no])
    rows = [_row(nudge_id, each, is_signed=str(each["occasion"]) in answers) for each in cards]
    return Item(f"{len(cards)} cards to sign. Nobody sees their own card before.", why, [no], rows)


def _row(nudge_id: int, card: dict[str, Any], *, is_signed: bool) -> Row:
    if is_signed:
        return Row(f"{_by(card)}\n:white_check_mark: Signed.")
    return Row(_by(card), [_sign(nudge_id, card)])


def _by(card: dict[str, Any]) -> str:
    who, given_on = mention(card["person"]), on(date.fromisoformat(card["given_on"]))
    what = "birthday" if card["kind"] == Kind.BIRTHDAY else "work anniversary"
    return f"Sign {who}’s {what} card before it's given on *{given_on}*."


def _sign(nudge_id: int, card: dict[str, Any]) -> Button:
    return Button("Sign it", action_id=OPEN, value=f"{nudge_id}:{card['occasion']}", style="primary")
