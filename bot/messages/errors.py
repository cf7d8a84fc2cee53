"""What a person reads when something went wrong, or when nothing can come of what they want."""

from collections.abc import Sequence

from slackblocks import Block, ModalView, SectionBlock

from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, shortened, unescaped
from bot.slack.post import Post

LONGEST_NOTICE = 3000
"""Characters that Slack takes in a section of a form."""
LONGEST_ANSWER = 8000
"""Slack refuses a text of 40,000, and nobody reads one of a tenth of that."""
LONGEST_WORDS = 3800
"""Slack recommends at most 4,000 characters for a text."""
SORRY = "Sorry, that did not work, and nothing was saved. Please try again in a minute."
TOO_SLOW = "Sorry, that took too long. Please look whether it is there before you try again."


def in_form(sentence: str) -> str:
    """As much of a sentence as a form takes."""
    return shortened(sentence, LONGEST_NOTICE)


def at_field(sentence: str) -> str:
    """The same beside a field, where Slack shows plain text."""
    return unescaped(in_form(sentence))


def note(sentence: str) -> Post:
    return Post(text=shortened(sentence, LONGEST_ANSWER))


def notice(sentence: str) -> ModalView:
    """A form's answer where there is no field to point at."""
    return ModalView(title="Steward", close="Close", blocks=[SectionBlock(in_form(sentence), block_id="notice")])


def which_team(teams: Sequence[Team]) -> str:
    """An answer where several teams could be meant."""
    channels = " or ".join(f"<#{team.channel_id}>" for team in teams)
    return f"You are in several teams. Type it in the channel of the one you mean: {channels}."


def with_words(sentence: str, words: str) -> str:
    """A refusal that gives back what was typed, so that it can be copied."""
    return f"{sentence}\nYou typed:\n>{shortened(escape(words), LONGEST_WORDS)}" if words else sentence


CLOSED_CHANNEL = "the team's channel is archived, or I'm not in it"


def closed_warning(team: Team, what: str) -> list[Block]:
    """At the head of a list whose effect stands still; nothing where it does not."""
    if not team.is_closed:
        return []
    text = (
        f":warning: {what}: <#{team.channel_id}> is archived, or I'm not in it. Bring the channel back, or type "
        "`/invite @steward` in it."
    )
    return [SectionBlock(text, block_id=f"closed_{team.id}")]


def ritual_failed(title: str) -> Post:
    return Post(text=f"{title} did not work this time, and I am sorry. Nothing you wrote is lost.")
