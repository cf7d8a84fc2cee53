"""A visit's cards: the sponsor's, the host's, and what the team's leaders hear."""

from collections.abc import Sequence

from slackblocks import Button, SectionBlock

from bot.features.shadowing.settings import ShadowingPreferences
from bot.features.visits.models import State, Visit
from bot.features.visits.rules import Participants, Promise
from bot.messages import meetings
from bot.messages.invitations import Links
from bot.messages.settings import own_buttons
from bot.messages.times import on, when
from bot.messages.visits.names import CANCEL, DEBRIEF, MISSED, NO, OTHER_TIME, READ, YES
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post

FOR_HOSTS = (
    "Nothing to prepare: work as you always do, and say what gets in your way. What they write down is no record about "
    "you. A no needs no reason, and then somebody else is asked."
)
FOR_SPONSORS = "Watch, listen, and ask what gets in their way. Afterwards I ask you three short questions."


def card(pair: Participants, visit: Visit, reader: Person, links: Links | None = None) -> Post:
    """How things stand, as one of the two reads it."""
    is_host = reader is pair.host
    match visit.state:
        case State.ASKED:
            return _question(pair, visit) if is_host else _asked(pair, visit)
        case State.SUGGESTED:
            return _suggested(pair, visit) if is_host else _suggestion(pair, visit)
        case State.PLANNED:
            return _planned(pair, visit, reader, links)
        case State.DECLINED if is_host:
            return passed_by(pair, visit, pair.host)
        case State.DONE if not is_host:
            return _written(pair, visit)
        case _:
            return _post(visit, reader, _over(pair, visit, reader))


def named(visit: Visit, reader: Person, what: str = "") -> str:
    """The name of somebody's card of a visit."""
    return meetings.card_name(f"visit:{visit.id}", reader, what)


def passed_by(pair: Participants, visit: Visit, host: Person, *, has_answered: bool = True) -> Post:
    """To a host who said no, or nothing: that is all right."""
    text = f"You did not get to it, which is fine: there is nothing for you to do about the visit of {_sponsor(pair)}."
    if has_answered:
        text = (
            "All right, not this time; nobody is told. If you would rather not be asked at all, that is fine too: "
            "choose it here."
        )
    buttons = own_buttons([ShadowingPreferences.of(host)])
    return Post(text, [SectionBlock(text, block_id="visit"), buttons], card=named(visit, host))


def _post(
    visit: Visit, reader: Person, text: str, buttons: Sequence[Button] = (), note: str = "", what: str = ""
) -> Post:
    return meetings.card(named(visit, reader, what), "visit", text, buttons, note)


def _sponsor(pair: Participants) -> str:
    return f"{mention(pair.sponsor.id)} (your team's sponsor)"


def _question(pair: Participants, visit: Visit) -> Post:
    id, at = str(visit.id), when(visit.starts_at, pair.host)
    text = (
        f"{_sponsor(pair)} would like to sit beside you for {visit.minutes} minutes and learn from your work; it is "
        f"not an appraisal. *{at}*: would that be all right?"
    )
    if visit.is_invited:
        text = f"{_sponsor(pair)} would like to come *{at}* instead. Would that be all right?"
    answers = [
        Button("Yes, gladly", action_id=YES, value=id, style="primary"),
        Button("Another time", action_id=OTHER_TIME, value=id),
        Button("Rather not", action_id=NO, value=id),
    ]
    return _post(visit, pair.host, text, answers, FOR_HOSTS)


def _asked(pair: Participants, visit: Visit) -> Post:
    whom = mention(pair.host.id) if visit.is_invited else f"an agent of <#{pair.team.channel_id}>"
    text = (
        f"Good: {when(visit.starts_at, pair.sponsor)}. I'm asking {whom} whether that suits them, "
        "and you hear from me when I have a yes."
    )
    return _post(visit, pair.sponsor, text, [Button("Call it off", action_id=CANCEL, value=str(visit.id))])


def _suggested(pair: Participants, visit: Visit) -> Post:
    text = f"You suggested {when(visit.starts_at, pair.host)}. {mention(pair.sponsor.id)} has your suggestion."
    return _post(visit, pair.host, text, [Button("Rather not", action_id=NO, value=str(visit.id))])


def _suggestion(pair: Participants, visit: Visit) -> Post:
    id, host = str(visit.id), mention(pair.host.id)
    text = f"{host} would be glad to have you beside them, and suggests *{when(visit.starts_at, pair.sponsor)}*."
    answers = [
        Button("It suits me", action_id=YES, value=id, style="primary"),
        Button("Another time", action_id=OTHER_TIME, value=id),
        Button("Call it off", action_id=CANCEL, value=id),
    ]
    return _post(visit, pair.sponsor, text, answers)


def _planned(pair: Participants, visit: Visit, reader: Person, links: Links | None) -> Post:
    id, at = str(visit.id), when(visit.starts_at, reader)
    what = f"You visit <#{pair.team.channel_id}>, beside {mention(pair.host.id)}"
    note = FOR_SPONSORS
    if reader is pair.host:
        what = f"{_sponsor(pair)} sits beside you, to learn from your work"
        note = "Nothing to prepare: work as you always do, and say what gets in your way."
    answers = [
        Button("Move it", action_id=OTHER_TIME, value=id),
        Button("Call it off", action_id=CANCEL, value=id),
    ]
    text = f":busts_in_silhouette: {what}: *{at}*, {visit.minutes} minutes."
    return _post(visit, reader, text, answers, f"{links or ''}{note}")


def _written(pair: Participants, visit: Visit) -> Post:
    day = on(pair.sponsor.local(visit.starts_at).date())
    text = f":white_check_mark: You visited <#{pair.team.channel_id}> on {day}. Being there says that the work matters."
    return _post(visit, pair.sponsor, text, [Button("Read it again", action_id=READ, value=str(visit.id))])


