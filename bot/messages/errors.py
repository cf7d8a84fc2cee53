"""Messages for errors and refusals."""

from collections.abc import Sequence

from slackblocks import Block, ModalView, SectionBlock

from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, shortened, unescape_entities
from bot.slack.post import Post

LONGEST_NOTICE = 3000
"""Slack's limit of characters in a section of a form."""
LONGEST_ANSWER = 8000
"""Limit of characters in an answer, well below Slack's limit of 40,000."""
LONGEST_WORDS = 3800
"""Limit of characters in repeated text, because Slack recommends at most 4,000 for a text."""
TRY_AGAIN = "Sorry, I couldn't do that just now, and nothing was saved. Please try again in a minute."
"""For transient faults: Slack, the network or the database did not answer."""
TOO_SLOW = "Sorry, that took too long. Please check whether it worked before you try again."


def our_fault(log_id: str) -> str:
    """Say that the bot has a bug; `log_id` is also in the error's log line."""
    return (
        "Sorry, that's a bug on my side, and nothing was saved. If it happens again, give this code to whoever runs "
        f"me: `{log_id}`."
    )


def fit_to_section(sentence: str) -> str:
    """Cut an error's sentence to the limit of a form's section."""
    return shortened(sentence, LONGEST_NOTICE)


def fit_to_field(sentence: str) -> str:
    """Return an error's sentence as plain text for a form field, cut to the limit."""
    return unescape_entities(fit_to_section(sentence))


def note(sentence: str) -> Post:
    return Post(text=shortened(sentence, LONGEST_ANSWER))


def notice(sentence: str) -> ModalView:
    """Build the modal for an error that belongs to no field."""
    return ModalView(title="Steward", close="Close", blocks=[SectionBlock(fit_to_section(sentence), block_id="notice")])


def which_team(teams: Sequence[Team]) -> str:
    """Ask somebody in several teams to type the command in the channel of the team they mean."""
    channels = " or ".join(f"<#{team.channel_id}>" for team in teams)
    return f"You're in several teams. Type the command in the channel of the team you mean: {channels}."


def with_words(sentence: str, words: str) -> str:
    """Append the user's text to a refusal, so that they can copy it."""
    return f"{sentence}\nYou typed:\n>{shortened(escape(words), LONGEST_WORDS)}" if words else sentence


CLOSED_CHANNEL = "the team's channel is archived, or I'm not in it"


def closed_warning(team: Team, what: str) -> list[Block]:
    """Build a warning to put above a list if the team's channel is closed; nothing if the channel is open."""
    if not team.is_closed:
        return []
    text = (
        f":warning: {what}: <#{team.channel_id}> is archived, or I'm not in it. Unarchive it, or type "
        "`/invite @steward` there."
    )
    return [SectionBlock(text, block_id=f"closed_{team.id}")]


def ritual_failed(title: str) -> Post:
    return Post(text=f"Sorry, {title} didn't work this time. Nothing you wrote has been lost.")
