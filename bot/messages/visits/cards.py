"""A visit's cards: the sponsor's, the host's, and what the team's leaders hear."""

from slackblocks import Button

from bot.features.visits.rules import Promise
from bot.meetings.models import Meeting, State
from bot.meetings.rules import Pair
from bot.messages import meetings
from bot.messages.meetings import MISSED, OTHER_TIME, SideBySide
from bot.messages.times import on, when
from bot.messages.visits import names
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post

FOR_HOSTS = (
    "Nothing to prepare: work as you always do, and say what gets in your way. What they write down is no record about "
    "you. A no needs no reason, and then somebody else is asked."
)
FOR_SPONSORS = "Watch, listen, and ask what gets in their way. Afterwards I ask you three short questions."
DESCRIPTION = (
    "Nothing to prepare: the host works as always, the visitor watches, listens, and asks what gets in the way."
)
"""What stands in the invitation, for both."""


def card(pair: Pair, meeting: Meeting, reader: Person, links: str = "") -> Post:
    """How things stand, as one of the two reads it."""
    return meetings.side_by_side(WORDS, pair, meeting, reader, links)


def passed_by(pair: Pair, meeting: Meeting, *, has_answered: bool) -> Post:
    """To a host who said no, or nothing: that is all right."""
    return meetings.may_refuse(pair, meeting, _passed_by(pair, has_answered=has_answered))


def _declined(pair: Pair, meeting: Meeting) -> str:
    return _passed_by(pair, has_answered=meeting.is_confirmed)


def _passed_by(pair: Pair, *, has_answered: bool) -> str:
    if has_answered:
        return (
            "All right, not this time; nobody is told. If you would rather not be asked at all, that is fine too: "
            "choose it here."
        )
    return f"You did not get to it, which is fine: there is nothing for you to do about the visit of {_sponsor(pair)}."


def _sponsor(pair: Pair) -> str:
    return f"{mention(pair.organizer.id)} (your team's sponsor)"


def _question(pair: Pair, meeting: Meeting) -> tuple[str, str]:
    at = when(meeting.starts_at, pair.attendee)
    if meeting.is_invited:
        return f"{_sponsor(pair)} would like to come *{at}* instead. Would that be all right?", FOR_HOSTS
    text = (
        f"{_sponsor(pair)} would like to sit beside you for {meeting.minutes} minutes and learn from your work; it is "
        f"not an appraisal. *{at}*: would that be all right?"
    )
    return text, FOR_HOSTS


def _asking(pair: Pair, meeting: Meeting) -> str:
    whom = mention(pair.attendee.id) if meeting.is_invited else f"an agent of <#{pair.team.channel_id}>"
    return (
        f"Good: {when(meeting.starts_at, pair.organizer)}. I'm asking {whom} whether that suits them, "
        "and you hear from me when I have a yes."
    )


def _planned(pair: Pair, reader: Person) -> tuple[str, str]:
    if reader is pair.attendee:
        note = "Nothing to prepare: work as you always do, and say what gets in your way."
        return f"{_sponsor(pair)} sits beside you, to learn from your work", note
    return f"You visit <#{pair.team.channel_id}>, beside {mention(pair.attendee.id)}", FOR_SPONSORS


def _written(pair: Pair, meeting: Meeting) -> str:
    day = on(pair.organizer.local(meeting.starts_at).date())
    return f":white_check_mark: You visited <#{pair.team.channel_id}> on {day}. Being there says that the work matters."


def _over(pair: Pair, meeting: Meeting, reader: Person) -> str:
    other, day = mention(pair.other(reader).id), on(reader.local(meeting.starts_at).date())
    is_host = reader is pair.attendee
    match meeting.state:
        case State.MET:
            return f":white_check_mark: {other} sat beside you on {day}. Thank you for having them."
        case State.MISSED if is_host:
            return f"As far as I know, {other} didn't sit beside you on {day}. Nothing is lost; they may ask again."
        case State.MISSED:
            return "That happens. `/shadow visits` shows other times."
        case State.DECLINED:
            return f"Another time, then: {day} does not suit the team. `/shadow visits` shows other times."
        case State.EXPIRED:
            return "That time has passed without an answer, which is fine. Another time, then."
        case State.CANCELLED if is_host and not meeting.is_invited:
            return f"The visit on {day} is off, so there is nothing to answer any more. Thank you all the same."
        case _:
            what = f"{other} sits beside you" if is_host else f"you visit <#{pair.team.channel_id}>"
            return f"It is called off that {what} on {day}."


