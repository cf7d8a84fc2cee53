"""Scheduled shout-outs: those still to be sent, and those that could not be sent."""

from collections.abc import Mapping, Sequence

from slackblocks import Block, SectionBlock

from bot.features.shoutouts.models import Shoutout
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import comma_joined, escape, shortened
from bot.slack.post import Post
from bot.text.formats import wall

LONGEST_QUOTE = 80
LONGEST_LIST = 2900
TITLE = "*Your scheduled shout-outs*"


def unsent_answer(shoutout: Shoutout, receivers: Sequence[str], people: Mapping[str, Person]) -> Post:
    """Tell the giver which receivers a shout-out could not be sent to, and repeat its text for use elsewhere."""
    names = _names(receivers, people)
    have = "has" if len(receivers) == 1 else "have"
    text = f"I couldn't send your thanks to {names}, who {have} left this workspace."
    if shoutout.is_given:
        text += " Everyone else got them."
    return _with_words(text, shoutout, "unsent")


def missing_card_answer(shoutout: Shoutout, team: Team, people: Mapping[str, Person], *, has_notes: bool) -> Post:
    """Tell the giver that a shout-out's card can no longer be posted, and repeat the shout-out's text."""
    whom = "the whole team" if shoutout.is_for_team else _names(shoutout.receivers, people)
    text = f"I can't post in <#{team.channel_id}> any more, so I haven't posted your thanks to {whom}."
    if has_notes:
        text += " I sent a note instead."
    return _with_words(text, shoutout, "without_card")


def _with_words(text: str, shoutout: Shoutout, block_id: str) -> Post:
    words = escape(shoutout.reason)
    return Post(f"{text} “{words}”", [SectionBlock(f"{text}\n>{words}", block_id=block_id)])


def postponed_sections(giver: Person, shoutouts: Sequence[Shoutout], people: Mapping[str, Person]) -> list[Block]:
    """List when a giver's scheduled shout-outs are sent, or why they were not."""
    if not shoutouts:
        return []
    lines = [TITLE, *(f"• {_line(giver, each, people)}" for each in shoutouts)]
    return [SectionBlock(shortened("\n".join(lines), LONGEST_LIST), block_id="kept_thanks")]


def _line(giver: Person, shoutout: Shoutout, people: Mapping[str, Person]) -> str:
    names = _names(shoutout.receivers, people)
    reason = escape(shortened(shoutout.reason, LONGEST_QUOTE))
    if shoutout.undone_at or shoutout.kept_until is None:
        return f"Not sent to {names} (left this workspace): {reason}"
    return f"To {names} on {wall(giver.local(shoutout.kept_until), giver.locale)}: {reason}"


def _names(receivers: Sequence[str], people: Mapping[str, Person]) -> str:
    return comma_joined(escape(people[each].name) if each in people else "someone" for each in receivers)
