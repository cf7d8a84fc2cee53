"""Build the cards of a sponsor visit: for the sponsor, the host and the team's leaders."""

from collections.abc import Mapping

from slackblocks import Button

from bot.meetings.models import Meeting, State
from bot.meetings.policy import NO_LINKS
from bot.meetings.rules import Pair
from bot.messages import meetings
from bot.messages.meetings import MISSED, OTHER_TIME, SideBySide
from bot.messages.times import when
from bot.messages.visits import names
from bot.org.people import Person
from bot.slack.mrkdwn import mention
from bot.slack.post import Post
from bot.text.formats import clock, on

FOR_NAMED_HOST = (
    "Nothing to prepare: work as usual and say what gets in your way. It's not an appraisal, and nothing goes on your "
    "record. You can say no without giving a reason"
)
FOR_HOSTS = f"{FOR_NAMED_HOST}; nobody sees who said no."
FOR_SPONSORS = "Watch, listen, and ask what gets in the way. Afterwards, I'll ask you three short questions."
DESCRIPTION = "Nothing to prepare: the host works as usual; the visitor watches, listens and asks what gets in the way."
"""The description in the calendar event of both people."""


def card(pair: Pair, meeting: Meeting, reader: Person, links: Mapping[str, str] = NO_LINKS) -> Post:
    """Build the card of a visit in its current state, as one of the two people sees it."""
    return meetings.side_by_side(WORDS, pair, meeting, reader, links)


def closed_host_card(pair: Pair, meeting: Meeting, *, has_answered: bool) -> Post:
    """Build the card that a host sees after saying no to a visit, or when an answer is no longer needed."""
    return meetings.declined_answer(pair, meeting, _passed_by(pair, meeting, has_answered=has_answered))


def _declined(pair: Pair, meeting: Meeting) -> str:
    return _passed_by(pair, meeting, has_answered=meeting.is_confirmed)


def _passed_by(pair: Pair, meeting: Meeting, *, has_answered: bool) -> str:
    if has_answered:
        unseen = "" if meeting.is_suggested else " Nobody sees who said no."
        return f"OK.{unseen} If you'd rather not be asked at all, you can change that here."
    return f"You no longer need to answer {_sponsor(pair)} about the visit."


def _sponsor(pair: Pair) -> str:
    return f"{mention(pair.organizer.id)} (your team's sponsor)"


def _question(pair: Pair, meeting: Meeting) -> tuple[str, str]:
    at = when(meeting.starts_at, pair.attendee)
    if meeting.is_suggested:
        return f"{_sponsor(pair)} suggests *{at}* instead. Does that work for you?", f"{FOR_NAMED_HOST}."
    text = (
        f"{_sponsor(pair)} would like to sit with you for {meeting.minutes} minutes and learn from your work. "
        f"Does *{at}* work for you?"
    )
    return text, FOR_HOSTS


def _asking(pair: Pair, meeting: Meeting) -> str:
    at, host = when(meeting.starts_at, pair.organizer), mention(pair.attendee.id)
    if meeting.is_suggested:
        return f"I'm asking {host} to host your visit at another time: {at}. I'll tell you when it's booked."
    return (
        f"I'm asking an agent in <#{pair.team.channel_id}> to host your visit: {at}. I'll tell you when someone says "
        "yes."
    )


def _planned(pair: Pair, reader: Person) -> tuple[str, str]:
    if reader is pair.attendee:
        note = "Nothing to prepare: work as usual and say what gets in your way."
        return f"{_sponsor(pair)} is sitting with you", note
    return f"you're visiting <#{pair.team.channel_id}>, hosted by {mention(pair.attendee.id)}", FOR_SPONSORS


def _written(pair: Pair, meeting: Meeting) -> str:
    day = on(pair.organizer.local(meeting.starts_at), pair.organizer.locale)
    return f":white_check_mark: You visited <#{pair.team.channel_id}> on {day}."


def _over(pair: Pair, meeting: Meeting, reader: Person) -> str:
    other, day = mention(pair.other(reader).id), on(reader.local(meeting.starts_at), reader.locale)
    is_host = reader is pair.attendee
    match meeting.state:
        case State.MET:
            return f":white_check_mark: {other} sat with you on {day}. Thanks for hosting."
        case State.MISSED if is_host:
            return f"As far as I know, {other} didn't visit on {day}."
        case State.MISSED:
            return "The visit didn't happen. `/shadow visits` shows new times."
        case State.DECLINED:
            return f"{day} doesn't work for the team. `/shadow visits` shows other times."
        case State.EXPIRED:
            return "The time for this visit has passed, so nothing is booked."
        case State.CANCELLED if is_host and not meeting.is_invited:
            return f"The visit on {day} is cancelled. You don't need to answer."
        case _:
            what = f"{other}'s visit" if is_host else f"Your visit to <#{pair.team.channel_id}>"
            return f"{what} on {day} is cancelled."


