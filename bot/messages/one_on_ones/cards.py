"""Build the cards of one-on-ones (times, booking, outcome) for each of the two people, and the cards of requests."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from slackblocks import Block, Button, SectionBlock

from bot.features.one_on_ones.notes import Entry, PairNotes
from bot.followups.models import Followup
from bot.meetings.models import Meeting, State
from bot.meetings.policy import NO_LINKS
from bot.meetings.rules import Pair
from bot.messages import meetings
from bot.messages.meetings import CANCEL, MISSED, OTHER_TIME, YES
from bot.messages.one_on_ones import names
from bot.messages.one_on_ones.next_meetings import next_text, propose_button
from bot.messages.one_on_ones.nudges import answer_buttons, describe_answer
from bot.messages.times import short, when
from bot.org.people import Person
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post, menu
from bot.text.formats import on

IN_TWO_HOURS = "prep"


def preparation(
    pair: Pair, meeting: Meeting, reader: Person, kept: PairNotes, thanks: Sequence[str], spiked: str = "",
    open_followups: Sequence[Followup] = (),
) -> Post:  # fmt: skip
    """Build the post that prepares a one-on-one two hours ahead, in the thread of its card.

    It has the topics, open promises and roadblocks between the two, shout-outs and recent spikes.
    """
    other = meeting.other(reader.id)
    at = when(meeting.starts_at, reader)
    coming_up = f"coming up: your one-on-one with {mention(other)}, {at}, {meeting.minutes} minutes"
    text = f":hourglass: {mention(reader.id)}, {coming_up}."
    blocks: list[Block] = [SectionBlock(text, block_id="meeting")]
    for title, whose in (("Your topics", reader.id), (f"Topics from {mention(other)}", other)):
        if topics := [each for each in kept.topics if each.author_id == whose]:
            blocks.append(SectionBlock(f"*{title}*\n{topic_list(topics, pair)}", block_id=f"topics_{whose}"))
    if not kept.topics:
        blocks.append(SectionBlock("No topics yet. You can still add one.", block_id="none"))
    if open_followups:
        lines = "\n".join(f"• {_open_line(each)}" for each in open_followups)
        blocks.append(SectionBlock(f"*Still open between you*\n{lines}", block_id="followups"))
    if thanks:
        whose = "you" if reader is pair.attendee else mention(pair.attendee.id)
        lines = "\n".join(f"• {shortened(escape(each), 150)}" for each in thanks)
        blocks.append(SectionBlock(f"*Shout-outs for {whose}*\n{lines}", block_id="thanks"))
    if spiked:
        blocks.append(SectionBlock(spiked, block_id="spiked"))
    return Post(text, blocks, card=meetings.card_name(meeting, reader, IN_TWO_HOURS))


def _open_line(followup: Followup) -> str:
    """Return a line about an open promise or roadblock, with its due day."""
    due = f", due on {on(followup.due_on)}" if followup.due_on else ""
    return f"{followup.kind.capitalize()}{due}: {shortened(escape(followup.text), 150)}"


def topic_list(topics: Sequence[Entry], pair: Pair) -> str:
    """Return the topics of a one-on-one as a bulleted list, marking those from before the last meeting."""
    met_on = pair.series.met_on
    return "\n".join(
        f"• {shortened(escape(each.words), 250)}"
        + (" _(from last time)_" if met_on and pair.organizer.local(each.made_at).date() < met_on else "")
        for each in topics
    )


def outcome(pair: Pair, meeting: Meeting, *, again: bool = False) -> Post:
    """Ask the leader whether a one-on-one happened."""
    id, agent = str(meeting.id), mention(pair.attendee.id)
    more = " I won't ask again." if again else ""
    text = (
        f"Did you have your one-on-one with {agent}? It was booked for {when(meeting.starts_at, pair.organizer)}.{more}"
    )
    answers = [
        Button("We met", action_id=names.MET, value=id, style="primary"),
        Button("Not yet", action_id=MISSED, value=id),
        Button("We moved it", action_id=names.MOVE, value=id),
        Button("Skip this one", action_id=names.SKIPPED, value=id),
    ]
    return meetings.outcome_card(meeting, pair.organizer, text, answers)


def recorded(pair: Pair, meeting: Meeting, words: str = "", answer: Mapping[str, str] | None = None) -> Post:
    """Say what was recorded about a one-on-one and when the next is due, and offer to book that one.

    `words`, which are not saved, are repeated. `answer` is the leader's answer about the next one.
    """
    agent, due = mention(pair.attendee.id), on(pair.series.due_on)
    day = on(pair.organizer.local(meeting.starts_at).date())
    match meeting.state:
        case State.MET if not meeting.is_confirmed:
            text = f"I've counted your one-on-one with {agent} on {day} as done. The next one is due by {due}."
        case State.MET:
            later = next_text(pair, meeting, answer) or f"The next one is due by {due}."
            text = f":white_check_mark: You had your one-on-one with {agent} on {day}. {later}"
        case State.MISSED:
            later = next_text(pair, meeting, answer) or f"{agent} is now first on your list of one-on-ones."
            text = f"OK, not yet. {later}"
        case State.SKIPPED:
            text = f"Skipped. The next one with {agent} is due by {due}."
        case State.PLANNED:
            text = f"Your one-on-one with {agent} is booked for {when(meeting.starts_at, pair.organizer)}."
        case _:
            text = f"Your one-on-one with {agent} is cancelled."
    text += (
        f"\nI haven't saved what you typed. Copy it if you need it:\n>{shortened(escape(words), 2000)}" if words else ""
    )
    has_offer = meeting.state in (State.MET, State.MISSED) and not answer and not words
    buttons = propose_button(pair, meeting) if has_offer else []
    if meeting.state == State.MET:
        buttons.append(Button("Add notes", action_id=names.OPEN, value=f"0:{pair.attendee.id}"))
    if meeting.state == State.MET and not meeting.is_confirmed:
        buttons = [Button("We didn't meet", action_id=MISSED, value=str(meeting.id))]
    return meetings.outcome_card(meeting, pair.organizer, text, buttons)


def answered(pair: Pair, meeting: Meeting, answer: Mapping[str, str]) -> Post:
    """Show the leader's answer about the next one-on-one on their card of the one before, which has ended."""
    if meeting.state in (State.MET, State.MISSED):
        return recorded(pair, meeting, answer=answer)
    return card(pair, meeting, pair.organizer, answer=answer)


