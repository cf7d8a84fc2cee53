"""Texts of the nudges about a leader's balance, which only that leader sees."""

from datetime import time
from typing import Any

from slackblocks import Button

from bot.features.balance.models import Part
from bot.features.balance.settings import Band
from bot.messages.balance.overview import OPEN, PLACES, YES, format_time_spent, span
from bot.nudges.cards import NOT_NOW, Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import comma_joined
from bot.text.formats import clock

LACKING = {
    Part.FRONTLINE: "Could you spend an hour in the queue or with an agent this week?",
    Part.PEOPLE: "Could you spend half an hour with someone this week?",
    Part.STRATEGY: "Could you block 90 minutes for it this week?",
}
FULL = {
    Part.FRONTLINE: "Could you hand an hour in the queue to someone else this week?",
    Part.PEOPLE: "Could you keep one conversation shorter this week?",
    Part.STRATEGY: "Could you swap some strategy time this week for an hour with an agent?",
}


def last_hour_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Suggest spending the last hour in the queue, after a day spent only on strategy."""
    at = clock(time.fromisoformat(facts["at"]), facts.get("locale", ""))
    return Item(
        f"Your last working day was all strategy ({span(facts['minutes'])}). Could you join the queue for an hour at "
        f"{at}?",
        _why(
            team,
            "after a day spent only on strategy, if your frontline time is below its range or your strategy time above "
            "its range",
        ),
        _answers(nudge_id, "I'll be there"),
        brief=f"Could you join the queue for an hour at {facts['at']}?",
    )


def free_morning_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Suggest a morning away from the queue, after a day with much time in the queue."""
    return Item(
        f"Thanks for the {span(facts['minutes'])} on the frontline on your last working day. Could you keep this "
        "morning free of the queue?",
        _why(team, "after four hours or more on the frontline, if your frontline time is above your range"),
        _answers(nudge_id, "I'll keep it free"),
        brief="Could you keep this morning free of the queue?",
    )


def out_of_range_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Point out a kind of work that was outside the leader's target range for two weeks."""
    part, share, band = Part(facts["part"]), facts["share"], Band(*facts["band"])
    hint = (LACKING if share < band.low else FULL)[part]
    told = f"In the last 14 days, {share}% of your time went to {PLACES[part]}; your range is {band}%."
    return Item(
        f"{told} {hint}",
        _why(team, "at most every two weeks, once I've counted at least six hours and one area is outside your range"),
        [*_answers(nudge_id, "Will do"), Button("Log time", action_id=OPEN, value=str(nudge_id))],
        brief=told,
    )


def good_balance_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Say that all three kinds of work were within their target ranges for two weeks."""
    all_spent = comma_joined(format_time_spent(minutes, Part(part)) for part, minutes in facts["spent"].items())
    return Item(
        f"In the last 14 days: {all_spent}. All three are within your ranges.",
        _why(
            team, "at most once a week, on the morning of your last working day, once I've counted at least six hours"
        ),
        [Button("Good to know", action_id=YES, value=str(nudge_id))],
    )


def _why(team: Team, when: str) -> str:
    return (
        f"You lead <#{team.channel_id}>. I send this {when}. Only you can see this and your `/balance`. "
        "To change your ranges, use `/steward me`."
    )


def _answers(nudge_id: int, yes: str) -> list[Button]:
    return [
        Button(yes, action_id=YES, value=str(nudge_id), style="primary"),
        Button("Not this time", action_id=NOT_NOW, value=str(nudge_id)),
    ]
