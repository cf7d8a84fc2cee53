"""Handlers for one-on-ones: `/1on1`, buttons to find a time, and the form of topics and notes."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.one_on_ones import notes, nudges, queries
from bot.features.one_on_ones.notes import LONGEST
from bot.features.one_on_ones.settings import Settings
from bot.meetings import queries as meetings_queries
from bot.meetings.models import Kind, State
from bot.meetings.rules import Pair
from bot.messages import callbacks, suggestions
from bot.messages.errors import with_words
from bot.messages.ideas.forms import LONGEST_IDEA
from bot.messages.meetings import TITLES
from bot.messages.one_on_ones import forms, lists, names
from bot.messages.one_on_ones.lists import NOBODY
from bot.messages.one_on_ones.names import (
    BY,
    FOLLOW_UP,
    IDEA,
    NOTE,
    PROMISE,
    ROADBLOCK,
    RULE,
    SAID,
    TALKED,
    TOPIC,
    WHOM,
    Act,
)
from bot.org import people
from bot.org.people import Person
from bot.refusals import one_on_ones as refusals
from bot.slack import mrkdwn
from bot.slack.commands import Addressee, find_addressee, is_name, split
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload, Post, payload
from bot.workflows.meetings import outcomes as meetings_outcomes
from bot.workflows.nudges import notice_look
from bot.workflows.one_on_ones import bookings, outcomes, submissions
from bot.workflows.one_on_ones.submissions import FIELDS, Submission
from handlers.addressees import require_one_person
from handlers.meetings import button_listener, form_listener, open_time_form, parse_time, pressed_number
from handlers.payloads import form_values, names_in, parse_day, pressed_value, respond, respond_in_row, with_mentions

TIMES = 3
TITLE = TITLES[Kind.ONE_ON_ONE]
OUTCOMES = {names.MET: State.MET, names.SKIPPED: State.SKIPPED}
ACTS: dict[Act, Callable[[AsyncSession, Pair, str, str, datetime], Awaitable[Post]]] = {
    Act.TOPIC: bookings.add_topic,
    Act.ASK: bookings.request,
    Act.DONE: outcomes.record_met,
}


def register(on: Dispatcher) -> None:
    on.command("/1on1")(command)
    on.view(names.PARTNER_FORM)(choose_partner)

    on.action(names.PROPOSE)(propose)
    on.action(names.PLANNED)(open_planned)
    on.action(names.SKIP)(skip)
    on.view(names.PLANNED_FORM)(save_planned)

    for nth in range(TIMES):
        on.action(f"{names.PICK}:{nth}")(pick)
    on.action(names.OTHERS)(button_listener(bookings.propose_others))
    on.action(names.MOVE)(open_move)
    on.view(names.MOVE_FORM)(form_listener(bookings.move_meeting))
    for answer in OUTCOMES:
        on.action(answer)(record)

    on.action(names.OPEN)(open_pair)
    on.action(names.FOLLOWED)(button_listener(outcomes.finish_follow_up))
    on.view(names.PAIR_FORM)(save_pair)


async def propose(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Offer the agent three times on a card, unless the pair already has times on offer."""
    nudge_id, series_id, closed_id = (callbacks.number(each or 0) for each in callbacks.parts(pressed_value(body), 3))
    async with sessions.begin() as session:
        post = await bookings.propose(session, actor, series_id, nudge_id, closed_id, now=now)
        is_card = closed_id and not (body.get("container") or {}).get("is_ephemeral")
        if not nudge_id and not is_card:
            await respond_in_row(session, body, post, now)
    await ack()


