"""Nudges about birthdays, in words: cards to sign."""

from datetime import date
from typing import Any

from slackblocks import Button

from bot.features.birthdays.models import Kind
from bot.messages.birthdays.names import OPEN
from bot.messages.times import on
from bot.nudges.cards import NOT_NOW, Item, Row
from bot.org.teams.models import Team
from bot.slack.mrkdwn import mention


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
