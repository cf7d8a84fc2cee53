"""What the messages of all meetings share: cards, lists, buttons, and what an invitation comes with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.meetings.models import Kind, Meeting, State
from bot.meetings.rules import Pair
from bot.meetings.settings import ShadowingPreferences
from bot.messages.settings import own_buttons
from bot.messages.times import when
from bot.org.people import Person
from bot.slack.mrkdwn import mention, shortened
from bot.slack.post import Post, context

YES = "meetings:yes"
OTHER_TIME = "meetings:other_time"
OTHER_TIME_FORM = "meetings:other_time_form"
NO = "meetings:no"
CANCEL = "meetings:cancel"
MISSED = "meetings:missed"
OFF = "The file takes it out of your calendar."
"""Behind what the end of an invitation is shown with."""
TITLES = {Kind.ONE_ON_ONE: "One-on-one", Kind.SHADOWING: "Shadowing", Kind.VISIT: "Visits"}
"""Of forms."""


@dataclass(frozen=True)
class SideBySide:
    """What is said where one sits beside the other, by kind; a text, or a text and its small print."""

    read: str
    """The button that opens what the organizer wrote down."""
    question: Callable[[Pair, Meeting], tuple[str, str]]
    asking: Callable[[Pair, Meeting], str]
    planned: Callable[[Pair, Person], tuple[str, str]]
    declined: Callable[[Pair, Meeting], str]
    written: Callable[[Pair, Meeting], str]
    over: Callable[[Pair, Meeting, Person], str]


def side_by_side(words: SideBySide, pair: Pair, meeting: Meeting, reader: Person, links: str) -> Post:
    """How things stand, as one of the two reads it."""
    is_attendee, note, answers = reader is pair.attendee, "", list[Button]()
    match meeting.state:
        case State.REQUESTED if is_attendee:
            text, note = words.question(pair, meeting)
            answers = [_button("Yes, gladly", YES, meeting, "primary"), _button("Another time", OTHER_TIME, meeting)]
            answers.append(_button("Rather not", NO, meeting))
        case State.REQUESTED:
            text, answers = words.asking(pair, meeting), [_button("Call it off", CANCEL, meeting)]
        case State.COUNTERED if is_attendee:
            at = when(meeting.starts_at, reader)
            text = f"You suggested {at}. {mention(pair.organizer.id)} has your suggestion."
            answers = [_button("Rather not", NO, meeting)]
        case State.COUNTERED:
            at = when(meeting.starts_at, reader)
            text = f"{mention(pair.attendee.id)} would be glad to have you beside them, and suggests *{at}*."
            answers = [_button("It suits me", YES, meeting, "primary"), _button("Another time", OTHER_TIME, meeting)]
            answers.append(_button("Call it off", CANCEL, meeting))
        case State.PLANNED:
            what, note = words.planned(pair, reader)
            text = f":busts_in_silhouette: {what}: *{when(meeting.starts_at, reader)}*, {meeting.minutes} minutes."
            answers = [_button("Move it", OTHER_TIME, meeting), _button("Call it off", CANCEL, meeting)]
            note = f"{links}{note}".strip()
        case State.DECLINED if is_attendee:
            return may_refuse(pair, meeting, words.declined(pair, meeting))
        case State.MET if not is_attendee:
            text, answers = words.written(pair, meeting), [_button("Read it again", words.read, meeting)]
        case _:
            text = words.over(pair, meeting, reader)
    return card(meeting, reader, text, answers, note)


def _button(label: str, action_id: str, meeting: Meeting, style: Literal["primary"] | None = None) -> Button:
    return Button(label, action_id=action_id, value=str(meeting.id), style=style)


def may_refuse(pair: Pair, meeting: Meeting, text: str) -> Post:
    """To somebody who said no: they may say so once and for all."""
    buttons = own_buttons([ShadowingPreferences.of(pair.attendee)])
    name = card_name(meeting, pair.attendee)
    return Post(text, [SectionBlock(text, block_id="meeting"), buttons], card=name)


def card_name(meeting: Meeting, reader: Person, what: str = "") -> str:
    """The name of somebody's card about a meeting; `what` tells apart several of theirs."""
    return f"{meeting.about}:{reader.id}{what and ':'}{what}"


def card(
    meeting: Meeting, reader: Person, text: str, buttons: Sequence[Button] = (), note: str = "", what: str = ""
) -> Post:
    return named_card(card_name(meeting, reader, what), text, buttons, note)


def named_card(name: str, text: str, buttons: Sequence[Button] = (), note: str = "") -> Post:
    blocks: list[Block] = [SectionBlock(text, block_id="meeting")]
    blocks += [ActionsBlock(list(buttons), block_id="answers")] if buttons else []
    blocks += [context(note)] if note else []
    return Post(text, blocks, card=name)


def outcome_card(meeting: Meeting, reader: Person, text: str, buttons: Sequence[Button] = ()) -> Post:
    """On which the organizer is asked what became of it, and reads what they answered."""
    return card(meeting, reader, text, buttons, what="outcome")


def on_the_way(meetings: Sequence[Meeting], reader: Person, block_id: str) -> list[Block]:
    """What somebody is asked, has asked or has planned."""
    if not meetings:
        return []
    listed = "\n".join(f"• {_line(each, reader)}" for each in meetings)
    return [SectionBlock(f"*On the way*\n{shortened(listed, 2800)}", block_id=block_id)]


def _line(meeting: Meeting, reader: Person) -> str:
    other, at = mention(meeting.other(reader.id)), when(meeting.starts_at, reader)
    match meeting.state:
        case State.PLANNED:
            return f"{other}, *{at}*"
        case State.REQUESTED if reader.id == meeting.attendee_id:
            return f"{other}, {at}: waiting for your yes"
        case State.REQUESTED if meeting.kind == Kind.VISIT:
            return f"{at}: waiting for a yes"
        case State.REQUESTED:
            return f"{other}, {at}: waiting for a yes"
        case _:
            return f"{other}, {at} is suggested"


def comment(meeting: Meeting, by: Person | None, reader: Person, *, called_off: str, cannot_be: str) -> str:
    """What an invitation, or its end, is shown with; `by` is whose answer it was, where that is known."""
    match meeting.state:
        case State.REQUESTED | State.COUNTERED:
            whose = "You" if by is reader else mention(by.id if by else meeting.other(reader.id))
            return f"{whose} suggested another time. The file puts it into your calendar as tentative until both agree."
        case State.PLANNED:
            begins = f"{mention(by.id)} said yes" if by and by is not reader else "Your invitation"
            return f"{begins}: {when(meeting.starts_at, reader)}. Open the file to put it into your calendar."
        case State.CANCELLED if by:
            return f"{mention(by.id)} {called_off}"
        case State.CANCELLED:
            return cannot_be
        case State.MET:
            return "You have met already."
        case _:
            return "Another time, then."


def ask_other_time(pair: Pair, meeting: Meeting, by: Person) -> tuple[str, str]:
    """What the form for another time asks, and what its button says."""
    other = mention(pair.other(by).id)
    if by is pair.organizer:
        return f"When would you like to sit beside {other} instead? I ask them first.", "Ask them"
    if meeting.kind == Kind.ONE_ON_ONE:
        return f"When would it suit you to meet {other}?", "Suggest it"
    return f"When would it suit you to have {other} beside you? A time in their day, please.", "Suggest it"
