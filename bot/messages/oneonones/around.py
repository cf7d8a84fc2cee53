"""What is said before a meeting and after it."""

from collections.abc import Mapping, Sequence

from slackblocks import ActionsBlock, Block, Button, Element, SectionBlock

from bot.directory import Person
from bot.features.oneonones.keeping import Kept, Said
from bot.features.oneonones.pairs import Pair
from bot.features.oneonones.tables import Meeting, State
from bot.messages.oneonones.cards import named
from bot.messages.oneonones.due import buttons, done
from bot.messages.oneonones.names import MET, MOVE, NOT_YET, OPEN, SKIPPED
from bot.messages.post import Post
from bot.messages.text import escape, mention, shortened
from bot.messages.times import on, when

IN_TWO_HOURS = "prep"
OUTCOME = "outcome"


def preparation(
    pair: Pair, meeting: Meeting, reader: Person, kept: Kept, thanks: Sequence[str], spiked: str = ""
) -> Post:
    """Two hours before: what both want to talk about, and what there is to be glad of."""
    other = meeting.other(reader.id)
    text = f":hourglass: {when(meeting.span[0], reader)} you meet {mention(other)}, for {meeting.minutes} minutes."
    blocks: list[Block] = [SectionBlock(text, block_id="meeting")]
    for title, whose in (("You want to talk about", reader.id), (f"{mention(other)} wants to talk about", other)):
        if topics := [each for each in kept.topics if each.author_id == whose]:
            blocks.append(SectionBlock(f"*{title}*\n{listed(topics, pair)}", block_id=f"topics_{whose}"))
    if not kept.topics:
        blocks.append(SectionBlock("Neither of you has a topic yet. One question is enough to begin.", block_id="none"))
    if thanks:
        whose = "You were" if reader is pair.agent else f"{mention(pair.agent.id)} was"
        lines = "\n".join(f"• {shortened(escape(each), 150)}" for each in thanks)
        blocks.append(SectionBlock(f"*{whose} thanked*\n{lines}", block_id="thanks"))
    if spiked:
        blocks.append(SectionBlock(spiked, block_id="spiked"))
    button = Button("Topics and notes", action_id=OPEN, value=f"0:{other}")
    blocks.append(ActionsBlock([button], block_id="answers"))
    return Post(text, blocks, card=named(meeting, reader, IN_TWO_HOURS))


def listed(topics: Sequence[Said], pair: Pair) -> str:
    """Topics, those from before the last meeting marked as left over."""
    met_on = pair.series.met_on
    return "\n".join(
        f"• {shortened(escape(each.words), 250)}"
        + (" _(left over)_" if met_on and pair.leader.local(each.made_at).date() < met_on else "")
        for each in topics
    )


def outcome(pair: Pair, meeting: Meeting, *, again: bool = False) -> Post:
    """How did it go?"""
    id, agent = str(meeting.id), mention(pair.agent.id)
    more = " This is the last time I ask." if again else ""
    text = f"Did you meet {agent}, as planned for {when(meeting.span[0], pair.leader)}? One press is enough.{more}"
    answers: list[Element] = [
        Button("We met", action_id=MET, value=id, style="primary"),
        Button("Not yet", action_id=NOT_YET, value=id),
        Button("We moved it", action_id=MOVE, value=id),
        Button("We skip it", action_id=SKIPPED, value=id),
    ]
    blocks = [SectionBlock(text, block_id="meeting"), ActionsBlock(answers, block_id="answers")]
    return Post(text, blocks, card=named(meeting, pair.leader, OUTCOME))


def recorded(pair: Pair, meeting: Meeting, words: str = "") -> Post:
    """What became of it, and when the next one is due. Words that were typed with it are given back."""
    agent, due = mention(pair.agent.id), on(pair.series.due_on)
    match meeting.state:
        case State.MET:
            text = f":white_check_mark: Good that you met {agent}. The next one is due by {due}."
        case State.LET_GO:
            text = f"I take it that you met {agent} as planned. The next one is due by {due}."
        case State.MISSED:
            text = f"That happens. {agent} comes first in the next round."
        case State.SKIPPED:
            text = f"Left out this time. With {agent} the next one is due by {due}."
        case _:
            text = f"With {agent}: {when(meeting.span[0], pair.leader)}."
    text += f"\nI haven't saved this anywhere:\n>{shortened(escape(words), 2000)}" if words else ""
    blocks: list[Block] = [SectionBlock(text, block_id="meeting")]
    if meeting.state == State.MET:
        button = Button("Write it down", action_id=OPEN, value=f"0:{pair.agent.id}")
        blocks.append(ActionsBlock([button], block_id="answers"))
    if meeting.state == State.LET_GO:
        button = Button("We did not", action_id=NOT_YET, value=str(meeting.id))
        blocks.append(ActionsBlock([button], block_id="answers"))
    return Post(text, blocks, card=named(meeting, pair.leader, OUTCOME))


def asked_for(pair: Pair, about: Sequence[str]) -> Post:
    """To the leader: somebody would like to talk."""
    words = "".join(f"\n>{shortened(escape(each), 500)}" for each in about)
    text = shortened(f"{mention(pair.agent.id)} would like a one-on-one with you, when it suits you.{words}", 2900)
    blocks = [
        SectionBlock(text, block_id="meeting"),
        ActionsBlock([*buttons(f"0:{pair.series.id}")], block_id="answers"),
    ]
    return Post(text, blocks, card=_wish(pair))


def wish_answered(pair: Pair, answer: Mapping[str, str], told: str = "") -> Post:
    """Say on the card of a wish what the leader has done about it, wherever they did it, as they were told there."""
    text = told or f"{mention(pair.agent.id)} asked for a one-on-one.\n:white_check_mark: {done(answer)}"
    return Post(text, [SectionBlock(text, block_id="meeting")], card=_wish(pair))


def _wish(pair: Pair) -> str:
    return f"oneonone:asked:{pair.series.id}"
