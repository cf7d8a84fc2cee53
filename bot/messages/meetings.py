"""Build the messages that all kinds of meetings share: cards, lists, buttons, and the comments on invitation files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from slackblocks import Block, Button, Element, SectionBlock

from bot.meetings.models import WAITING, Kind, Meeting, State
from bot.meetings.rules import Pair
from bot.meetings.settings import ShadowingPreferences
from bot.messages.settings import own_buttons
from bot.messages.times import when
from bot.org.people import Person
from bot.slack.mrkdwn import capitalize_first, mention, shortened
from bot.slack.post import Post, button_rows, context, menu
from bot.text.formats import on

YES = "meetings:yes"
OTHER_TIME = "meetings:other_time"
OTHER_TIME_FORM = "meetings:other_time_form"
NO = "meetings:no"
CANCEL = "meetings:cancel"
MISSED = "meetings:missed"
TENTATIVE = "The attached invitation is tentative until you both agree."
ATTACHED = "The invitation is attached."
OFF = "The attached file removes it from your calendar."
TITLES = {Kind.ONE_ON_ONE: "One-on-one", Kind.SHADOWING: "Shadowing", Kind.VISIT: "Sponsor visit"}
"""Titles of forms, by kind."""


@dataclass(frozen=True)
class SideBySide:
    """The texts of the cards about shadowing sessions or visits; a tuple has a text and its small print."""

    read: str
    """Action id of the button that opens the organizer's notes."""
    question: Callable[[Pair, Meeting], tuple[str, str]]
    asking: Callable[[Pair, Meeting], str]
    planned: Callable[[Pair, Person], tuple[str, str]]
    declined: Callable[[Pair, Meeting], str]
    written: Callable[[Pair, Meeting], str]
    over: Callable[[Pair, Meeting, Person], str]


def side_by_side(words: SideBySide, pair: Pair, meeting: Meeting, reader: Person, links: Mapping[str, str]) -> Post:
    """Build the card of a shadowing session or visit in its current state, as one of the two people sees it."""
    is_attendee, note, answers = reader is pair.attendee, "", list[Element]()
    match meeting.state:
        case State.REQUESTED if is_attendee:
            text, note = words.question(pair, meeting)
            answers = [_button("Book", YES, meeting, "primary"), _button("Suggest another time", OTHER_TIME, meeting)]
            answers.append(_button("Not this time", NO, meeting))
        case State.REQUESTED:
            text, answers = words.asking(pair, meeting), [_button("Cancel request", CANCEL, meeting)]
        case State.COUNTERED if is_attendee:
            at = when(meeting.starts_at, reader)
            text = f"You suggested {at}. I'll tell you when {mention(pair.organizer.id)} answers."
            answers = [_button("Not this time", NO, meeting)]
        case State.COUNTERED:
            at = when(meeting.starts_at, reader)
            text = f"{mention(pair.attendee.id)} suggests *{at}* instead. Does that work for you?"
            answers = [_button("Book", YES, meeting, "primary"), _button("Suggest another time", OTHER_TIME, meeting)]
            answers.append(_button("Cancel request", CANCEL, meeting))
        case State.PLANNED:
            what, note = words.planned(pair, reader)
            text = (
                f":busts_in_silhouette: Booked: {what}, *{when(meeting.starts_at, reader)}*, {meeting.minutes} minutes."
            )
            answers = [_button("Move it", OTHER_TIME, meeting), menu([_button("Cancel it", CANCEL, meeting)], links)]
        case State.DECLINED if is_attendee:
            return declined_answer(pair, meeting, words.declined(pair, meeting))
        case State.MET if not is_attendee:
            text, answers = words.written(pair, meeting), [_button("Read my notes", words.read, meeting)]
        case _:
            text = words.over(pair, meeting, reader)
    return card(meeting, reader, text, answers, note)


def _button(label: str, action_id: str, meeting: Meeting, style: Literal["primary"] | None = None) -> Button:
    return Button(label, action_id=action_id, value=str(meeting.id), style=style)


def declined_answer(pair: Pair, meeting: Meeting, text: str) -> Post:
    """Build the answer to an agent who declined a meeting, with the button to opt out."""
    buttons = own_buttons([ShadowingPreferences.of(pair.attendee)])
    name = card_name(meeting, pair.attendee)
    return Post(text, [SectionBlock(text, block_id="meeting"), *buttons], card=name)


def card_name(meeting: Meeting, reader: Person, what: str = "") -> str:
    """Return the name of a reader's card about a meeting; `what` distinguishes several cards about the same meeting."""
    return f"{meeting.about}:{reader.id}{what and ':'}{what}"


