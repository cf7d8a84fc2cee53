"""The card before the day: how teammates hear of it, and the form in which they sign."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slackblocks import Block, Button, HeaderBlock, InputBlock, ModalView, SectionBlock

from bot.features.occasions.cards import LONGEST, WORDS
from bot.features.occasions.days import Kind
from bot.features.occasions.tables import Occasion
from bot.messages import handed_back
from bot.messages.nudges import NOT_NOW, Item, Row
from bot.messages.text import mention
from bot.messages.times import on
from bot.messages.typed import field
from bot.teams.tables import Team

OPEN = "occasions:sign"
FORM = "occasions:sign_form"
TITLE = "A card"


def to_sign(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
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


def at_home(opened: Sequence[tuple[Occasion, Team, bool]]) -> list[Block]:
    """The cards that are open to somebody, never their own."""
    told = [_at_home(occasion, team, has_signed) for occasion, team, has_signed in opened]
    return [HeaderBlock("Cards to sign", block_id="cards"), *told] if told else []


def _at_home(occasion: Occasion, team: Team, has_signed: bool) -> Block:
    label = "Change what you wrote" if has_signed else "Sign it"
    text = _told(occasion, team)
    button = Button(label, action_id=OPEN, value=f"0:{occasion.id}")
    return SectionBlock(text, block_id=f"card_{occasion.id}", accessory=button)


def sign_form(team: Team, occasion: Occasion, words: str, names: Mapping[str, str], pressed: str) -> ModalView:
    """One line, or a few, with what was written before; `names` are of those whom it mentions."""
    told = _told(occasion, team)
    line = field(WORDS, words, names, longest=LONGEST, multiline=True)
    return ModalView(
        title=TITLE,
        submit="Sign it",
        close="Not now",
        callback_id=FORM,
        private_metadata=pressed,
        blocks=[
            SectionBlock(told, block_id="told"),
            InputBlock("Your line", line, block_id=WORDS, hint="Your name stands beside it. The whole team reads it."),
        ],
    )


def remembered(value: str) -> tuple[int, int]:
    """The nudge, 0 for none, and the occasion."""
    nudge_id, occasion_id = handed_back.numbers(value, 2)
    return nudge_id, occasion_id


def signed(team: Team, occasion: Occasion) -> ModalView:
    text = f":white_check_mark: Signed. {_given(occasion, team)} Until then you can change it on my Home."
    return ModalView(title=TITLE, close="Done", blocks=[SectionBlock(text, block_id="signed")])


def _told(occasion: Occasion, team: Team) -> str:
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
