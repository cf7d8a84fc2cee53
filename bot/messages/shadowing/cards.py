"""What is said of a shadow session: the question, what is planned, what became of it."""

from slackblocks import Button

from bot.features.shadowing.wrap_ups import OwnedRoadblock
from bot.meetings.models import Meeting, State
from bot.meetings.rules import Pair
from bot.messages import meetings
from bot.messages.meetings import MISSED, OTHER_TIME, SideBySide
from bot.messages.shadowing import names
from bot.messages.times import on, when
from bot.org.people import Person
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post

MEANS = (
    "Nothing to prepare: work as you always do, and say what gets in your way. What they write down is no record about "
    "you. A no needs no reason; they only hear “another time, then”."
)


def card(pair: Pair, meeting: Meeting, reader: Person, links: str = "") -> Post:
    """How things stand, as one of the two reads it."""
    return meetings.side_by_side(WORDS, pair, meeting, reader, links)


def _question(pair: Pair, meeting: Meeting) -> tuple[str, str]:
    at, leader = when(meeting.starts_at, pair.attendee), mention(pair.organizer.id)
    if meeting.is_invited:
        return f"{leader} would like to come *{at}* instead. Would that be all right?", MEANS
    text = (
        f"{leader} would like to sit beside you for {meeting.minutes} minutes and learn from your work; it is not an "
        f"appraisal. *{at}*: would that be all right?"
    )
    return text, MEANS


def _asking(pair: Pair, meeting: Meeting) -> str:
    return (
        f"I am asking {mention(pair.attendee.id)} whether you may sit beside them, "
        f"{when(meeting.starts_at, pair.organizer)}. You hear from me when they have answered."
    )


def _planned(pair: Pair, reader: Person) -> tuple[str, str]:
    if reader is pair.attendee:
        return f"{mention(pair.organizer.id)} sits beside you, to learn from your work", ""
    return f"You sit beside {mention(pair.attendee.id)}", ""


def _declined(pair: Pair, meeting: Meeting) -> str:
    return (
        f"All right, not this time; {mention(pair.organizer.id)} only hears “another time, then”. If you would rather "
        "not be asked at all, that is fine too: choose it here, and nobody is told."
    )


def _written(pair: Pair, meeting: Meeting) -> str:
    day = on(pair.organizer.local(meeting.starts_at).date())
    return f":white_check_mark: You sat beside {mention(pair.attendee.id)} on {day}. That is where one learns."


def _over(pair: Pair, meeting: Meeting, reader: Person) -> str:
    other, day = mention(meeting.other(reader.id)), on(reader.local(meeting.starts_at).date())
    is_agent = reader is pair.attendee
    match meeting.state:
        case State.MET:
            return f":white_check_mark: {other} sat beside you on {day}. Thank you for having them."
        case State.MISSED if is_agent:
            return f"As far as I know, {other} didn't sit beside you on {day}. They may ask you again."
        case State.MISSED:
            return f"That happens. {other} comes first in the next round; `/shadow` shows it."
        case State.DECLINED:
            return f"Another time, then: it does not suit {other} just now. `/shadow` names who is next."
        case State.EXPIRED if is_agent:
            return f"That time has passed; nothing is planned with {other}."
        case State.EXPIRED:
            return f"That time has passed without an answer, which is fine. Another time, then, with {other}."
        case _:
            beside = f"{other} sits beside you" if is_agent else f"you sit beside {other}"
            return f"It is called off that {beside} on {day}."


WORDS = SideBySide(names.READ, _question, _asking, _planned, _declined, _written, _over)


def outcome(pair: Pair, meeting: Meeting, *, again: bool = False) -> Post:
    """How was it?"""
    id = str(meeting.id)
    more = " This is the last time I ask." if again else ""
    text = (
        f"How was it beside {mention(pair.attendee.id)}? Two minutes now keep what you learnt, and one roadblock you "
        f"would take on for them.{more}"
    )
    answers = [
        Button("Wrap it up", action_id=names.WRAP_UP, value=f"{id}:", style="primary"),
        Button("It did not happen", action_id=MISSED, value=id),
        Button("We moved it", action_id=OTHER_TIME, value=id),
    ]
    return meetings.outcome_card(meeting, pair.organizer, text, answers)


def recorded(pair: Pair, meeting: Meeting) -> Post:
    """The same card, once it is answered or let go."""
    agent = mention(pair.attendee.id)
    if meeting.state == State.MET:
        text = f":white_check_mark: Good that you sat beside {agent}. Only you can read what you learnt."
    elif meeting.state == State.MISSED:
        text = f"That happens. {agent} comes first in the next round. If you did meet, `/shadow done` wraps it up."
    else:
        text = f"Another time, then, beside {agent}."
    return meetings.outcome_card(meeting, pair.organizer, text)


def reminder(pair: Pair, meeting: Meeting, reader: Person) -> Post:
    """An hour before."""
    at = f"{reader.local(meeting.starts_at):%H:%M}"
    text = (
        f":hourglass: At {at} {mention(pair.organizer.id)} sits beside you. Nothing to prepare; work as you always do."
    )
    if reader is pair.organizer:
        text = (
            f":hourglass: At {at} you sit beside {mention(pair.attendee.id)}, for {meeting.minutes} minutes. Watch, "
            "listen, and ask what gets in their way."
        )
    return meetings.card(meeting, reader, text, what="reminder")


def comment(meeting: Meeting, by: Person | None, reader: Person) -> str:
    """What an invitation, or its end, is shown with; `by` is whose answer it was."""
    cannot_be = "Your time side by side is called off, since one of you is in another place now. Thank you both."
    return meetings.comment(meeting, by, reader, called_off="called off your time side by side.", cannot_be=cannot_be)


def title(pair: Pair) -> str:
    """What a calendar calls it."""
    return f"{pair.organizer.name} sits beside {pair.attendee.name}"


def roadblock_card(roadblock: OwnedRoadblock, leader_id: str, agent: Person) -> Post:
    """To whoever they sat beside: what the leader will clear away, and later that it is gone."""
    words = shortened(escape(roadblock.words), 2800)
    text = (
        f"After sitting beside you, {mention(leader_id)} wants to clear this away by {on(roadblock.due_on)}:\n>{words}"
    )
    if roadblock.is_done:
        text = f":white_check_mark: {mention(leader_id)} says that this is out of the way:\n>{words}"
    return meetings.named_card(f"roadblock:{roadblock.id}:{agent.id}", text)