def request_card(pair: Pair, about: Sequence[str]) -> Post:
    """Tell a leader that an agent asked for a one-on-one."""
    words = "".join(f"\n>{shortened(escape(each), 500)}" for each in about)
    text = shortened(f"{mention(pair.attendee.id)} would like a one-on-one with you.{words}", 2900)
    return meetings.named_card(_wish(pair), text, answer_buttons(f"0:{pair.series.id}"))


def answered_request_card(pair: Pair, answer: Mapping[str, str], told: str = "") -> Post:
    """Show the leader's answer on the card of a request for a one-on-one.

    `told` is the text of the card on which the leader answered.
    """
    text = told or f"{mention(pair.attendee.id)} asked for a one-on-one.\n:white_check_mark: {describe_answer(answer)}"
    return meetings.named_card(_wish(pair), text)


def due_line(pair: Pair, reader: Person, today: date) -> str:
    """Say by when a pair's next one-on-one is due, or was, if that day has passed."""
    day = on(pair.series.due_on, reader.locale)
    return f"due by {day}" if pair.series.due_on >= today else f"was due on {day}"


def _wish(pair: Pair) -> str:
    return f"oneonone:asked:{pair.series.id}"


YOURS = "Bring any topic you like. Add one with `/1on1 topic …`."


def card(
    pair: Pair, meeting: Meeting, reader: Person, links: Mapping[str, str] = NO_LINKS,
    answer: Mapping[str, str] | None = None,
) -> Post:  # fmt: skip
    """Build the card of a one-on-one in its current state, as one of the two people sees it.

    `answer` is the leader's answer about the next one, after this one was cancelled or its times have passed.
    """
    match meeting.state:
        case State.REQUESTED:
            return _proposal(pair, meeting) if reader is pair.attendee else _asked(pair, meeting)
        case State.COUNTERED:
            return _suggested(pair, meeting) if reader is pair.attendee else _suggestion(pair, meeting)
        case State.PLANNED:
            return _planned(pair, meeting, reader, links)
        case _:
            return _over(pair, meeting, reader, answer)


def repeated_question(pair: Pair, meeting: Meeting, reader: Person) -> Post:
    """Build the card that repeats an unanswered question about a one-on-one; it replaces the earlier card."""
    if reader is pair.attendee:
        return _proposal(pair, meeting, again=True)
    return _suggestion(pair, meeting, again=True)


def _proposal(pair: Pair, meeting: Meeting, *, again: bool = False) -> Post:
    id, agent, leader = str(meeting.id), pair.attendee, mention(pair.organizer.id)
    if again:
        what = f"You haven't picked a time yet for your one-on-one with {leader}"
    elif pair.series.asked_at:
        what = f"Here are times for the one-on-one with {leader} that you asked for"
    else:
        nth = "next" if pair.series.met_on else "first"
        what = f"It's time to book your {nth} one-on-one with {leader}"
    text = f"{what} ({meeting.minutes} minutes). Which time works for you?"
    times = [
        Button(short(at, agent), action_id=f"{names.PICK}:{nth}", value=f"{id}:{int(at.timestamp())}")
        for nth, at in enumerate(meeting.times)
    ]
    other_time = Button("Suggest another time", action_id=OTHER_TIME, value=id)
    return meetings.card(meeting, agent, text, [*times, other_time], YOURS)


