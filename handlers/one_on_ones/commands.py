"""`/1on1`: who is due, what two people keep, a topic, the wish for one, and that one has happened."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.one_on_ones import nudges, queries
from bot.features.one_on_ones.notes import LONGEST
from bot.features.one_on_ones.rules import Pair
from bot.features.one_on_ones.settings import Settings
from bot.messages import suggestions
from bot.messages.errors import with_words
from bot.messages.one_on_ones import forms, lists
from bot.messages.one_on_ones.lists import NOBODY
from bot.messages.one_on_ones.names import Act
from bot.org import people
from bot.org.people import Person
from bot.refusals import one_on_ones as refusals
from bot.slack.commands import Addressee, addressee, is_name, split
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload, Post, payload
from bot.workflows.one_on_ones import bookings, outcomes
from handlers.addressees import must_be_one
from handlers.one_on_ones.actions import pair_view
from handlers.payloads import names_in


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
    return lists.overview(pairs, due, open_ones, reader).payload()


async def _act(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, act: Act,
    text: str,
) -> None:  # fmt: skip
    """Do it at once where it is clear for whom; else, and to open what a pair keeps, in a form."""
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
        meant = await find_meant(session, reader, act, text)
        act, words = _behind(act, meant.words)
        if not meant.is_clear:
            names = await names_in(session, reader.workspace_id, words)
            return None, payload(forms.partner_form(act, meant.pairs, reader, words, names))
        if act is Act.OPEN:
            return None, await pair_view(session, meant.pairs[0], reader.id, words)
        return (await ACTS[act](session, meant.pairs[0], reader.id, words, now)).payload(), None


def _behind(act: Act, words: str) -> tuple[Act, str]:
    """`@ana done` is `done @ana`."""
    word, rest = split(words)
    return (Act(word), rest) if act is Act.OPEN and word in ACTS else (act, words)


ACTS: dict[Act, Callable[[AsyncSession, Pair, str, str, datetime], Awaitable[Post]]] = {
    Act.TOPIC: bookings.add_topic,
    Act.ASK: bookings.request,
    Act.DONE: outcomes.record_met,
}


class Meant(NamedTuple):
    """The pairs that may be meant, one when it is clear; and what is said."""

    pairs: Sequence[Pair]
    words: str

    @property
    def is_clear(self) -> bool:
        return len(self.pairs) == 1 and len(self.words) <= LONGEST


async def find_meant(session: AsyncSession, reader: Person, act: Act, text: str) -> Meant:
    """A `Refusal` when somebody is named whom they have no one-on-ones with, or when they have none at all."""
    pairs = {each.series.other(reader.id): each for each in await _find_pairs(session, reader, act)}
    said = addressee(text, await people.match_typed_names(session, reader.workspace_id, text), pairs)
    if not said.ids and _names_another(said, act):
        return Meant([await find_named(session, reader, said)], said.names[0].after)
    if not pairs:
        raise Refusal(NOBODY)
    return Meant([pairs[id] for id in said.ids or pairs], said.words)


async def _find_pairs(session: AsyncSession, reader: Person, act: Act) -> Sequence[Pair]:
    """Those in which they may do it; a `Refusal` where there are none but others."""
    pairs = await queries.find_pairs(session, reader.workspace_id, reader.id)
    led = [each for each in pairs if each.leader.id == reader.id]
    match act:
        case Act.ASK if pairs and pairs == led:
            raise Refusal(refusals.LEADS_ALL)
        case Act.DONE if pairs and not led:
            pairs[0].must_lead(reader.id)
        case Act.ASK:
            return [each for each in pairs if each not in led]
        case Act.DONE:
            return led
    return pairs


def _names_another(said: Addressee, act: Act) -> bool:
    """Somebody else's name is free text, unless there is nothing but a name, or nothing but a name is asked for."""
    is_address = act in (Act.OPEN, Act.DONE)
    return bool(said.names) and (is_address or not said.names[-1].after)


async def find_named(session: AsyncSession, reader: Person, said: Addressee) -> Pair:
    """The pair with the one person who is named, also one that has ended; a `Refusal` tells two of one name apart."""
    ids = {id for name in said.names for id in name.ids}
    if not ids or len(said.names) > 1 < len(ids):
        raise Refusal(refusals.NAME_ONE)
    id = await must_be_one(session, reader.workspace_id, sorted(ids))
    return await queries.find_pair_with(session, reader.workspace_id, reader.id, id)
