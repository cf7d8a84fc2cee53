"""Coffee pairing: the DM to each person, and the question whether they met."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import ActionsBlock, Button, SectionBlock

from bot.features.rituals.models import RitualRun
from bot.messages.rituals.cards import MET, NOT_MET
from bot.messages.times import when
from bot.org.people import Person
from bot.slack.mrkdwn import mentions
from bot.slack.post import Post

APART = "You're never at work at the same time this week, so you could send voice messages instead."


def paired_note(run: RitualRun, group: Sequence[Person], reader: Person, at: datetime | None) -> Post:
    """Tell one person whom to have coffee with; `at` is the next time when the whole group is at work, if any."""
    both = "both" if len(group) == 2 else "all"
    time = f"One time when you're {both} at work: {when(at, reader)}." if at else APART
    what = f":coffee: Coffee with {_others(group, reader)} this week?"
    text = f"{what} 10 minutes, on a call or on a walk; it's fine to skip it. {time}"
    return Post(text, [SectionBlock(text, block_id="coffee")])


def ask_whether_met(run: RitualRun, group: Sequence[Person], reader: Person) -> Post:
    """Ask one person, a week after the pairing, whether they met the others for coffee."""
    text = f":coffee: Did you meet {_others(group, reader)} for coffee?"
    answers = [
        Button("We met", action_id=MET, value=str(run.id), style="primary"),
        Button("Not this time", action_id=NOT_MET, value=str(run.id)),
    ]
    blocks = [SectionBlock(text, block_id="coffee"), ActionsBlock([*answers], block_id="answers")]
    return Post(text, blocks, card=_card(run, reader.id))


def answered_card(run: RitualRun, reader_id: str, *, has_met: bool) -> Post:
    """Build the card that asked whether people met for coffee, as it appears once the person has answered."""
    text = "No problem. I may pair you again soon."
    if has_met:
        text = ":coffee: Glad you met!"
    return Post(text, [SectionBlock(text, block_id="coffee")], card=_card(run, reader_id))


def _card(run: RitualRun, reader_id: str) -> str:
    return f"coffee:{run.id}:{reader_id}"


def _others(group: Sequence[Person], reader: Person) -> str:
    return mentions([each.id for each in group if each.id != reader.id])
