"""What stands on a Home: cards to sign, and the invitation to enter one's own days."""

from collections.abc import Sequence

from slackblocks import ActionsBlock, Block, Button, HeaderBlock, SectionBlock

from bot.features.birthdays.models import Occasion
from bot.features.birthdays.settings import BirthdayPreferences
from bot.messages.birthdays import forms
from bot.messages.birthdays.names import DECLINE, OPEN
from bot.messages.settings import OPEN_OWN
from bot.org.teams.models import Team


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
    text = forms.card_line(occasion, team)
    button = Button(label, action_id=OPEN, value=f"0:{occasion.id}")
    return SectionBlock(text, block_id=f"card_{occasion.id}", accessory=button)
