"""Shout-outs as people ask for them: by command and by form, with an undo and a keep."""

import difflib
from collections.abc import Sequence
from datetime import datetime, timedelta

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, outbox, teams, timetable
from bot.directory import Address
from bot.errors import UserError
from bot.features import shoutouts
from bot.features.shoutouts import REASON, RECEIVERS, Shoutout
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import shoutouts as messages
from bot.messages.post import Payload, Post, payload
from bot.messages.text import Addressed, addressed, clean
from bot.teams import Team
from bot.timetable import About
from handlers.forms import answers

GIVE_KEPT = "shoutouts.give_kept"
SEVEN_DAYS = timedelta(days=7)
WORDS = ("mine", "team", "help")


def register(on: Listeners) -> None:
    on.command("/shoutout")(command)
    on.view(messages.FORM)(give_in_form)
    on.view(messages.OFFERED)(keep_in_form)
    on.action(messages.UNDO)(undo)
    on.action(messages.KEEP)(keep)


async def command(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    said = addressed(body.get("text") or "")
    if said.is_named and said.words:
        if answer := await _thank(said, body, sessions, now):
            await ack(answer)
            return
    elif said.words:
        await ack(await _tell(said.words.lower(), body, sessions, now))
        return
    await client.views_open(trigger_id=body["trigger_id"], view=await _form(said, body, sessions))
    await ack()


async def give_in_form(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    form = answers(view)
    async with sessions.begin() as session:
        team = await teams.one(
            session,
            context.team_id or "",
            context.user_id or "",
            int(form.get(messages.TEAM) or view["private_metadata"]),
        )
        receivers = form[RECEIVERS] or []
        shoutout = await _give(
            session, team, context.user_id or "", receivers, clean(form[REASON] or ""), sessions, now
        )
    if shoutout.is_given:
        await ack(response_action="update", view=payload(messages.closing(messages.given(shoutout, team, receivers))))
    else:
        await ack(response_action="update", view=payload(messages.offered_form(shoutout)))


async def undo(ack: AsyncAck, body: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        if await _undo(session, context, int(body["actions"][0]["value"]), now):
            await _respond(session, body, messages.undone(), now)
    await ack()


async def keep(ack: AsyncAck, body: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        until = await _keep(session, context, int(body["actions"][0]["value"]), now)
        await _respond(session, body, messages.kept(until), now)
    await ack()


async def keep_in_form(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    async with sessions.begin() as session:
        until = await _keep(session, context, int(view["private_metadata"]), now)
    await ack(response_action="update", view=payload(messages.closing(messages.kept(until))))


async def _thank(said: Addressed, body: Payload, sessions: Sessions, now: datetime) -> Payload | None:
    """The answer to thanks; None when a form has to ask for the team."""
    async with sessions.begin() as session:
        receivers = await _receivers(session, body["team_id"], said)
        choice = await _teams(session, body, receivers)
        if len(choice) > 1:
            return None
        shoutout = await _give(session, choice[0], body["user_id"], receivers, said.words, sessions, now)
        if shoutout.is_given:
            return messages.given(shoutout, choice[0], receivers).payload()
        return messages.offered(shoutout).payload()


async def _tell(word: str, body: Payload, sessions: Sessions, now: datetime) -> Payload:
    """What a word that thanks nobody asks for: a list, or help."""
    if word == "help":
        return messages.usage().payload()
    if word not in WORDS:
        near = difflib.get_close_matches(word, WORDS, n=1)
        raise UserError(messages.not_understood(near[0] if near else None))
    async with sessions.reading() as session:
        if word == "mine":
            received, given = await shoutouts.latest_of(session, body["team_id"], body["user_id"])
            receivers = await shoutouts.receivers_of(session, [*received, *given])
            return messages.mine(received, given, receivers).payload()
        team, *others = await _teams(session, body)
        if others:
            raise UserError(messages.which_team([team, *others]))
        week = await shoutouts.given_between(session, team, now - SEVEN_DAYS, now)
        return messages.of_team(team, week, await shoutouts.receivers_of(session, week)).payload()


async def _form(said: Addressed, body: Payload, sessions: Sessions) -> Payload:
    async with sessions.reading() as session:
        receivers = await _receivers(session, body["team_id"], said)
        choice = await _teams(session, body, receivers)
    return payload(messages.form(receivers=receivers, reason=said.words, teams=choice))


async def _teams(session: AsyncSession, body: Payload, receivers: Sequence[str] = ()) -> Sequence[Team]:
    return await teams.which(session, body["team_id"], body["user_id"], channel_id=body["channel_id"], others=receivers)


async def _receivers(session: AsyncSession, workspace_id: str, said: Addressed) -> list[str]:
    known = await directory.named(session, workspace_id, said.names) if said.names else {}
    for name in said.names:
        if name not in known:
            raise UserError(messages.nobody_called(name))
    return [*said.ids, *(known[name] for name in said.names)]


async def _give(
    session: AsyncSession,
    team: Team,
    giver_id: str,
    receivers: Sequence[str],
    reason: str,
    sessions: Sessions,
    now: datetime,
) -> Shoutout:
    """Thank, and tell everybody whom it concerns."""
    message = sessions.delivery_id or ""
    shoutout = await shoutouts.give(
        session, team, giver_id, receivers=receivers, reason=reason, message=message, now=now
    )
    if shoutout.is_given:
        for to, post in messages.announced(shoutout, team, list(receivers)):
            await outbox.put(session, post, to=to, not_before=now)
    return shoutout


async def _undo(session: AsyncSession, context: AsyncBoltContext, shoutout_id: int, now: datetime) -> bool:
    """Whether it was there to be taken back."""
    shoutout = await shoutouts.one(session, context.team_id or "", shoutout_id)
    if not await shoutouts.undo(session, shoutout, context.user_id or "", now=now):
        return False
    team = await session.get_one(Team, shoutout.team_id)
    receivers = (await shoutouts.receivers_of(session, [shoutout]))[shoutout.id]
    for to, post in messages.announced(shoutout, team, receivers):
        await outbox.delete(session, post.card or "", to=to, now=now)
    return True


async def _keep(session: AsyncSession, context: AsyncBoltContext, shoutout_id: int, now: datetime) -> datetime:
    """Keep for the giver's next morning; says when, in the giver's own zone."""
    shoutout = await shoutouts.one(session, context.team_id or "", shoutout_id)
    until = await shoutouts.keep(session, shoutout, context.user_id or "", now=now)
    team = await session.get_one(Team, shoutout.team_id)
    about = About("shoutout", shoutout.id)
    await timetable.put(
        session, job=GIVE_KEPT, key=f"kept:{shoutout.id}", team=team, about=about, due_at=until, now=now
    )
    giver = await directory.person(session, shoutout.workspace_id, shoutout.giver_id)
    return giver.local(until)


async def _respond(session: AsyncSession, body: Payload, post: Post, now: datetime) -> None:
    """Answer a press: in its message where it has one, else by DM."""
    to = Address(body["team"]["id"], body["user"]["id"])
    if url := body.get("response_url"):
        await outbox.respond(session, post, url=url, to=to, now=now)
    else:
        await outbox.put(session, post, to=to, not_before=now)