def card(
    meeting: Meeting, reader: Person, text: str, buttons: Sequence[Element] = (), note: str = "", what: str = ""
) -> Post:
    return named_card(card_name(meeting, reader, what), text, buttons, note)


def named_card(name: str, text: str, buttons: Sequence[Element] = (), note: str = "") -> Post:
    blocks: list[Block] = [SectionBlock(text, block_id="meeting")]
    blocks += button_rows(buttons, "answers")
    blocks += [context(note)] if note else []
    return Post(text, blocks, card=name)


def outcome_card(meeting: Meeting, reader: Person, text: str, buttons: Sequence[Button] = ()) -> Post:
    """Build the card that asks the organizer for a meeting's outcome, and then shows the answer."""
    return card(meeting, reader, text, buttons, what="outcome")


def reminder(meeting: Meeting, reader: Person, text: str) -> Post:
    """Build the reminder in the thread of a reader's card; it mentions the reader, so that Slack notifies them."""
    return card(meeting, reader, f":hourglass: {mention(reader.id)}: {text}", what="reminder")


def awaiting_outcome(pair: Pair, meeting: Meeting, reader: Person) -> Post:
    """Build the card of a meeting whose time has passed, while a separate card asks for its outcome."""
    day = on(reader.local(meeting.starts_at), reader.locale)
    return card(meeting, reader, f"{TITLES[Kind(meeting.kind)]} with {mention(pair.other(reader).id)}: {day}")


def on_the_way(meetings: Sequence[Meeting], reader: Person, block_id: str) -> list[Block]:
    """List a person's meetings that are requested, suggested or booked."""
    if not meetings:
        return []
    listed = "\n".join(f"• {_line(each, reader)}" for each in meetings)
    return [SectionBlock(f"*Coming up*\n{shortened(listed, 2800)}", block_id=block_id)]


def _line(meeting: Meeting, reader: Person) -> str:
    other, at = mention(meeting.other(reader.id)), when(meeting.starts_at, reader)
    match meeting.state:
        case State.PLANNED:
            return f"{other}, *{at}*"
        case State.REQUESTED if reader.id == meeting.attendee_id:
            return f"{other}, {at}: waiting for your answer"
        case State.REQUESTED if meeting.kind == Kind.VISIT:
            return f"{at}: waiting for a host"
        case State.REQUESTED:
            return f"{other}, {at}: waiting for an answer"
        case _ if reader.id == meeting.attendee_id:
            return f"You suggested {at} to {other}: waiting for an answer"
        case _:
            return f"{other} suggested {at}: waiting for your answer"


def told_in_thread(reader: Person, told: str) -> Post:
    """Build a reply in the thread of a reader's card; it mentions the reader, so that Slack notifies them."""
    return Post(f"{mention(reader.id)}, {told}")


def file_comment(meeting: Meeting, reader: Person, told: str) -> str:
    """Return the line above a calendar file; it begins with a mention of its reader, so that Slack notifies them."""
    what = TENTATIVE if meeting.state in WAITING else ATTACHED if meeting.is_open else OFF
    return f"{mention(reader.id)}, {told} {what}"


def comment(meeting: Meeting, by: Person | None, reader: Person, *, what: str) -> str:
    """Return the comment on a meeting's invitation or cancellation file; `by` is the person who answered, if known.

    `what` is the meeting, such as `your one-on-one`. The comment follows a mention and a comma, so it begins with a
    lowercase letter.
    """
    who, at = "you" if by is reader else by.shown if by else "", when(meeting.starts_at, reader)
    match meeting.state:
        case State.REQUESTED | State.COUNTERED if by:
            return f"{who} suggested another time for {what}."
        case State.PLANNED if by and by is not reader:
            return f"{who} said yes. {capitalize_first(what)} is booked for {at}."
        case State.PLANNED:
            return f"{what} is booked for {at}."
        case State.CANCELLED if by:
            return f"{who} cancelled {what}."
        case State.CANCELLED:
            return f"{what} is cancelled because one of you has left the team or changed roles."
        case State.MET:
            return f"you've already met, so I've removed {what}."
        case _:
            return f"{what} isn't happening this time."


def ask_other_time(pair: Pair, meeting: Meeting, by: Person) -> tuple[str, str]:
    """Return the text and the submit label of the form that asks for a different time for a meeting."""
    other = mention(pair.other(by).id)
    if by is pair.organizer:
        return f"When would you like to sit with {other} instead? I'll ask {other} first.", "Ask"
    if meeting.kind == Kind.ONE_ON_ONE:
        return f"When would you like to meet {other}?", "Suggest"
    return f"When can {other} sit with you? Pick a time when {other} is at work.", "Suggest"
