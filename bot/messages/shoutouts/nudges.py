"""Nudges about thanks, in words."""

from datetime import datetime
from typing import Any

from slackblocks import Button, SectionBlock

from bot.messages.shoutouts.cards import MAKE, SEE
from bot.nudges.cards import NOT_NOW, Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import mentions
from bot.slack.post import Post

QUESTIONS = (
    "Who made your week a little lighter, and how?",
    "Which customer are you glad you could help lately?",
    "What did a teammate do lately that you would like to learn?",
    "What is one small thing that worked well this week?",
    "Who answered a question of yours when you were stuck?",
    "What made you smile in a conversation with a customer?",
    "Whose help went unnoticed lately, and should not have?",
    "What would you like to hear more often in this channel?",
)


def quiet_question(at: datetime) -> Post:
    """A kind question to a channel that has been quiet, another one each week."""
    asked = QUESTIONS[at.toordinal() // 7 % len(QUESTIONS)]
    text = f"It has been quiet here for a while, which is fine. If you have a minute: {asked}"
    return Post(text, [SectionBlock(f":speech_balloon: {text}", block_id="question")])


def passing_thanks(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Thanks that could become a shout-out."""
    whom = mentions(facts["people"])
    return Item(
        f"You just thanked {whom} in <#{team.channel_id}>. Would you like to make it a shout-out? It takes half a "
        "minute, and they get your words to keep.",
        f"<#{team.channel_id}> has *Listen for thanks* on: whoever thanks somebody there in passing gets this offer, "
        "and nobody else sees it. Its leaders turn it off in `/steward settings`, *Shout-outs*.",
        [
            Button("Make it a shout-out", action_id=MAKE, value=str(nudge_id), style="primary"),
            Button("No, thank you", action_id=NOT_NOW, value=str(nudge_id)),
        ],
    )


def unthanked(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Who has had no thanks for a while."""
    channel, days, people = f"<#{team.channel_id}>", facts["days"], facts["people"]
    they, whom = ("they", "them") if len(people) == 1 else ("one of them", "one of them")
    return Item(
        f"Nobody has thanked {mentions(people, 'or')} in {channel} for {days} working days. "
        f"If {they} did something good this week, a line from you takes a minute.",
        f"You lead {channel}. Once a week at most I tell its leaders, and nobody else, who has had no thanks for "
        f"{days} working days. The number is theirs to change: `/steward settings`, *Shout-outs*.",
        [
            Button(f"Thank {whom}", action_id=SEE, value=str(nudge_id), style="primary"),
            Button("Not this time", action_id=NOT_NOW, value=str(nudge_id)),
        ],
    )
