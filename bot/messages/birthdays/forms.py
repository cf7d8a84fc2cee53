"""The form in which teammates sign a card before the day."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from slackblocks import InputBlock, ModalView, SectionBlock

from bot.features.birthdays.models import Kind, Occasion
from bot.features.birthdays.rules import LONGEST_LINE, WORDS
from bot.messages import callbacks
from bot.messages.birthdays.names import FORM
from bot.messages.mentions import field
from bot.messages.times import on
from bot.org.teams.models import Team
from bot.slack.mrkdwn import mention

TITLE = "A card"


def sign_form(team: Team, occasion: Occasion, words: str, names: Mapping[str, str], pressed: str) -> ModalView:
    """One line, or a few, with what was written before; `names` are of those whom it mentions."""
    told = card_line(occasion, team)
    line = field(WORDS, words, names, longest=LONGEST_LINE, multiline=True)
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
