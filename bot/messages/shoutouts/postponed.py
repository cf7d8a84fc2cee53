"""Thanks that were kept for a morning: which still wait, and which could not be sent."""

from collections.abc import Mapping, Sequence

from slackblocks import Block, SectionBlock

from bot.features.shoutouts.models import Shoutout
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import comma_joined, escape, shortened
from bot.slack.post import Post

LONGEST_QUOTE = 80
LONGEST_LIST = 2900
TITLE = "*Shout-outs you kept for later*"


def unsent(shoutout: Shoutout, receivers: Sequence[str], people: Mapping[str, Person]) -> Post:
    """For the giver, with the words, so that they can be used otherwise."""
    names = _names(receivers, people)
    are = "isn't" if len(receivers) == 1 else "aren't"
    text = f"I couldn't send your thanks to {names}, who {are} in this workspace any more."
    if shoutout.is_given:
        text += " Everybody else got them."
    return _with_words(text, shoutout, "unsent")


def without_card(shoutout: Shoutout, team: Team, people: Mapping[str, Person], *, has_notes: bool) -> Post:
    """For the giver, when the channel of the card can't be posted in any more, with the words."""
    whom = "the whole team" if shoutout.is_for_team else _names(shoutout.receivers, people)
    text = f"I can't post in <#{team.channel_id}> any more, so your thanks to {whom} have no card there."
    if has_notes:
        text += " I sent them as a note instead."
    return _with_words(text, shoutout, "without_card")


def _with_words(text: str, shoutout: Shoutout, block_id: str) -> Post:
    words = escape(shoutout.reason)
    return Post(f"{text} {words}", [SectionBlock(f"{text}\n>{words}", block_id=block_id)])


def list_postponed(giver: Person, shoutouts: Sequence[Shoutout], people: Mapping[str, Person]) -> list[Block]:
    """What somebody's thanks of lately wait for, or why they were not sent."""
    if not shoutouts:
        return []
    lines = [TITLE, *(f"• {_line(giver, each, people)}" for each in shoutouts)]
    return [SectionBlock(shortened("\n".join(lines), LONGEST_LIST), block_id="kept_thanks")]


def _line(giver: Person, shoutout: Shoutout, people: Mapping[str, Person]) -> str:
    names = _names(shoutout.receivers, people)
    reason = escape(shortened(shoutout.reason, LONGEST_QUOTE))
    if shoutout.undone_at or shoutout.kept_until is None:
        return f"Not sent to {names}, no longer in this workspace: {reason}"
    until = giver.local(shoutout.kept_until)
    return f"To {names} on {until:%A} {until.day} {until:%B} at {until:%H:%M}: {reason}"


def _names(receivers: Sequence[str], people: Mapping[str, Person]) -> str:
    return comma_joined(escape(people[each].name) if each in people else "somebody" for each in receivers)
