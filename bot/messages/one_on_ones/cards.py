"""A meeting's cards, one for each of the two: times, what is planned, how it went; and wishes for one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.features.one_on_ones.notes import Entry, PairNotes
from bot.meetings.models import Meeting, State
from bot.meetings.rules import Pair
from bot.messages import meetings
from bot.messages.meetings import CANCEL, MISSED, OTHER_TIME, YES
from bot.messages.one_on_ones import names
from bot.messages.one_on_ones.nudges import answer_told, buttons
from bot.messages.times import on, short, when
from bot.org.people import Person
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post

IN_TWO_HOURS = "prep"


def preparation(
    pair: Pair, meeting: Meeting, reader: Person, kept: PairNotes, thanks: Sequence[str], spiked: str = ""
) -> Post:
    """Two hours before: what both want to talk about, and what there is to be glad of."""
    other = meeting.other(reader.id)
    text = f":hourglass: {when(meeting.starts_at, reader)} you meet {mention(other)}, for {meeting.minutes} minutes."
    blocks: list[Block] = [SectionBlock(text, block_id="meeting")]
    for title, whose in (("You want to talk about", reader.id), (f"{mention(other)} wants to talk about", other)):
        if topics := [each for each in kept.topics if each.author_id == whose]:
            blocks.append(SectionBlock(f"*{title}*\n{listed(topics, pair)}", block_id=f"topics_{whose}"))
    if not kept.topics:
        blocks.append(SectionBlock("Neither of you has a topic yet. One question is enough to begin.", block_id="none"))
    if thanks:
        whose = "You were" if reader is pair.attendee else f"{mention(pair.attendee.id)} was"
        lines = "\n".join(f"• {shortened(escape(each), 150)}" for each in thanks)
        blocks.append(SectionBlock(f"*{whose} thanked*\n{lines}", block_id="thanks"))
    if spiked:
        blocks.append(SectionBlock(spiked, block_id="spiked"))
    button = Button("Topics and notes", action_id=names.OPEN, value=f"0:{other}")
    blocks.append(ActionsBlock([button], block_id="answers"))
    return Post(text, blocks, card=meetings.card_name(meeting, reader, IN_TWO_HOURS))


def listed(topics: Sequence[Entry], pair: Pair) -> str:
    """Topics, those from before the last meeting marked as left over."""
    met_on = pair.series.met_on
    return "\n".join(
        f"• {shortened(escape(each.words), 250)}"
        + (" _(left over)_" if met_on and pair.organizer.local(each.made_at).date() < met_on else "")
        for each in topics
    )


def outcome(pair: Pair, meeting: Meeting, *, again: bool = False) -> Post:
    """How did it go?"""
    id, agent = str(meeting.id), mention(pair.attendee.id)
    more = " This is the last time I ask." if again else ""
    text = f"Did you meet {agent}, as planned for {when(meeting.starts_at, pair.organizer)}? One press is enough.{more}"
    answers = [
        Button("We met", action_id=names.MET, value=id, style="primary"),
        Button("Not yet", action_id=MISSED, value=id),
        Button("We moved it", action_id=names.MOVE, value=id),
        Button("We skip it", action_id=names.SKIPPED, value=id),
    ]
    return meetings.outcome_card(meeting, pair.organizer, text, answers)


def recorded(pair: Pair, meeting: Meeting, words: str = "") -> Post:
    """What became of it, and when the next one is due. Words that were typed with it are given back."""
    agent, due = mention(pair.attendee.id), on(pair.series.due_on)
    match meeting.state:
        case State.MET if not meeting.is_confirmed:
            text = f"I take it that you met {agent} as planned. The next one is due by {due}."
        case State.MET:
            text = f":white_check_mark: Good that you met {agent}. The next one is due by {due}."
        case State.MISSED:
            text = f"That happens. {agent} comes first in the next round."
        case State.SKIPPED:
            text = f"Left out this time. With {agent} the next one is due by {due}."
        case _:
            text = f"With {agent}: {when(meeting.starts_at, pair.organizer)}."
    text += f"\nI haven't saved this anywhere:\n>{shortened(escape(words), 2000)}" if words else ""
    buttons = [Button("Write it down", action_id=names.OPEN, value=f"0:{pair.attendee.id}")]
    if not meeting.is_confirmed:
        buttons = [Button("We did not", action_id=MISSED, value=str(meeting.id))]
    shown = buttons if meeting.state == State.MET else []
    return meetings.outcome_card(meeting, pair.organizer, text, shown)


def asked_for(pair: Pair, about: Sequence[str]) -> Post:
    """To the leader: somebody would like to talk."""
    words = "".join(f"\n>{shortened(escape(each), 500)}" for each in about)
    text = shortened(f"{mention(pair.attendee.id)} would like a one-on-one with you, when it suits you.{words}", 2900)
    return meetings.named_card(_wish(pair), text, buttons(f"0:{pair.series.id}"))


def wish_answered(pair: Pair, answer: Mapping[str, str], told: str = "") -> Post:
    """Say on the card of a wish what the leader has done about it, wherever they did it, as they were told there."""
    text = told or f"{mention(pair.attendee.id)} asked for a one-on-one.\n:white_check_mark: {answer_told(answer)}"
    return meetings.named_card(_wish(pair), text)


def _wish(pair: Pair) -> str:
    return f"oneonone:asked:{pair.series.id}"


YOURS = "It is your time: bring what you like. `/1on1 topic …` keeps a topic for it."


def card(pair: Pair, meeting: Meeting, reader: Person, links: str = "") -> Post:
    """How things stand, as one of the two reads it."""
    match meeting.state:
        case State.REQUESTED:
            return _proposal(pair, meeting) if reader is pair.attendee else _asked(pair, meeting)
        case State.COUNTERED:
            return _suggested(pair, meeting) if reader is pair.attendee else _suggestion(pair, meeting)
        case State.PLANNED:
            return _planned(pair, meeting, reader, links)
        case _:
            return _over(pair, meeting, reader)


def _proposal(pair: Pair, meeting: Meeting) -> Post:
    id, agent = str(meeting.id), pair.attendee
    text = (
        f"{mention(pair.organizer.id)} would like to sit down with you for {meeting.minutes} minutes, just the two of "
        "you. Which time suits you?"
    )
    times = [
        Button(short(at, agent), action_id=f"{names.PICK}:{nth}", value=f"{id}:{int(at.timestamp())}")
        for nth, at in enumerate(meeting.times)
    ]
    return meetings.card(meeting, agent, text, [*times, Button("Another time", action_id=OTHER_TIME, value=id)], YOURS)


def _asked(pair: Pair, meeting: Meeting) -> Post:
    return meetings.card(
        meeting, pair.organizer, f"I asked {mention(pair.attendee.id)} for a time: {times(meeting, pair.organizer)}."
    )


def times(meeting: Meeting, reader: Person) -> str:
    """The times to choose from, in a line."""
    return " · ".join(short(at, reader) for at in meeting.times)


def _suggested(pair: Pair, meeting: Meeting) -> Post:
    at = when(meeting.times[0], pair.attendee)
    return meetings.card(
        meeting, pair.attendee, f"You suggested {at}. {mention(pair.organizer.id)} has your suggestion."
    )


def _suggestion(pair: Pair, meeting: Meeting) -> Post:
    id, value = str(meeting.id), f"0:{meeting.series_id}"
    at = when(meeting.times[0], pair.organizer)
    text = f"{mention(pair.attendee.id)} suggests {at} for your one-on-one. Does it suit you?"
    answers = [
        Button("It suits me", action_id=YES, value=id, style="primary"),
        Button("Propose other times", action_id=names.OTHERS, value=id),
        Button("Not this time", action_id=names.SKIP, value=value),
    ]
    return meetings.card(meeting, pair.organizer, text, answers)


def _planned(pair: Pair, meeting: Meeting, reader: Person, links: str) -> Post:
    id, other = str(meeting.id), mention(meeting.other(reader.id))
    text = f":calendar: Your one-on-one with {other}: *{when(meeting.starts_at, reader)}*, {meeting.minutes} minutes."
    answers = [
        Button("Open it", action_id=names.OPEN, value=f"0:{meeting.other(reader.id)}"),
        Button("Move it", action_id=names.MOVE, value=id),
        Button("Call it off", action_id=CANCEL, value=id),
    ]
    note = YOURS if reader is pair.attendee else "Two hours before I show you both what you want to talk about."
    return meetings.card(meeting, reader, text, answers, f"{links}{note}")


def _over(pair: Pair, meeting: Meeting, reader: Person) -> Post:
    other = mention(meeting.other(reader.id))
    day = on(reader.local(meeting.starts_at).date())
    match meeting.state:
        case State.MET if not meeting.is_confirmed:
            text = f"Your one-on-one with {other} was on {day}."
        case State.MET:
            text = f":white_check_mark: You and {other} had your one-on-one on {day}."
        case State.MISSED:
            text = f"Your one-on-one with {other} has not happened yet; it comes first when times are found again."
        case State.CANCELLED:
            text = f"Your one-on-one with {other}{_when(meeting, day)} is called off. Another one comes."
        case State.EXPIRED:
            text = f"These times for your one-on-one with {other} have passed. Others will come."
        case _:
            text = f"There is no one-on-one with {other} this time; the next one comes."
    return meetings.card(meeting, reader, text)


def _when(meeting: Meeting, day: str) -> str:
    """Its day, where one was agreed on."""
    return "" if meeting.offered else f" on {day}"


def gone(at: datetime, reader: Person) -> Post:
    """A time was picked that has passed or that somebody else has taken."""
    return Post(f"{when(at, reader)} isn't free any more. The card above shows times that are.")


def left_out(pair: Pair) -> Post:
    return Post(f"Not this time. {mention(pair.attendee.id)} is due again by {on(pair.series.due_on)}.")


def moved(meeting: Meeting, by: Person, reader: Person) -> str:
    """What a new time is told with."""
    return f"{mention(by.id)} moved your one-on-one to {when(meeting.starts_at, reader)}."


def comment(meeting: Meeting, by: Person | None, reader: Person) -> str:
    """What an invitation, or its end, is shown with; `by` is whose answer it was."""
    cannot_be = "Your one-on-one is called off, since one of you is in another place now. Thank you both."
    called_off = "called off your one-on-one. Another one comes."
    return meetings.comment(meeting, by, reader, called_off=called_off, cannot_be=cannot_be)


def met_sooner(leader: Person) -> str:
    return f"{mention(leader.id)} says that you have met already, so this one goes from your calendar."


def title(pair: Pair) -> str:
    """What a calendar calls it."""
    return f"One-on-one: {pair.organizer.name} and {pair.attendee.name}"
