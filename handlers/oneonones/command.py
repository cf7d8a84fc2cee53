"""`/1on1`: who is due, what two people keep, a topic, the wish for one, and that one has just happened."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import directory
from bot.errors import UserError
from bot.features.oneonones import pairs as oneonones_pairs
from bot.features.oneonones import rota
from bot.features.oneonones.keeping import LONGEST
from bot.features.oneonones.settings import Settings
from bot.inbox import Sessions
from bot.messages import handed_back, suggestions
from bot.messages.commands import is_name, split
from bot.messages.errors import with_words
from bot.messages.oneonones import lists
from bot.messages.oneonones import partners as oneonones_partners
from bot.messages.oneonones.names import SAID, WHOM, Act
from bot.messages.post import Payload, payload
from bot.messages.text import clean, unescape
from handlers.forms import answers, mentioning, names_in
from handlers.oneonones import partners
from handlers.oneonones.acts import ACTS
from handlers.oneonones.pair import form, form_of


async def command(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    text = clean(unescape(body.get("text") or ""))
    word, rest = split(text)
    if is_name(word):
        await _act(ack, body, client, sessions, now, Act.OPEN, text)
    elif word in ACTS:
        await _act(ack, body, client, sessions, now, Act(word), rest)
    elif word == "help":
        await ack(lists.usage().payload())
    elif not word:
        await ack(await _overview(body, sessions, now))
    else:
        raise UserError(suggestions.not_understood("/1on1", text))


async def _overview(body: Payload, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.reading() as session:
        reader = await directory.person(session, body["team_id"], body["user_id"])
        pairs = await oneonones_pairs.of_person(session, reader.workspace_id, reader.id)
        open_ones = await oneonones_pairs.planned(session, pairs)
        weekly = max((Settings.of(pair.team).weekly for pair in pairs), default=0)
        due = await rota.due_of(session, reader, weekly, now)
    return lists.overview(pairs, due, open_ones, reader).payload()


async def _act(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, act: Act, text: str
) -> None:
    """Do it at once where it is clear for whom; else, and to open what a pair keeps, in a form."""
    try:
        answer, view = await _answer(body, sessions, now, act, text)
    except UserError as error:
        raise UserError(with_words(error.sentence, text), field=error.field) from None
    if view:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
    await (ack(answer) if answer else ack())


async def _answer(
    body: Payload, sessions: Sessions, now: datetime, act: Act, text: str
) -> tuple[Payload | None, Payload | None]:
    async with sessions.begin() as session:
        reader = await directory.person(session, body["team_id"], body["user_id"])
        meant = await partners.meant(session, reader, act, text)
        act, words = _behind(act, meant.words)
        if not meant.is_clear:
            names = await names_in(session, reader.workspace_id, words)
            return None, payload(oneonones_partners.partner_form(act, meant.pairs, reader, words, names))
        if act is Act.OPEN:
            return None, await form_of(session, meant.pairs[0], reader.id, words)
        return (await ACTS[act](session, meant.pairs[0], reader.id, words, now)).payload(), None


def _behind(act: Act, words: str) -> tuple[Act, str]:
    """`@ana done` is `done @ana`."""
    word, rest = split(words)
    return (Act(word), rest) if act is Act.OPEN and word in ACTS else (act, words)


async def choose(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """The form says whose it is."""
    filled, workspace_id, by = answers(view), context.team_id or "", context.user_id or ""
    name, _, typed = view["private_metadata"].partition(" ")
    act = handed_back.choice(Act, name)
    async with sessions.begin() as session:
        filled = await mentioning(session, workspace_id, filled, SAID, longest=LONGEST)
        words = clean(filled[SAID] or typed)
        if act is Act.OPEN:
            next_view = await form(session, workspace_id, by, filled[WHOM], words)
        else:
            pair = await oneonones_pairs.of_pair(session, workspace_id, by, filled[WHOM])
            done = await ACTS[act](session, pair, by, words, now)
            next_view = payload(oneonones_partners.closing(done))
    await ack(response_action="update", view=next_view)
