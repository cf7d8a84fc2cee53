"""A sitting's cards, one for each of the two: the question, what is planned, what became of it."""

from collections.abc import Sequence

from slackblocks import ActionsBlock, Block, Button, ContextBlock, SectionBlock, Text

from bot.features.shadowing.models import ShadowSession, State
from bot.features.shadowing.rules import Pair
from bot.features.shadowing.settings import ShadowingPreferences
from bot.messages.invitations import Links
from bot.messages.settings import own_buttons
from bot.messages.shadowing.names import CANCEL, MISSED, NO, OTHER_TIME, READ, WRAP_UP, YES
from bot.messages.times import on, when
from bot.org.people import Person
from bot.slack.mrkdwn import mention
from bot.slack.post import Post

MEANS = (
    "Nothing to prepare: work as you always do, and say what gets in your way. What they write down is no record about "
    "you. A no needs no reason; they only hear “another time, then”."
)


def card(pair: Pair, sitting: ShadowSession, reader: Person, links: Links | None = None) -> Post:
    """How things stand, as one of the two reads it."""
    match sitting.state:
        case State.ASKED:
            return _question(pair, sitting) if reader is pair.agent else _asked(pair, sitting)
        case State.SUGGESTED:
            return _suggested(pair, sitting) if reader is pair.agent else _suggestion(pair, sitting)
        case State.PLANNED:
            return _planned(pair, sitting, reader, links)
        case State.DECLINED if reader is pair.agent:
            return _declined(pair, sitting)
        case State.DONE if reader is pair.leader:
            return _wrapped_up(pair, sitting)
        case _:
            return _post(sitting, reader, _over(pair, sitting, reader))


def named(sitting: ShadowSession, reader: Person, what: str = "") -> str:
    """The name of somebody's card of a sitting."""
    return f"sitting:{sitting.id}:{reader.id}{what and ':'}{what}"


def _post(sitting: ShadowSession, reader: Person, text: str, buttons: Sequence[Button] = (), note: str = "") -> Post:
    blocks: list[Block] = [SectionBlock(text, block_id="sitting")]
    blocks += [ActionsBlock(list(buttons), block_id="answers")] if buttons else []
    blocks += [ContextBlock([Text(note)], block_id="note")] if note else []
    return Post(text, blocks, card=named(sitting, reader))


def _question(pair: Pair, sitting: ShadowSession) -> Post:
    id, at = str(sitting.id), when(sitting.starts_at, pair.agent)
    leader = mention(pair.leader.id)
    text = (
        f"{leader} would like to sit beside you for {sitting.minutes} minutes and learn from your work; it is not an "
        f"appraisal. *{at}*: would that be all right?"
    )
    if sitting.is_invited:
        text = f"{leader} would like to come *{at}* instead. Would that be all right?"
    answers = [
        Button("Yes, gladly", action_id=YES, value=id, style="primary"),
        Button("Another time", action_id=OTHER_TIME, value=id),
        Button("Rather not", action_id=NO, value=id),
    ]
    return _post(sitting, pair.agent, text, answers, MEANS)


def _asked(pair: Pair, sitting: ShadowSession) -> Post:
    text = (
        f"I am asking {mention(pair.agent.id)} whether you may sit beside them, "
        f"{when(sitting.starts_at, pair.leader)}. You hear from me when they have answered."
    )
    return _post(sitting, pair.leader, text, [Button("Call it off", action_id=CANCEL, value=str(sitting.id))])


def _suggested(pair: Pair, sitting: ShadowSession) -> Post:
    at = when(sitting.starts_at, pair.agent)
    text = f"You suggested {at}. {mention(pair.leader.id)} has your suggestion."
    return _post(sitting, pair.agent, text, [Button("Rather not", action_id=NO, value=str(sitting.id))])


def _suggestion(pair: Pair, sitting: ShadowSession) -> Post:
    id, agent = str(sitting.id), mention(pair.agent.id)
    text = f"{agent} would be glad to have you beside them, and suggests *{when(sitting.starts_at, pair.leader)}*."
    answers = [
        Button("It suits me", action_id=YES, value=id, style="primary"),
        Button("Another time", action_id=OTHER_TIME, value=id),
        Button("Call it off", action_id=CANCEL, value=id),
    ]
    return _post(sitting, pair.leader, text, answers)


def _planned(pair: Pair, sitting: ShadowSession, reader: Person, links: Links | None) -> Post:
    id, at = str(sitting.id), when(sitting.starts_at, reader)
    what = f"You sit beside {mention(pair.agent.id)}"
    if reader is pair.agent:
        what = f"{mention(pair.leader.id)} sits beside you, to learn from your work"
    answers = [
        Button("Move it", action_id=OTHER_TIME, value=id),
        Button("Call it off", action_id=CANCEL, value=id),
    ]
    text = f":busts_in_silhouette: {what}: *{at}*, {sitting.minutes} minutes."
    return _post(sitting, reader, text, answers, str(links or "").strip())


