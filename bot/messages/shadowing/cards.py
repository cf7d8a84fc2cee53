"""A shadow session's cards, one for each of the two: the question, what is planned, what became of it."""

from collections.abc import Sequence

from slackblocks import Button, SectionBlock

from bot.features.shadowing.models import ShadowSession, State
from bot.features.shadowing.rules import Pair
from bot.features.shadowing.settings import ShadowingPreferences
from bot.messages import meetings
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


def card(pair: Pair, shadow: ShadowSession, reader: Person, links: Links | None = None) -> Post:
    """How things stand, as one of the two reads it."""
    match shadow.state:
        case State.ASKED:
            return _question(pair, shadow) if reader is pair.agent else _asked(pair, shadow)
        case State.SUGGESTED:
            return _suggested(pair, shadow) if reader is pair.agent else _suggestion(pair, shadow)
        case State.PLANNED:
            return _planned(pair, shadow, reader, links)
        case State.DECLINED if reader is pair.agent:
            return _declined(pair, shadow)
        case State.DONE if reader is pair.leader:
            return _wrapped_up(pair, shadow)
        case _:
            return _post(shadow, reader, _over(pair, shadow, reader))


def named(shadow: ShadowSession, reader: Person, what: str = "") -> str:
    """The name of somebody's card of a shadow session."""
    return meetings.card_name(f"sitting:{shadow.id}", reader, what)


def _post(
    shadow: ShadowSession, reader: Person, text: str, buttons: Sequence[Button] = (), note: str = "", what: str = ""
) -> Post:
    return meetings.card(named(shadow, reader, what), "sitting", text, buttons, note)


def _question(pair: Pair, shadow: ShadowSession) -> Post:
    id, at = str(shadow.id), when(shadow.starts_at, pair.agent)
    leader = mention(pair.leader.id)
    text = (
        f"{leader} would like to sit beside you for {shadow.minutes} minutes and learn from your work; it is not an "
        f"appraisal. *{at}*: would that be all right?"
    )
    if shadow.is_invited:
        text = f"{leader} would like to come *{at}* instead. Would that be all right?"
    answers = [
        Button("Yes, gladly", action_id=YES, value=id, style="primary"),
        Button("Another time", action_id=OTHER_TIME, value=id),
        Button("Rather not", action_id=NO, value=id),
    ]
    return _post(shadow, pair.agent, text, answers, MEANS)


def _asked(pair: Pair, shadow: ShadowSession) -> Post:
    text = (
        f"I am asking {mention(pair.agent.id)} whether you may sit beside them, "
        f"{when(shadow.starts_at, pair.leader)}. You hear from me when they have answered."
    )
    return _post(shadow, pair.leader, text, [Button("Call it off", action_id=CANCEL, value=str(shadow.id))])


def _suggested(pair: Pair, shadow: ShadowSession) -> Post:
    at = when(shadow.starts_at, pair.agent)
    text = f"You suggested {at}. {mention(pair.leader.id)} has your suggestion."
    return _post(shadow, pair.agent, text, [Button("Rather not", action_id=NO, value=str(shadow.id))])


def _suggestion(pair: Pair, shadow: ShadowSession) -> Post:
    id, agent = str(shadow.id), mention(pair.agent.id)
    text = f"{agent} would be glad to have you beside them, and suggests *{when(shadow.starts_at, pair.leader)}*."
    answers = [
        Button("It suits me", action_id=YES, value=id, style="primary"),
        Button("Another time", action_id=OTHER_TIME, value=id),
        Button("Call it off", action_id=CANCEL, value=id),
    ]
    return _post(shadow, pair.leader, text, answers)


def _planned(pair: Pair, shadow: ShadowSession, reader: Person, links: Links | None) -> Post:
    id, at = str(shadow.id), when(shadow.starts_at, reader)
    what = f"You sit beside {mention(pair.agent.id)}"
    if reader is pair.agent:
        what = f"{mention(pair.leader.id)} sits beside you, to learn from your work"
    answers = [
        Button("Move it", action_id=OTHER_TIME, value=id),
        Button("Call it off", action_id=CANCEL, value=id),
    ]
    text = f":busts_in_silhouette: {what}: *{at}*, {shadow.minutes} minutes."
    return _post(shadow, reader, text, answers, str(links or "").strip())


def _declined(pair: Pair, shadow: ShadowSession) -> Post:
    """The agent said no, and may say so once and for all."""
    text = (
        f"All right, not this time; {mention(pair.leader.id)} only hears “another time, then”. If you would rather not "
        "be asked at all, that is fine too: choose it here, and nobody is told."
    )
    buttons = own_buttons([ShadowingPreferences.of(pair.agent)])
    return Post(text, [SectionBlock(text, block_id="sitting"), buttons], card=named(shadow, pair.agent))


def _wrapped_up(pair: Pair, shadow: ShadowSession) -> Post:
    day = on(pair.leader.local(shadow.starts_at).date())
    text = f":white_check_mark: You sat beside {mention(pair.agent.id)} on {day}. That is where one learns."
    return _post(shadow, pair.leader, text, [Button("Read it again", action_id=READ, value=str(shadow.id))])


def _over(pair: Pair, shadow: ShadowSession, reader: Person) -> str:
    other, day = mention(shadow.other(reader.id)), on(reader.local(shadow.starts_at).date())
    is_agent = reader is pair.agent
    match shadow.state:
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


def outcome(pair: Pair, shadow: ShadowSession, *, again: bool = False) -> Post:
    """How was it?"""
    id = str(shadow.id)
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
    return _post(shadow, pair.leader, text, answers, what="outcome")


def recorded(pair: Pair, shadow: ShadowSession) -> Post:
    """The same card, once it is answered or let go."""
    agent = mention(pair.agent.id)
    if shadow.state == State.DONE:
        text = f":white_check_mark: Good that you sat beside {agent}. What you wrote down is for you alone."
    elif shadow.state == State.MISSED:
        text = f"That happens. {agent} comes first in the next round. If you did meet, `/shadow done` wraps it up."
    else:
        text = f"Another time, then, beside {agent}."
    return _post(shadow, pair.leader, text, what="outcome")


def reminder(pair: Pair, shadow: ShadowSession, reader: Person) -> Post:
    """An hour before."""
    at = f"{reader.local(shadow.starts_at):%H:%M}"
    text = f":hourglass: At {at} {mention(pair.leader.id)} sits beside you. Nothing to prepare; work as you always do."
    if reader is pair.leader:
        text = (
            f":hourglass: At {at} you sit beside {mention(pair.agent.id)}, for {shadow.minutes} minutes. Watch, "
            "listen, and ask what gets in their way."
        )
    return _post(shadow, reader, text, what="reminder")


def comment(shadow: ShadowSession, by: Person | None, reader: Person) -> str:
    """What an invitation, or its end, is shown with; `by` is whose answer it was."""
    match shadow.state:
        case State.PLANNED:
            return meetings.invitation(shadow.starts_at, reader, by)
        case State.CANCELLED if by:
            return meetings.off(f"{mention(by.id)} called off your time side by side.")
        case State.CANCELLED:
            return "Your time side by side is called off, since one of you is in another place now. Thank you both."
        case _:
            return meetings.off("Another time, then.")


def title(pair: Pair) -> str:
    """What a calendar calls it."""
    return f"{pair.leader.name} sits beside {pair.agent.name}"