def _over(pair: Participants, visit: Visit, reader: Person) -> str:
    other, day = mention(pair.other(reader).id), on(reader.local(visit.starts_at).date())
    is_host = reader is pair.host
    match visit.state:
        case State.DONE:
            return f":white_check_mark: {other} sat beside you on {day}. Thank you for having them."
        case State.MISSED if is_host:
            return f"As far as I know, {other} didn't sit beside you on {day}. Nothing is lost; they may ask again."
        case State.MISSED:
            return "That happens. `/shadow visits` shows other times."
        case State.DECLINED:
            return f"Another time, then: {day} does not suit the team. `/shadow visits` shows other times."
        case State.LAPSED:
            return "That time has passed without an answer, which is fine. Another time, then."
        case State.CANCELLED if is_host and not visit.is_invited:
            return f"The visit on {day} is off, so there is nothing to answer any more. Thank you all the same."
        case _:
            what = f"{other} sits beside you" if is_host else f"you visit <#{pair.team.channel_id}>"
            return f"It is called off that {what} on {day}."


def outcome(pair: Participants, visit: Visit, *, again: bool = False) -> Post:
    """How was it?"""
    id = str(visit.id)
    more = " This is the last time I ask." if again else ""
    text = (
        f"How was your visit to <#{pair.team.channel_id}>? Three questions, three minutes: what works, what stands in "
        f"the agents' way, and what you will do about it.{more}"
    )
    answers = [
        Button("Write it down", action_id=DEBRIEF, value=id, style="primary"),
        Button("It did not happen", action_id=MISSED, value=id),
        Button("We moved it", action_id=OTHER_TIME, value=id),
    ]
    return _post(visit, pair.sponsor, text, answers, what="outcome")


def recorded(pair: Participants, visit: Visit) -> Post:
    """The same card, once it is answered or let go."""
    text = "Another time, then. `/shadow visits` shows what is planned."
    if visit.state == State.DONE:
        text = (
            ":white_check_mark: Thanks for going. Only you can read what you wrote, but for a promise, which the "
            "team's leaders read too. Themes are counted."
        )
    elif visit.state == State.MISSED:
        text = "That happens. If you were there after all, `/shadow visits` lets you write it down for two weeks."
    return _post(visit, pair.sponsor, text, what="outcome")


def reminder(pair: Participants, visit: Visit, reader: Person) -> Post:
    """On the day, as it begins."""
    at, sponsor = f"{reader.local(visit.starts_at):%H:%M}", mention(pair.sponsor.id)
    text = f":hourglass: Today at {at} {sponsor} sits beside you. Nothing to prepare; work as you always do."
    if reader is pair.sponsor:
        text = (
            f":hourglass: Today at {at} you visit <#{pair.team.channel_id}>, beside {mention(pair.host.id)}, for "
            f"{visit.minutes} minutes. {FOR_SPONSORS}"
        )
    return _post(visit, reader, text, what="reminder")


def comment(visit: Visit, by: Person | None, reader: Person) -> str:
    """What an invitation, or its end, is shown with; `by` is whose answer it was."""
    match visit.state:
        case State.PLANNED:
            return meetings.invitation(visit.starts_at, reader, by)
        case State.CANCELLED if by:
            return meetings.off(f"{mention(by.id)} called off the visit.")
        case State.CANCELLED:
            return "The visit is called off, since one of you is in another place now. Thank you both."
        case _:
            return meetings.off("Another time, then.")


def title(pair: Participants) -> str:
    """What a calendar calls it."""
    return f"{pair.sponsor.name} visits #{pair.team.name}, beside {pair.host.name}"


def description() -> str:
    """What stands in the invitation, for both."""
    return "Nothing to prepare: the host works as always, the visitor watches, listens, and asks what gets in the way."


LEADERS_CARDS = ("visit:%:leader", "promise:%")
"""The names of all the cards here, as patterns of SQL."""


def leader_card(pair: Participants, visit: Visit, leader: Person) -> Post:
    """One card for each of them, edited as things change."""
    return _post(visit, leader, f"{_leader_text(pair, visit)} {_leader_time(visit, leader)}", what="leader")


def _leader_text(pair: Participants, visit: Visit) -> str:
    sponsor, channel = mention(pair.sponsor.id), f"<#{pair.team.channel_id}>"
    match visit.state:
        case State.PLANNED:
            return f":busts_in_silhouette: {sponsor} visits {channel}, beside {mention(pair.host.id)}:"
        case State.DONE:
            return f":white_check_mark: {sponsor} visited {channel} on"
        case State.MISSED:
            return f"As far as I know, the visit of {sponsor} to {channel} didn't happen:"
        case _:
            return f"The visit of {sponsor} to {channel} is called off:"


def _leader_time(visit: Visit, leader: Person) -> str:
    if visit.state == State.PLANNED:
        return f"*{when(visit.starts_at, leader)}*, {visit.minutes} minutes."
    return f"{on(leader.local(visit.starts_at).date())}."


def promise_card(team: Team, promise: Promise, sponsor_id: str, leader: Person, *, is_kept: bool = False) -> Post:
    """The promise in the sponsor's words."""
    by = f" by {on(promise.due_on)}" if promise.due_on and not is_kept else ""
    verb = "kept a promise to" if is_kept else "promised"
    sign = ":white_check_mark: " if is_kept else ""
    words = shortened(escape(promise.words), 2800)
    text = f"{sign}{mention(sponsor_id)} {verb} <#{team.channel_id}>{by}:\n>{words}"
    return meetings.card(meetings.card_name(f"promise:{promise.id}", leader), "promise", text)
