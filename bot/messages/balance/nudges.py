"""Texts of the nudges about a leader's balance, which only that leader sees."""

from datetime import time
from typing import Any

from slackblocks import Button

from bot.messages.balance.overview import YES, span
from bot.nudges.cards import NOT_NOW, Item
from bot.org.teams.models import Team
from bot.text.formats import clock


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
