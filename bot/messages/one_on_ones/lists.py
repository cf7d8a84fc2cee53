"""Build the lists of `/1on1` and the Home tab: who is due, what is booked, and how often each pair meets."""

from collections.abc import Mapping, Sequence
from datetime import date

from slackblocks import ActionsBlock, Block, Button, ContextBlock, OverflowMenu, SectionBlock, Text

from bot.features.one_on_ones.notes import Entry
from bot.features.one_on_ones.rules import CADENCES
from bot.meetings.models import Meeting, Series, State
from bot.meetings.rules import Pair
from bot.messages.mentions import distinct_names
from bot.messages.one_on_ones.cards import due_line
from bot.messages.one_on_ones.names import OPEN
from bot.messages.one_on_ones.nudges import answer_buttons
from bot.messages.suggestions import code
from bot.messages.times import when
from bot.org.people import Person
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post, option

MOST_AT_HOME = 5
"""The most options that an overflow menu can have."""


def home_section(
    pairs: Sequence[Pair], open_ones: Mapping[int, Meeting], topics: Sequence[Entry], reader: Person, today: date
) -> list[Block]:
    """List a person's next few one-on-ones, soonest due first, and an agent's own topics."""
    if not pairs:
        return []
    shown = pairs[:MOST_AT_HOME]
    lines = ["*One-on-ones*", *(_briefly(pair, open_ones.get(pair.series.id), reader, today) for pair in shown)]
    if more := len(pairs) - len(shown):
        lines.append(f"and {more} more: `/1on1`")
    if topics:
        lines.append(f"Your topics: {shortened(escape(' · '.join(each.words for each in topics)), 150)}")
    return [SectionBlock("\n".join(lines), block_id="pairs", accessory=_opener([pair.other(reader) for pair in shown]))]


def _briefly(pair: Pair, meeting: Meeting | None, reader: Person, today: date) -> str:
    return f"• {mention(pair.other(reader).id)}: {_stands(pair, meeting, reader, today)}"


def _opener(others: Sequence[Person]) -> Button | OverflowMenu:
    """Build a button, or a menu if there are several people, that opens the topics and notes with one of them."""
    if len(others) == 1:
        return Button("Open", action_id=OPEN, value=f"0:{others[0].id}")
    names = distinct_names(others)
    options = [option(shortened(f"Open {names[each.id]}", 75), f"0:{each.id}") for each in others]
    return OverflowMenu(action_id=OPEN, options=options)


WORDS = {
    "@ana": "opens your topics, your notes and how often you meet",
    "topic …": "adds a topic for your next one (leaders: `topic @ana …`)",
    "ask": "asks your leader for one; you can add a topic",
    "done @ana": "records that you've just met",
    "help": "shows this list",
}


NOBODY = (
    "You have no one-on-ones yet. I'll pair each agent with a leader by tomorrow morning. If the team has no "
    "leaders yet, add them in `/steward settings`."
)


ADDED = "I've added what you typed as a topic."


MOST = 15


def usage() -> Post:
    words = "\n".join(f"• `/1on1 {word}` {what}" for word, what in WORDS.items())
    return Post(f"*One-on-ones*\n• `/1on1` shows who is due and what is booked\n{words}")


def overview(
    pairs: Sequence[Pair], due: Sequence[Series], open_ones: Mapping[int, Meeting], reader: Person, today: date
) -> Post:
    """Show the state of a person's next one-on-one with each partner, due ones first."""
    if not pairs:
        return Post(NOBODY)
    shown = pairs[:MOST]
    first = {each.id for each in due}
    blocks: list[Block] = []
    for pair in sorted(shown, key=lambda each: each.series.id not in first):
        meeting = open_ones.get(pair.series.id)
        blocks += [
            pair_line(pair, meeting, reader, today),
            *_answers(pair, meeting, reader, is_due=pair.series.id in first),
        ]
    more = f" {len(pairs) - MOST} more are not shown." if len(pairs) > MOST else ""
    partner = shown[0].person(shown[0].series.other(reader.id))
    note = f"{code(f'/1on1 @{partner.name}')} opens your topics and notes, which only you two can read.{more}"
    blocks.append(ContextBlock([Text(note)], block_id="note"))
    counts = {"to book": len(first), "booked": _planned(open_ones)}
    told = ", ".join(f"{many} {what}" for what, many in counts.items() if many)
    text = f"Your one-on-ones: {told}." if told else "Your one-on-ones"
    return Post(text, [SectionBlock(f"*{text}*", block_id="head"), *blocks])


def _planned(open_ones: Mapping[int, Meeting]) -> int:
    return sum(each.state == State.PLANNED for each in open_ones.values())


def pair_line(pair: Pair, meeting: Meeting | None, reader: Person, today: date) -> Block:
    """Show with whom a person has one-on-ones, and the state of the next one."""
    button = Button("Open", action_id=OPEN, value=f"0:{pair.other(reader).id}")
    return SectionBlock(_pair_text(pair, meeting, reader, today), block_id=f"pair_{pair.series.id}", accessory=button)


def _pair_text(pair: Pair, meeting: Meeting | None, reader: Person, today: date) -> str:
    often = CADENCES.get(pair.series.rule, "regularly")
    return f"{mention(pair.other(reader).id)}, {often}: {_stands(pair, meeting, reader, today)}"


def _answers(pair: Pair, meeting: Meeting | None, reader: Person, *, is_due: bool) -> list[Block]:
    """Build the leader's buttons for a pair that has no open meeting, whether due or not; nothing for the agent."""
    if reader is not pair.organizer or meeting is not None:
        return []
    series_id = pair.series.id
    return [ActionsBlock([*answer_buttons(f"0:{series_id}", is_due=is_due)], block_id=f"answers_{series_id}")]


def _stands(pair: Pair, meeting: Meeting | None, reader: Person, today: date) -> str:
    if meeting is None:
        asked = " (requested)" if pair.series.asked_at else ""
        return f"{due_line(pair, reader, today)}{asked}"
    match meeting.state:
        case State.PLANNED:
            return f"*{when(meeting.starts_at, reader)}*"
        case State.COUNTERED:
            at = when(meeting.times[0], reader)
            if reader is pair.attendee:
                return f"you suggested {at}, waiting for an answer"
            return f"suggested for {at}, waiting for your answer"
        case _:
            return "times offered"


def topic_added_answer(pair: Pair, reader: Person) -> Post:
    other = mention(pair.series.other(reader.id))
    return Post(f"Added for your next one-on-one with {other}. Only the two of you can see it.")


def request_answer(pair: Pair, meeting: Meeting | None, words: str, *, is_new: bool) -> Post:
    """Answer an agent's request for a one-on-one, or a repeated request."""
    leader = mention(pair.organizer.id)
    if meeting is not None and meeting.state == State.COUNTERED:
        text = f"I've passed on the time you suggested. I'll tell you when {leader} answers."
    elif meeting is not None:
        text = f"{leader} has already offered you times. Pick one in our DM, or suggest another."
    elif is_new:
        text = f"I've told {leader} that you'd like a one-on-one. I'll message you when there are times to choose from."
    else:
        text = f"{leader} already knows that you'd like one."
    return Post(f"{text} {ADDED}" if words else text)