async def skip(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, series_id = parse_row(pressed_value(body))
    async with sessions.begin() as session:
        post = await outcomes.skip(session, actor, series_id, nudge_id, now=now)
        if not nudge_id:
            await respond(session, body, post, now)
    await ack()


def parse_row(value: str) -> tuple[int, int]:
    """Return the nudge's id (0 for none) and the series' id from a button's value."""
    nudge_id, _, series_id = value.partition(":")
    return callbacks.number(nudge_id), callbacks.number(series_id)


async def open_planned(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    _, series_id = parse_row(pressed_value(body))
    async with sessions.reading() as session:
        pair = await queries.find_pair_of_series(session, *actor, series_id)
    asked = f"When do you and {mrkdwn.mention(pair.attendee.id)} meet?", "Save"
    by, form = pair.organizer, names.PLANNED_FORM
    await open_time_form(client, body, by, pair.hours(by), now, form, asked, pressed_value(body), title=TITLE)
    await ack()


async def open_move(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open a form in which the leader or the agent moves a planned meeting."""
    async with sessions.reading() as session:
        pair, meeting = await meetings_queries.lock_own_meeting(session, *actor, pressed_number(body))
    by, whom = pair.person(actor.person_id), mrkdwn.mention(meeting.other(actor.person_id))
    asked = f"When do you and {whom} meet instead?", "Move it"
    routine, form = pair.hours(by), names.MOVE_FORM
    await open_time_form(client, body, by, routine, now, form, asked, str(meeting.id), title=TITLE)
    await ack()


async def open_pair(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    _, _, other_id = pressed_value(body).partition(":")
    async with sessions.reading() as session:
        pair = await queries.find_pair_with(session, *actor, other_id)
        view = await pair_view(session, pair, actor.person_id, now)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def pair_view(session: AsyncSession, pair: Pair, reader_id: str, now: datetime, topic: str = "") -> Payload:
    """Build a pair's form of topics and notes, with `topic` filled in."""
    meeting = (await queries.find_open_meetings(session, [pair])).get(pair.series.id)
    kept = await notes.fetch_notes(session, pair, reader_id)
    named = await names_in(session, pair.series.workspace_id, topic, *(each.words for each in kept.topics))
    reader = pair.person(reader_id)
    return payload(forms.pair_form(pair, meeting, kept, reader, reader.local(now).date(), topic, named))


async def pick(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Book the time that was picked; if it is no longer free, offer new times instead."""
    meeting_id, _, at = pressed_value(body).partition(":")
    async with sessions.begin() as session:
        await bookings.plan_at_picked_time(session, actor, callbacks.number(meeting_id), callbacks.instant(at), now=now)
    await ack()


async def record(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Record the outcome of a meeting; the leader has one button per outcome."""
    state = OUTCOMES[body["actions"][0]["action_id"]]
    async with sessions.begin() as session:
        await meetings_outcomes.record(session, actor, pressed_number(body), state, now=now)
    await ack()


async def command(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    text = clean(unescape(body.get("text") or ""))
    word, rest = split(text)
    if word in ACTS or is_name(word):
        act, text = (Act(word), rest) if word in ACTS else (Act.OPEN, text)
        await _act(ack, actor, body, client, sessions, now, act, text)
    elif word == "help":
        await ack(lists.usage().payload())
    elif not word:
        await notice_look(sessions, actor, now=now)
        await ack(await _overview(actor, sessions, now))
    else:
        raise Refusal(suggestions.not_understood("/1on1", text))


async def _overview(actor: Actor, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.reading() as session:
        reader = await people.fetch_person(session, *actor)
        pairs = await queries.find_pairs(session, *actor)
        open_ones = await queries.find_open_meetings(session, pairs)
        weekly = max((Settings.of(pair.team).weekly for pair in pairs), default=0)
        due = await nudges.find_due(session, reader, weekly, now)
    return lists.overview(pairs, due, open_ones, reader, reader.local(now).date()).payload()


async def _act(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, act: Act,
    text: str,
) -> None:  # fmt: skip
    """Run a command at once if only one pair can be meant; otherwise, or for `open`, show a form."""
    try:
        answer, view = await _answer(actor, sessions, now, act, text)
    except Refusal as error:
        raise Refusal(with_words(error.sentence, text), field=error.field) from None
    if view:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
    await (ack(answer) if answer else ack())


async def _answer(
    actor: Actor, sessions: Sessions, now: datetime, act: Act, text: str
) -> tuple[Payload | None, Payload | None]:
    async with sessions.begin() as session:
        reader = await people.fetch_person(session, *actor)
        meant = await find_possible_pairs(session, reader, act, text)
        act, words = _move_action_first(act, meant.words)
        if not meant.is_clear:
            named = await names_in(session, reader.workspace_id, words)
            return None, payload(forms.partner_form(act, meant.pairs, reader, words, named))
        if act is Act.OPEN:
            return None, await pair_view(session, meant.pairs[0], reader.id, now, words)
        return (await ACTS[act](session, meant.pairs[0], reader.id, words, now)).payload(), None


def _move_action_first(act: Act, words: str) -> tuple[Act, str]:
    """Return a command's action and text, accepting the action after the name: `@ana done` means `done @ana`."""
    word, rest = split(words)
    return (Act(word), rest) if act is Act.OPEN and word in ACTS else (act, words)


class PossiblePairs(NamedTuple):
    """The pairs that a command may mean, and the remaining text."""

    pairs: Sequence[Pair]
    words: str

    @property
    def is_clear(self) -> bool:
        return len(self.pairs) == 1 and len(self.words) <= LONGEST


async def find_possible_pairs(session: AsyncSession, reader: Person, act: Act, text: str) -> PossiblePairs:
    """Find the pairs that a command may mean.

    Raises a `Refusal` if the command names somebody with whom the sender has no one-on-ones, or if the sender has none.
    """
    pairs = {each.series.other(reader.id): each for each in await _find_pairs(session, reader, act)}
    said = find_addressee(text, await people.match_typed_names(session, reader.workspace_id, text), pairs)
    if not said.ids and _names_another(said, act):
        return PossiblePairs([await find_named(session, reader, said)], said.names[0].after)
    if not pairs:
        raise Refusal(NOBODY)
    return PossiblePairs([pairs[id] for id in said.ids or pairs], said.words)


async def _find_pairs(session: AsyncSession, reader: Person, act: Act) -> Sequence[Pair]:
    """Return the pairs in which the reader may do `act`; raise a `Refusal` if there are none."""
    pairs = await queries.find_pairs(session, reader.workspace_id, reader.id)
    led = [each for each in pairs if each.organizer.id == reader.id]
    match act:
        case Act.ASK if pairs and pairs == led:
            raise Refusal(refusals.LEADS_ALL)
        case Act.DONE if pairs and not led:
            pairs[0].must_organize(reader.id, Kind.ONE_ON_ONE)
        case Act.ASK:
            return [each for each in pairs if each not in led]
        case Act.DONE:
            return led
    return pairs


def _names_another(said: Addressee, act: Act) -> bool:
    """Return whether named people are meant as addressees, although none of them is a partner of the reader.

    Such names are part of the text, unless the command is only a name or expects only a name.
    """
    is_address = act in (Act.OPEN, Act.DONE)
    return bool(said.names) and (is_address or not said.names[-1].after)


async def find_named(session: AsyncSession, reader: Person, said: Addressee) -> Pair:
    """Return the reader's pair with the named person, even if the pair has ended.

    Raises a `Refusal` unless exactly one person is named; it lists people who share a name.
    """
    ids = {id for name in said.names for id in name.ids}
    if not ids or len(said.names) > 1 < len(ids):
        raise Refusal(refusals.NAME_ONE)
    id = await require_one_person(session, reader.workspace_id, sorted(ids))
    return await queries.find_pair_with(session, reader.workspace_id, reader.id, id)


async def save_pair(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    series_id, filled = callbacks.number(view["private_metadata"]), form_values(view)
    async with sessions.begin() as session:
        by = await people.fetch_person(session, *actor)
        filled = await with_mentions(session, actor.workspace_id, filled, TOPIC, NOTE, longest=LONGEST)
        filled = await with_mentions(session, actor.workspace_id, filled, *FIELDS.values(), longest=LONGEST_IDEA)
        said = Submission(
            clean(filled.get(PROMISE) or ""), parse_day(filled, BY, by.zone, now) if BY in filled else None,
            clean(filled.get(ROADBLOCK) or ""), clean(filled.get(IDEA) or ""),
        )  # fmt: skip
        told = await submissions.raise_followups(session, actor, series_id, said, now=now)
        await outcomes.save_notes(
            session, actor, series_id, talked=[callbacks.number(each) for each in filled.get(TALKED) or []],
            topic=clean(filled.get(TOPIC) or ""), note=(filled[NOTE] or "").strip(),
            follow_up_on=parse_day(filled, FOLLOW_UP, by.zone, now), cadence=filled.get(RULE), now=now,
        )  # fmt: skip
    next_view = forms.saved_text(told, has_raised=bool(said.roadblock or said.idea))
    await ack(response_action="update", view=payload(next_view))


async def save_planned(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Save the time of a one-on-one that was arranged without the bot."""
    nudge_id, series_id = parse_row(view["private_metadata"])
    async with sessions.begin() as session:
        at = await parse_time(session, actor, view, now)
        await bookings.record_plan(session, actor, series_id, nudge_id, at, now=now)
    await ack()


async def choose_partner(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Run the command with the partner chosen in the form."""
    name, _, typed = view["private_metadata"].partition(" ")
    act = callbacks.parse_choice(Act, name)
    async with sessions.begin() as session:
        filled = await with_mentions(session, actor.workspace_id, form_values(view), SAID, longest=LONGEST)
        words = clean(filled[SAID] or typed)
        pair = await queries.find_pair_with(session, *actor, filled[WHOM])
        if act is Act.OPEN:
            next_view = await pair_view(session, pair, actor.person_id, now, words)
        else:
            next_view = payload(forms.answer_view(await ACTS[act](session, pair, actor.person_id, words, now)))
    await ack(response_action="update", view=next_view)
