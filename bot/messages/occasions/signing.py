"""The card before the day: how teammates hear of it, and the form in which they sign."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slackblocks import Block, Button, HeaderBlock, InputBlock, ModalView, SectionBlock

from bot.features.occasions import LONGEST, WORDS, Kind, Occasion
from bot.messages import handed_back
from bot.messages.nudges import NOT_NOW, Item
from bot.messages.text import mention
from bot.messages.times import on
from bot.messages.typed import field
from bot.teams import Team

OPEN = "occasions:sign"
FORM = "occasions:sign_form"
TITLE = "A card"


def to_sign(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """A teammate's day comes, and a card lies ready."""
    who, given_on = mention(facts["person"]), on(date.fromisoformat(facts["given_on"]))
    return Item(
        f"{_what(facts['kind'], who)} is on *{on(date.fromisoformat(facts['day']))}*. A card for them lies here until "
        f"*{given_on}*; a line from you takes a minute. They do not see it before.",
        f"You are in <#{team.channel_id}> with {who}, who likes this day kept in public. Each teammate hears of a card "
        "once. `/steward settings`, *Birthdays and anniversaries*, changes how long before, or makes no cards.",
        [
            Button("Sign it", action_id=OPEN, value=f"{nudge_id}:{facts['occasion']}", style="primary"),
            Button("Not this time", action_id=NOT_NOW, value=str(nudge_id)),
        ],
    )


def at_home(opened: Sequence[tuple[Occasion, Team, bool]]) -> list[Block]:
    """The cards that are open to somebody, never their own."""
    told = [_at_home(occasion, team, has_signed) for occasion, team, has_signed in opened]
    return [HeaderBlock("Cards to sign", block_id="cards"), *told] if told else []


def _at_home(occasion: Occasion, team: Team, has_signed: bool) -> Block:
    label = "Change what you wrote" if has_signed else "Sign it"
    text = f"{_what(occasion.kind, mention(occasion.person_id))} is on {on(occasion.day)}. {_given(occasion, team)}"
    button = Button(label, action_id=OPEN, value=f"0:{occasion.id}")
    return SectionBlock(text, block_id=f"card_{occasion.id}", accessory=button)


def sign_form(team: Team, occasion: Occasion, words: str, names: Mapping[str, str], pressed: str) -> ModalView:
    """One line, or a few, with what was written before; `names` are of those whom it mentions."""
    told = f"{_what(occasion.kind, mention(occasion.person_id))} is on {on(occasion.day)}. {_given(occasion, team)}"
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


def _given(occasion: Occasion, team: Team) -> str:
    local: datetime = occasion.due_at.astimezone(ZoneInfo(team.zone))
    return f"The card is given in <#{team.channel_id}> on {on(local.date())}."


def _what(kind: str, who: str) -> str:
    return f"{who}’s birthday" if kind == Kind.BIRTHDAY else f"The work anniversary of {who}"
