"""A meeting's cards, one for each of the two: times, what is planned, how it went; and wishes for one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.features.one_on_ones.models import Meeting, State
from bot.features.one_on_ones.notes import Entry, PairNotes
from bot.features.one_on_ones.rules import Pair
from bot.messages import meetings
from bot.messages.invitations import Links
from bot.messages.one_on_ones import names
from bot.messages.one_on_ones.nudges import answer_told, buttons
from bot.messages.times import on, short, when
from bot.org.people import Person
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post

IN_TWO_HOURS = "prep"
OUTCOME = "outcome"


def preparation(
    pair: Pair, meeting: Meeting, reader: Person, kept: PairNotes, thanks: Sequence[str], spiked: str = ""
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
    button = Button("Topics and notes", action_id=names.OPEN, value=f"0:{other}")
    blocks.append(ActionsBlock([button], block_id="answers"))
    return Post(text, blocks, card=named(meeting, reader, IN_TWO_HOURS))


def listed(topics: Sequence[Entry], pair: Pair) -> str:
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
    answers = [
        Button("We met", action_id=names.MET, value=id, style="primary"),
        Button("Not yet", action_id=names.NOT_YET, value=id),
        Button("We moved it", action_id=names.MOVE, value=id),
        Button("We skip it", action_id=names.SKIPPED, value=id),
    ]
    return _post(meeting, pair.leader, text, answers, what=OUTCOME)


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
    answers = {
        State.MET: Button("Write it down", action_id=names.OPEN, value=f"0:{pair.agent.id}"),
        State.LET_GO: Button("We did not", action_id=names.NOT_YET, value=str(meeting.id)),
    }
    buttons = [button for state, button in answers.items() if meeting.state == state]
    return _post(meeting, pair.leader, text, buttons, what=OUTCOME)


def asked_for(pair: Pair, about: Sequence[str]) -> Post:
    """To the leader: somebody would like to talk."""
    words = "".join(f"\n>{shortened(escape(each), 500)}" for each in about)
    text = shortened(f"{mention(pair.agent.id)} would like a one-on-one with you, when it suits you.{words}", 2900)
    return meetings.card(_wish(pair), "meeting", text, buttons(f"0:{pair.series.id}"))


def wish_answered(pair: Pair, answer: Mapping[str, str], told: str = "") -> Post:
    """Say on the card of a wish what the leader has done about it, wherever they did it, as they were told there."""
    text = told or f"{mention(pair.agent.id)} asked for a one-on-one.\n:white_check_mark: {answer_told(answer)}"
    return meetings.card(_wish(pair), "meeting", text)


def _wish(pair: Pair) -> str:
    return f"oneonone:asked:{pair.series.id}"


YOURS = "It is your time: bring what you like. `/1on1 topic …` keeps a topic for it."


def card(pair: Pair, meeting: Meeting, reader: Person, links: Links | None = None) -> Post:
    """How things stand, as one of the two reads it."""
    match meeting.state:
        case State.PROPOSED:
            return _proposal(pair, meeting) if reader is pair.agent else _asked(pair, meeting)
        case State.COUNTERED:
            return _suggested(pair, meeting) if reader is pair.agent else _suggestion(pair, meeting)
        case State.PLANNED:
            return _planned(pair, meeting, reader, links)
        case _:
            return _over(pair, meeting, reader)


def named(meeting: Meeting, reader: Person, what: str = "") -> str:
    """The name of somebody's card of a meeting."""
    return meetings.card_name(f"oneonone:{meeting.id}", reader, what)


def _post(
    meeting: Meeting, reader: Person, text: str, buttons: Sequence[Button] = (), note: str = "", what: str = ""
) -> Post:
    return meetings.card(named(meeting, reader, what), "meeting", text, buttons, note)


def _proposal(pair: Pair, meeting: Meeting) -> Post:
    id, agent = str(meeting.id), pair.agent
    text = (
        f"{mention(pair.leader.id)} would like to sit down with you for {meeting.minutes} minutes, just the two of "
        "you. Which time suits you?"
    )
    times = [
        Button(short(at, agent), action_id=f"{names.PICK}:{nth}", value=f"{id}:{int(at.timestamp())}")
        for nth, at in enumerate(meeting.times)
    ]
    return _post(meeting, agent, text, [*times, Button("Another time", action_id=names.COUNTER, value=id)], YOURS)