WORDS = SideBySide(names.READ, _question, _asking, _planned, _declined, _written, _over)


def outcome(pair: Pair, meeting: Meeting, *, again: bool = False) -> Post:
    """How was it?"""
    id = str(meeting.id)
    more = " This is the last time I ask." if again else ""
    text = (
        f"How was your visit to <#{pair.team.channel_id}>? Three questions, three minutes: what works, what stands in "
        f"the agents' way, and what you will do about it.{more}"
    )
    answers = [
        Button("Write it down", action_id=names.DEBRIEF, value=id, style="primary"),
        Button("It did not happen", action_id=MISSED, value=id),
        Button("We moved it", action_id=OTHER_TIME, value=id),
    ]
    return meetings.outcome_card(meeting, pair.organizer, text, answers)


def recorded(pair: Pair, meeting: Meeting) -> Post:
    """The same card, once it is answered or let go."""
    text = "Another time, then. `/shadow visits` shows what is planned."
    if meeting.state == State.MET:
        text = (
            ":white_check_mark: Thanks for going. Only you can read what you wrote, but for a promise, which the "
            "team's leaders read too. Themes are counted."
        )
    elif meeting.state == State.MISSED:
        text = "That happens. If you were there after all, `/shadow visits` lets you write it down for two weeks."
    return meetings.outcome_card(meeting, pair.organizer, text)


def reminder(pair: Pair, meeting: Meeting, reader: Person) -> Post:
    """On the day, as it begins."""
    at, sponsor = f"{reader.local(meeting.starts_at):%H:%M}", mention(pair.organizer.id)
    text = f":hourglass: Today at {at} {sponsor} sits beside you. Nothing to prepare; work as you always do."
    if reader is pair.organizer:
        text = (
            f":hourglass: Today at {at} you visit <#{pair.team.channel_id}>, beside {mention(pair.attendee.id)}, for "
            f"{meeting.minutes} minutes. {FOR_SPONSORS}"
        )
    return meetings.card(meeting, reader, text, what="reminder")


def comment(meeting: Meeting, by: Person | None, reader: Person) -> str:
    """What an invitation, or its end, is shown with; `by` is whose answer it was."""
    cannot_be = "The visit is called off, since one of you is in another place now. Thank you both."
    return meetings.comment(meeting, by, reader, called_off="called off the visit.", cannot_be=cannot_be)


def title(pair: Pair) -> str:
    """What a calendar calls it."""
    return f"{pair.organizer.name} visits #{pair.team.name}, beside {pair.attendee.name}"


LEADERS_CARDS = ("meeting:%:leader", "promise:%")
"""The names of all the cards here, as patterns of SQL."""


def leader_card(pair: Pair, meeting: Meeting, leader: Person) -> Post:
    """One card for each of them, edited as things change."""
    return meetings.card(
        meeting, leader, f"{_leader_text(pair, meeting)} {_leader_time(meeting, leader)}", what="leader"
    )


def _leader_text(pair: Pair, meeting: Meeting) -> str:
    sponsor, channel = mention(pair.organizer.id), f"<#{pair.team.channel_id}>"
    match meeting.state:
        case State.PLANNED:
            return f":busts_in_silhouette: {sponsor} visits {channel}, beside {mention(pair.attendee.id)}:"
        case State.MET:
            return f":white_check_mark: {sponsor} visited {channel} on"
        case State.MISSED:
            return f"As far as I know, the visit of {sponsor} to {channel} didn't happen:"
        case _:
            return f"The visit of {sponsor} to {channel} is called off:"


def _leader_time(meeting: Meeting, leader: Person) -> str:
    if meeting.state == State.PLANNED:
        return f"*{when(meeting.starts_at, leader)}*, {meeting.minutes} minutes."
    return f"{on(leader.local(meeting.starts_at).date())}."


def promise_card(team: Team, promise: Promise, sponsor_id: str, leader: Person, *, is_kept: bool = False) -> Post:
    """The promise in the sponsor's words."""
    by = f" by {on(promise.due_on)}" if promise.due_on and not is_kept else ""
    verb = "kept a promise to" if is_kept else "promised"
    sign = ":white_check_mark: " if is_kept else ""
    words = shortened(escape(promise.words), 2800)
    text = f"{sign}{mention(sponsor_id)} {verb} <#{team.channel_id}>{by}:\n>{words}"
    return meetings.named_card(f"promise:{promise.id}:{leader.id}", text)