WORDS = SideBySide(names.READ, _question, _asking, _planned, _declined, _written, _over)


def outcome(pair: Pair, meeting: Meeting, *, again: bool = False) -> Post:
    """Ask the sponsor for the debrief of a visit."""
    id = str(meeting.id)
    more = " I won't ask again." if again else ""
    text = (
        f"How was your visit to <#{pair.team.channel_id}>? Three questions (3 minutes): what works, what gets in "
        f"the agents' way, and what you'll do about it.{more}"
    )
    answers = [
        Button("Answer", action_id=names.DEBRIEF, value=id, style="primary"),
        Button("It didn't happen", action_id=MISSED, value=id),
        Button("We moved it", action_id=OTHER_TIME, value=id),
    ]
    return meetings.outcome_card(meeting, pair.organizer, text, answers)


def recorded(pair: Pair, meeting: Meeting) -> Post:
    """Build the card that asked for the debrief of a visit, as it appears once the outcome has been recorded."""
    text = "OK, another time. `/shadow visits` shows what's booked."
    if meeting.state == State.MET:
        text = (
            ":white_check_mark: Thanks for visiting the team. Only you can read your answers, except for any promise, "
            "which the team's leaders see too. Themes are counted without names."
        )
    elif meeting.state == State.MISSED:
        text = "OK, the visit didn't happen. If it did after all, you can answer in `/shadow visits` for two weeks."
    notes = [Button("Read my notes", action_id=names.READ, value=str(meeting.id))]
    return meetings.outcome_card(meeting, pair.organizer, text, notes if meeting.state == State.MET else [])


def reminder(pair: Pair, meeting: Meeting, reader: Person) -> Post:
    """Remind one of the two people on the morning of the visit."""
    at, sponsor = clock(reader.local(meeting.starts_at), reader.locale), mention(pair.organizer.id)
    text = f"{sponsor} is sitting with you at {at}. Nothing to prepare, just work as usual."
    if reader is pair.organizer:
        text = (
            f"you're visiting <#{pair.team.channel_id}> at {at} for {meeting.minutes} minutes, "
            f"hosted by {mention(pair.attendee.id)}. {FOR_SPONSORS}"
        )
    return meetings.reminder(meeting, reader, text)


def comment(meeting: Meeting, by: Person | None, reader: Person) -> str:
    """Return the comment on a visit's invitation or cancellation file; `by` is the person who answered."""
    return meetings.comment(meeting, by, reader, what="the visit")


def title(pair: Pair) -> str:
    """Return the title of a visit in calendars."""
    return f"Sponsor visit: {pair.organizer.name} in #{pair.team.name}, hosted by {pair.attendee.name}"


LEADERS_CARDS = "meeting:%:leader"
"""The SQL pattern of the names of the leaders' cards."""


def leader_card(pair: Pair, meeting: Meeting, leader: Person) -> Post:
    """Build the card about a visit for one of the team's leaders; it is edited whenever the visit changes."""
    return meetings.card(
        meeting, leader, f"{_leader_text(pair, meeting)} {_leader_time(meeting, leader)}", what="leader"
    )


def _leader_text(pair: Pair, meeting: Meeting) -> str:
    sponsor, channel = mention(pair.organizer.id), f"<#{pair.team.channel_id}>"
    match meeting.state:
        case State.PLANNED:
            return (
                f":busts_in_silhouette: Booked: {sponsor} is visiting {channel}, hosted by {mention(pair.attendee.id)},"
            )
        case State.MET:
            return f":white_check_mark: {sponsor} visited {channel} on"
        case State.MISSED:
            return f"As far as I know, {sponsor} didn't visit {channel} on"
        case _:
            return f"Cancelled: {sponsor}'s visit to {channel} on"


def _leader_time(meeting: Meeting, leader: Person) -> str:
    if meeting.state == State.PLANNED:
        return f"*{when(meeting.starts_at, leader)}*, {meeting.minutes} minutes."
    return f"{on(leader.local(meeting.starts_at).date())}."
