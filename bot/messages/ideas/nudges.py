"""Reminders of ideas: one that waits for an answer, and the end of an experiment."""

from datetime import date
from typing import Any

from slackblocks import Button

from bot.followups.rules import Step
from bot.messages.followups.forms import action
from bot.messages.ideas.cards import LABELS
from bot.nudges.cards import Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, shortened
from bot.text.formats import on

LONGEST_QUOTE = 600


def unanswered(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Ask a leader to answer an idea."""
    many = facts["votes"]
    votes = f" It has {count_noun(many, 'vote')}." if many else ""
    text = f"This idea in <#{team.channel_id}> has no answer yet.{votes} It takes 2 minutes."
    id = f"{nudge_id}:{facts['followup']}"
    return Item(
        f"{text}\n>{shortened(escape(facts['text']), LONGEST_QUOTE)}",
        "An idea without an answer for 3 working days reminds a leader of the team, then the next leader every second "
        "working day. It's your turn because you were reminded of it least often and have taken on least.",
        [
            Button(LABELS[Step.TAKE], action_id=action(Step.TAKE), value=id, style="primary"),
            Button(LABELS[Step.CLOSE], action_id=action(Step.CLOSE), value=id),
        ],
    )


def ask_lesson(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Ask the owner of an experiment what it has taught."""
    day = on(date.fromisoformat(facts["ended_on"]))
    return Item(
        f"Your experiment ends on {day}. What did you learn? {shortened(escape(facts['question']), 300)}\n"
        f">{shortened(escape(facts['text']), LONGEST_QUOTE)}",
        "You set this day for your experiment. I post the lesson in the channel, also when the experiment failed.",
        [
            Button("Share the lesson", action_id=action(Step.CLOSE), value=f"{nudge_id}:{facts['followup']}",
                   style="primary"),
        ],
    )  # fmt: skip