def _declined(pair: Pair, sitting: ShadowSession) -> Post:
    """The agent said no, and may say so once and for all."""
    text = (
        f"All right, not this time; {mention(pair.leader.id)} only hears “another time, then”. If you would rather not "
        "be asked at all, that is fine too: choose it here, and nobody is told."
    )
    buttons = own_buttons([ShadowingPreferences.of(pair.agent)])
    return Post(text, [SectionBlock(text, block_id="sitting"), buttons], card=named(sitting, pair.agent))


def _wrapped_up(pair: Pair, sitting: ShadowSession) -> Post:
    day = on(pair.leader.local(sitting.starts_at).date())
    text = f":white_check_mark: You sat beside {mention(pair.agent.id)} on {day}. That is where one learns."
    return _post(sitting, pair.leader, text, [Button("Read it again", action_id=READ, value=str(sitting.id))])


def _over(pair: Pair, sitting: ShadowSession, reader: Person) -> str:
    other, day = mention(sitting.other(reader.id)), on(reader.local(sitting.starts_at).date())
    is_agent = reader is pair.agent
    match sitting.state:
        case State.DONE:
            return f":white_check_mark: {other} sat beside you on {day}. Thank you for having them."
        case State.MISSED if is_agent:
            return f"As far as I know, {other} didn't sit beside you on {day}. They may ask you again."
        case State.MISSED:
            return f"That happens. {other} comes first in the next round; `/shadow` shows it."
        case State.DECLINED:
            return f"Another time, then: it does not suit {other} just now. `/shadow` names who is next."
        case State.LAPSED if is_agent:
            return f"That time has passed; nothing is planned with {other}."
        case State.LAPSED:
            return f"That time has passed without an answer, which is fine. Another time, then, with {other}."
        case _:
            beside = f"{other} sits beside you" if is_agent else f"you sit beside {other}"
            return f"It is called off that {beside} on {day}."


def outcome(pair: Pair, sitting: ShadowSession, *, again: bool = False) -> Post:
    """How was it?"""
    id = str(sitting.id)
    more = " This is the last time I ask." if again else ""
    text = (
        f"How was it beside {mention(pair.agent.id)}? Two minutes now keep what you learnt, and one roadblock you "
        f"would take on for them.{more}"
    )
    answers = [
        Button("Wrap it up", action_id=WRAP_UP, value=f"{id}:", style="primary"),
        Button("It did not happen", action_id=MISSED, value=id),
        Button("We moved it", action_id=OTHER_TIME, value=id),
    ]
    blocks = [SectionBlock(text, block_id="sitting"), ActionsBlock([*answers], block_id="answers")]
    return Post(text, blocks, card=named(sitting, pair.leader, "outcome"))


def recorded(pair: Pair, sitting: ShadowSession) -> Post:
    """The same card, once it is answered or let go."""
    agent = mention(pair.agent.id)
    if sitting.state == State.DONE:
        text = f":white_check_mark: Good that you sat beside {agent}. What you wrote down is for you alone."
    elif sitting.state == State.MISSED:
        text = f"That happens. {agent} comes first in the next round. If you did meet, `/shadow done` wraps it up."
    else:
        text = f"Another time, then, beside {agent}."
    return Post(text, [SectionBlock(text, block_id="sitting")], card=named(sitting, pair.leader, "outcome"))


def reminder(pair: Pair, sitting: ShadowSession, reader: Person) -> Post:
    """An hour before."""
    at = f"{reader.local(sitting.starts_at):%H:%M}"
    text = f":hourglass: At {at} {mention(pair.leader.id)} sits beside you. Nothing to prepare; work as you always do."
    if reader is pair.leader:
        text = (
            f":hourglass: At {at} you sit beside {mention(pair.agent.id)}, for {sitting.minutes} minutes. Watch, "
            "listen, and ask what gets in their way."
        )
    return Post(text, [SectionBlock(text, block_id="sitting")], card=named(sitting, reader, "reminder"))


def comment(sitting: ShadowSession, by: Person | None, reader: Person) -> str:
    """What an invitation, or its end, is shown with; `by` is whose answer it was."""
    at = when(sitting.starts_at, reader)
    match sitting.state:
        case State.PLANNED if by and by is not reader:
            return f"{mention(by.id)} said yes: {at}. Open the file to put it into your calendar."
        case State.PLANNED:
            return f"Your invitation: {at}. Open the file to put it into your calendar."
        case State.CANCELLED if by:
            return f"{mention(by.id)} called off your time side by side. The file takes it out of your calendar."
        case State.CANCELLED:
            return "Your time side by side is called off, since one of you is in another place now. Thank you both."
        case _:
            return "Another time, then. The file takes it out of your calendar."


def title(pair: Pair) -> str:
    """What a calendar calls it."""
    return f"{pair.leader.name} sits beside {pair.agent.name}"