def _asked(pair: Pair, meeting: Meeting) -> Post:
    agent = mention(pair.attendee.id)
    text = f"I've offered {agent} these times: {times(meeting, pair.organizer)}. I'll tell you when {agent} picks one."
    return meetings.card(meeting, pair.organizer, text)


def times(meeting: Meeting, reader: Person) -> str:
    """Return the offered times of a one-on-one on one line."""
    return " · ".join(short(at, reader) for at in meeting.times)


def _suggested(pair: Pair, meeting: Meeting) -> Post:
    at = when(meeting.times[0], pair.attendee)
    text = f"You suggested {at}. I'll tell you when {mention(pair.organizer.id)} answers."
    return meetings.card(meeting, pair.attendee, text)


def _suggestion(pair: Pair, meeting: Meeting, *, again: bool = False) -> Post:
    id, value = str(meeting.id), f"0:{meeting.series_id}"
    at = when(meeting.times[0], pair.organizer)
    waiting = "Still waiting for your answer: " if again else ""
    text = f"{waiting}{mention(pair.attendee.id)} suggests {at} for your one-on-one. Does that work for you?"
    answers = [
        Button("Book", action_id=YES, value=id, style="primary"),
        Button("Propose other times", action_id=names.OTHERS, value=id),
        Button("Not this time", action_id=names.SKIP, value=value),
    ]
    return meetings.card(meeting, pair.organizer, text, answers)


def _planned(pair: Pair, meeting: Meeting, reader: Person, links: Mapping[str, str]) -> Post:
    id, other = str(meeting.id), mention(meeting.other(reader.id))
    at = when(meeting.starts_at, reader)
    text = f":calendar: Booked: *{at}*, one-on-one with {other}, {meeting.minutes} minutes."
    answers = [
        Button("Topics and notes", action_id=names.OPEN, value=f"0:{meeting.other(reader.id)}"),
        Button("Move it", action_id=names.MOVE, value=id),
        menu([Button("Cancel it", action_id=CANCEL, value=id)], links),
    ]
    return meetings.card(meeting, reader, text, answers, YOURS if reader is pair.attendee else "")


def _over(pair: Pair, meeting: Meeting, reader: Person, answer: Mapping[str, str] | None) -> Post:
    other = mention(meeting.other(reader.id))
    day = on(reader.local(meeting.starts_at), reader.locale)
    match meeting.state:
        case State.MET if not meeting.is_confirmed:
            text = f"I've counted your one-on-one with {other} on {day} as done."
        case State.MET:
            text = f":white_check_mark: You had your one-on-one with {other} on {day}."
        case State.MISSED:
            whose = "your" if reader is pair.organizer else f"{other}'s"
            text = f"Your one-on-one with {other} hasn't happened yet. It's now at the top of {whose} list to book."
        case State.CANCELLED:
            text = f"Your one-on-one with {other}{_when(meeting, day)} is cancelled."
        case State.EXPIRED:
            again = "" if reader is pair.organizer else " To ask for new times, type `/1on1 ask`."
            text = f"The times offered for your one-on-one with {other} have passed.{again}"
        case _:
            text = f"Your one-on-one with {other} isn't happening this time."
    if reader is pair.attendee or meeting.state not in (State.CANCELLED, State.EXPIRED):
        return meetings.card(meeting, reader, text)
    if answer:
        return meetings.card(meeting, reader, f"{text} {next_text(pair, meeting, answer)}")
    return meetings.card(meeting, reader, text, propose_button(pair, meeting))


def _when(meeting: Meeting, day: str) -> str:
    """Return the agreed day with a leading "on"; empty while no time is agreed."""
    return "" if meeting.offered else f" on {day}"


def time_taken_answer(at: datetime, reader: Person) -> Post:
    """Say that the time that somebody picked has passed or is taken."""
    return Post(f"Sorry, {when(at, reader)} is no longer free. Pick another time on the card above.")


def skipped_answer(pair: Pair) -> Post:
    return Post(f"Skipped. The next one with {mention(pair.attendee.id)} is due by {on(pair.series.due_on)}.")


def moved_note(meeting: Meeting, by: Person, reader: Person) -> str:
    """Tell one of the two people that the other moved their one-on-one to a new time."""
    return f"{by.shown} moved your one-on-one to {when(meeting.starts_at, reader)}."


def comment(meeting: Meeting, by: Person | None, reader: Person) -> str:
    """Return the comment on a one-on-one's invitation or cancellation file; `by` is the person who answered."""
    return meetings.comment(meeting, by, reader, what="your one-on-one")


def already_met_note(leader: Person) -> str:
    return f"{leader.shown} says you've already met, so this one is cancelled."


def title(pair: Pair) -> str:
    """Return the title of a one-on-one in calendars."""
    return f"One-on-one: {pair.organizer.name} and {pair.attendee.name}"
