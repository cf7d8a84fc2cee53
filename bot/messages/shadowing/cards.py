"""Build the cards of a shadowing session: the question to the agent, the booking, the outcome."""

from collections.abc import Mapping

from slackblocks import Button

from bot.meetings.models import Meeting, State
from bot.meetings.policy import NO_LINKS
from bot.meetings.rules import Pair
from bot.messages import meetings
from bot.messages.followups.cards import View
from bot.messages.meetings import MISSED, OTHER_TIME, SideBySide
from bot.messages.shadowing import names
from bot.messages.times import when
from bot.org.people import Person
from bot.slack.mrkdwn import mention
from bot.slack.post import Post
from bot.text.formats import clock, on

HOW = (
    "Nothing to prepare: work as usual and say what gets in your way. It's not an appraisal, and nothing goes on your "
    "record. You can say no without giving a reason; {leader} only hears “not this time”."
)


def card(pair: Pair, meeting: Meeting, reader: Person, links: Mapping[str, str] = NO_LINKS) -> Post:
    """Build the card of a shadowing session in its current state, as one of the two people sees it."""
    return meetings.side_by_side(WORDS, pair, meeting, reader, links)


def _question(pair: Pair, meeting: Meeting) -> tuple[str, str]:
    at, leader = when(meeting.starts_at, pair.attendee), mention(pair.organizer.id)
    if meeting.is_suggested:
        return f"{leader} suggests *{at}* instead. Does that work for you?", HOW.format(leader=leader)
    text = (
        f"{leader} would like to sit with you for {meeting.minutes} minutes and learn from your work. "
        f"Does *{at}* work for you?"
    )
    return text, HOW.format(leader=leader)


def _asking(pair: Pair, meeting: Meeting) -> str:
    agent = mention(pair.attendee.id)
    at = when(meeting.starts_at, pair.organizer)
    return f"I've asked {agent} for a shadowing session: {at}. I'll tell you when {agent} answers."


def _planned(pair: Pair, reader: Person) -> tuple[str, str]:
    if reader is pair.attendee:
        return f"{mention(pair.organizer.id)} is sitting with you", ""
    return f"you're sitting with {mention(pair.attendee.id)}", ""


def _declined(pair: Pair, meeting: Meeting) -> str:
    return (
        f"OK. {mention(pair.organizer.id)} only hears “not this time”. If you'd rather not be asked at all, you can "
        "change that "
        "here. Nobody sees that."
    )


def _written(pair: Pair, meeting: Meeting) -> str:
    day = on(pair.organizer.local(meeting.starts_at), pair.organizer.locale)
    return f":white_check_mark: You sat with {mention(pair.attendee.id)} on {day}."


def _over(pair: Pair, meeting: Meeting, reader: Person) -> str:
    other, day = mention(meeting.other(reader.id)), on(reader.local(meeting.starts_at), reader.locale)
    match meeting.state:
        case State.MET:
            return f":white_check_mark: {other} sat with you on {day}. Thanks for hosting."
        case State.MISSED if reader is pair.attendee:
            return f"As far as I know, your shadowing session with {other} on {day} didn't happen."
        case State.MISSED:
            return f"OK, it didn't happen. {other} comes first next time; see `/shadow`."
        case State.DECLINED:
            return f"Sitting with {other} won't work this time. `/shadow` shows who is next."
        case State.EXPIRED:
            return f"The time for your shadowing session with {other} has passed, so nothing is booked."
        case _:
            return f"Your shadowing session with {other} on {day} is cancelled."


WORDS = SideBySide(names.READ, _question, _asking, _planned, _declined, _written, _over)


def outcome(pair: Pair, meeting: Meeting, *, again: bool = False) -> Post:
    """Ask the leader to wrap up a shadowing session."""
    id = str(meeting.id)
    more = " I won't ask again." if again else ""
    text = (
        f"How did it go with {mention(pair.attendee.id)}? Note what you learnt and one roadblock you'll take on "
        f"(2 minutes).{more}"
    )
    answers = [
        Button("Wrap up", action_id=names.WRAP_UP, value=f"{id}:", style="primary"),
        Button("It didn't happen", action_id=MISSED, value=id),
        Button("We moved it", action_id=OTHER_TIME, value=id),
    ]
    return meetings.outcome_card(meeting, pair.organizer, text, answers)


def recorded(pair: Pair, meeting: Meeting) -> Post:
    """Build the card that asked for a wrap-up, as it appears once the session's outcome has been recorded."""
    agent = mention(pair.attendee.id)
    if meeting.state == State.MET:
        text = f"{_written(pair, meeting)} Only you can read what you learnt."
    elif meeting.state == State.MISSED:
        text = f"OK, it didn't happen. {agent} comes first next time. If you did meet, use `/shadow done`."
    else:
        text = f"OK, another time with {agent}. `/shadow` shows who's next."
    notes = [Button("Read my notes", action_id=names.READ, value=str(meeting.id))]
    return meetings.outcome_card(meeting, pair.organizer, text, notes if meeting.state == State.MET else [])


def reminder(pair: Pair, meeting: Meeting, reader: Person) -> Post:
    """Remind one of the two people an hour before their shadowing session."""
    at = clock(reader.local(meeting.starts_at), reader.locale)
    text = f"{mention(pair.organizer.id)} is sitting with you at {at}. Nothing to prepare, just work as usual."
    if reader is pair.organizer:
        text = (
            f"you're sitting with {mention(pair.attendee.id)} at {at}, for {meeting.minutes} minutes. "
            "Watch, listen, and ask what gets in the way."
        )
    return meetings.reminder(meeting, reader, text)


def comment(meeting: Meeting, by: Person | None, reader: Person) -> str:
    """Return the comment on a shadowing session's invitation or cancellation file; `by` is the person who answered."""
    return meetings.comment(meeting, by, reader, what="your shadowing session")


def title(pair: Pair) -> str:
    """Return the title of a shadowing session in calendars."""
    return f"Shadowing: {pair.organizer.name} with {pair.attendee.name}"


def roadblock_taken_note(view: View) -> str:
    """Tell the agent which roadblock the leader took on."""
    leader = mention(view.followup.owner_id or "")
    return f"After sitting with you, {leader} wants to clear this roadblock by *{on(view.due_on)}*:"
