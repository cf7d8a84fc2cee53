"""Nudges about balance, in words: said to the leader alone, and never a scolding."""

from typing import Any

from slackblocks import Button

from bot.features.balance.models import Part
from bot.features.balance.settings import Band
from bot.messages.balance.overview import OPEN, TIME, YES, span, spent
from bot.nudges.cards import NOT_NOW, Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import comma_joined

LACKING = {
    Part.FRONTLINE: "One hour in the queue, or beside an agent, would bring it back; is there one this week?",
    Part.PEOPLE: "Half an hour with somebody you have not talked to lately would bring it back; who comes to mind?",
    Part.STRATEGY: "Ninety minutes in your calendar, with the door closed, would bring it back; which day suits you?",
}
FULL = {
    Part.FRONTLINE: "Is there one hour in the queue this week that somebody else could take?",
    Part.PEOPLE: "Is there one talk this week that could be shorter?",
    Part.STRATEGY: "Could one block this week become an hour beside an agent?",
}


def last_hour(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """After a day all strategy."""
    return Item(
        f"Your last working day was all strategy, {span(facts['minutes'])} of it. If today allows, the hour from "
        f"{facts['at']} in the queue would do you and the team good. If not today, tomorrow.",
        _why(team, "after a day all strategy, when the frontline had less of you than you like or strategy more"),
        _answers(nudge_id, "I'll be there"),
    )


def free_morning(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """After a heavy day in the queue."""
    return Item(
        f"You were {span(facts['minutes'])} at the frontline on your last working day; thank you. If you can, keep "
        "this morning free of the queue, for what needs a quiet head.",
        _why(team, "after four hours or more at the frontline, when it had more of you than you like"),
        _answers(nudge_id, "I'll keep it free"),
    )


def drift(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Two weeks outside a band."""
    part, share, band = Part(facts["part"]), facts["share"], Band(*facts["band"])
    hint = (LACKING if share < band.low else FULL)[part]
    return Item(
        f"In your last 14 days, your time {TIME[part]} came to {share} %; you like {band} %. {hint}",
        _why(team, "every two weeks at most, when six hours or more are counted and one part is outside your band"),
        [*_answers(nudge_id, "Good idea"), Button("Log a block", action_id=OPEN, value=str(nudge_id))],
    )


def good_enough(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Two weeks that are where the leader likes them."""
    all_spent = comma_joined(spent(minutes, Part(part)) for part, minutes in facts["spent"].items())
    return Item(
        f"In your last 14 days: {all_spent}. All three are where you like them.",
        _why(team, "once a week at most, on the morning of your last working day, when six hours or more are counted"),
        [Button("Good to know", action_id=YES, value=str(nudge_id))],
    )


def _why(team: Team, when: str) -> str:
    return (
        f"You lead <#{team.channel_id}>. I say this {when}. Only you see it, as only you see `/balance`; "
        "`/steward me` changes what you like of each part."
    )


def _answers(nudge_id: int, yes: str) -> list[Button]:
    return [
        Button(yes, action_id=YES, value=str(nudge_id), style="primary"),
        Button("Not this time", action_id=NOT_NOW, value=str(nudge_id)),
    ]