def _asked(pair: Pair, meeting: Meeting) -> Post:
    return _post(meeting, pair.leader, f"I asked {mention(pair.agent.id)} for a time: {times(meeting, pair.leader)}.")


def times(meeting: Meeting, reader: Person) -> str:
    """The times to choose from, in a line."""
    return " · ".join(short(at, reader) for at in meeting.times)


def _suggested(pair: Pair, meeting: Meeting) -> Post:
    at = when(meeting.times[0], pair.agent)
    return _post(meeting, pair.agent, f"You suggested {at}. {mention(pair.leader.id)} has your suggestion.")


def _suggestion(pair: Pair, meeting: Meeting) -> Post:
    id, value = str(meeting.id), f"0:{meeting.series_id}"
    at = when(meeting.times[0], pair.leader)
    text = f"{mention(pair.agent.id)} suggests {at} for your one-on-one. Does it suit you?"
    answers = [
        Button("It suits me", action_id=names.ACCEPT, value=id, style="primary"),
        Button("Propose other times", action_id=names.OTHERS, value=id),
        Button("Not this time", action_id=names.SKIP, value=value),
    ]
    return _post(meeting, pair.leader, text, answers)


def _planned(pair: Pair, meeting: Meeting, reader: Person, links: Links | None) -> Post:
    id, other = str(meeting.id), mention(meeting.other(reader.id))
    text = f":calendar: Your one-on-one with {other}: *{when(meeting.span[0], reader)}*, {meeting.minutes} minutes."
    answers = [
        Button("Open it", action_id=names.OPEN, value=f"0:{meeting.other(reader.id)}"),
        Button("Move it", action_id=names.MOVE, value=id),
        Button("Call it off", action_id=names.CANCEL, value=id),
    ]
    note = YOURS if reader is pair.agent else "Two hours before I show you both what you want to talk about."
    return _post(meeting, reader, text, answers, f"{links or ''}{note}")


def _over(pair: Pair, meeting: Meeting, reader: Person) -> Post:
    other = mention(meeting.other(reader.id))
    day = on(reader.local(meeting.starts_at).date()) if meeting.starts_at else ""
    match meeting.state:
        case State.MET:
            text = f":white_check_mark: You and {other} had your one-on-one on {day}."
        case State.LET_GO:
            text = f"Your one-on-one with {other} was on {day}."
        case State.MISSED:
            text = f"Your one-on-one with {other} has not happened yet; it comes first when times are found again."
        case State.CANCELLED:
            text = f"Your one-on-one with {other}{day and f' on {day}'} is called off. Another one comes."
        case State.LAPSED:
            text = f"These times for your one-on-one with {other} have passed. Others will come."
        case _:
            text = f"There is no one-on-one with {other} this time; the next one comes."
    return _post(meeting, reader, text)


def gone(at: datetime, reader: Person) -> Post:
    """A time was picked that has passed or that somebody else has taken."""
    return Post(f"{when(at, reader)} isn't free any more. The card above shows times that are.")


def left_out(pair: Pair) -> Post:
    return Post(f"Not this time. {mention(pair.agent.id)} is due again by {on(pair.series.due_on)}.")


def moved(pair: Pair, meeting: Meeting, by: Person, reader: Person) -> str:
    """What a new time is told with."""
    return f"{mention(by.id)} moved your one-on-one to {when(meeting.span[0], reader)}."


def called_off(meeting: Meeting, by: Person) -> str:
    return f"{mention(by.id)} called off your one-on-one. Another one comes."


def met_sooner(leader: Person) -> str:
    return f"{mention(leader.id)} says that you have met already, so this one goes from your calendar."


def title(pair: Pair) -> str:
    """What a calendar calls it."""
    return f"One-on-one: {pair.leader.name} and {pair.agent.name}"
