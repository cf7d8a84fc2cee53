"""Buttons of rituals: the list's, a host's, the kick-off's, a quiz's, coffee's and those of packs."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserError
from bot.features.rituals import coffee as rituals_coffee
from bot.features.rituals import hosts, queries, quiz, settings
from bot.features.rituals import packs as rituals_features_packs
from bot.features.rituals.settings import LeanWay
from bot.messages import callbacks
from bot.messages.rituals import cards, coffee, forms
from bot.messages.rituals import packs as rituals_packs
from bot.messages.rituals import quiz as rituals_quiz
from bot.org import people
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack import home
from bot.slack.inbox import Sessions
from bot.slack.outbox import outbox
from bot.slack.post import Payload, payload
from bot.workflows.rituals import cards as rituals_cards
from bot.workflows.rituals import packs, plans, runs
from handlers.payloads import pressed_value, respond
from handlers.rituals import commands, lookups
from handlers.rituals.commands import list_rituals
from handlers.rituals.lookups import Asked, find_led_ritual, find_ritual, find_team

FOR_LEADERS = "That is for the team's leaders. Tell them what you think in the thread; they will be glad you did."


async def preview(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    """What it would say next, for anybody in the team."""
    team_id, _, slug = pressed_value(body).partition(":")
    async with sessions.reading() as session:
        team = await teams_queries.own_team(session, body["team"]["id"], body["user"]["id"], callbacks.number(team_id))
        ritual = await queries.find_ritual(session, team, slug)
        dates = await plans.next_dates(session, team, ritual, now=now)
        prompt = await queries.upcoming_prompt(session, ritual, now, now=now)
    view = forms.preview(team, ritual, dates, prompt)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def turn_off(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        asked = await _asked_about(session, body)
        await queries.turn_off(session, asked.member, asked.ritual)
        await _replan_and_answer(session, asked, body, now)
    await ack()


async def resume(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        asked = await _asked_about(session, body)
        queries.resume(asked.member, asked.ritual)
        await _replan_and_answer(session, asked, body, now)
    await ack()


async def remove(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        team, member, ritual = await _asked_about(session, body)
        await queries.remove_own_ritual(session, member, ritual)
        await respond(session, body, await commands.list_rituals(session, team, member.user_id, now), now)
    await ack()


async def open_pause(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    async with sessions.reading() as session:
        team, _, ritual = await find_led_ritual(session, body["team"]["id"], body["user"]["id"], pressed_value(body))
    await client.views_open(trigger_id=body["trigger_id"], view=payload(forms.pause_form(team, ritual, now)))
    await ack()


async def _asked_about(session: AsyncSession, body: Payload) -> Asked:
    return await find_ritual(session, body["team"]["id"], body["user"]["id"], pressed_value(body), lock=True)


async def _replan_and_answer(session: AsyncSession, asked: Asked, body: Payload, now: datetime) -> None:
    team, member, ritual = asked
    await plans.replan_ritual(session, team, ritual, now=now)
    home.mark_changed(session, team.workspace_id, await membership.leaders_and_sponsor(session, team), now=now)
    await respond(session, body, await commands.list_rituals(session, team, member.user_id, now), now)


async def answer_quiz(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    by = Address(body["team"]["id"], body["user"]["id"])
    occasion_id, _, said = pressed_value(body).partition(":")
    async with sessions.begin() as session:
        ritual, occasion = await queries.find_run(session, by.workspace_id, callbacks.number(occasion_id))
        team = await session.get_one(Team, occasion.team_id)
        await quiz.save_answer(session, team, ritual, occasion, by.conversation, said)
        await runs.take_part(session, team, occasion.id, by.conversation, now=now)
        note = rituals_quiz.answer_noted(said)
        await outbox.respond(session, note, url=body["response_url"], to=by, now=now, replace=False)
    await ack()


def choose_lean(way: LeanWay) -> Callable[..., Awaitable[None]]:
    async def lean(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
        workspace_id, user_id = body["team"]["id"], body["user"]["id"]
        async with sessions.begin() as session:
            ritual, occasion = await queries.find_run(session, workspace_id, callbacks.number(pressed_value(body)))
            team = await teams_queries.own_team(session, workspace_id, user_id, occasion.team_id)
            await membership.lock_team(session, team.id)
            member = await membership.member(session, team, user_id)
            if member is None:
                raise UserError(FOR_LEADERS)
            settings.set_lean(team, member, way, now=now)
            card = await rituals_cards.build_card(session, team, ritual, occasion)
            await outbox.edit(session, card, to=team.channel, not_before=now)
        await ack()

    return lean


async def preview_pack(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    """All of it with its words, for anybody in the team."""
    team_id, _, name = pressed_value(body).partition(":")
    async with sessions.reading() as session:
        team = await teams_queries.own_team(session, body["team"]["id"], body["user"]["id"], callbacks.number(team_id))
        entry = await packs.load_pack_entry(
            session, team, await rituals_features_packs.find_pack(session, team, name), now=now
        )
        coming = {ritual.slug: at for at, ritual in entry.week}
        prompts = [
            await queries.upcoming_prompt(session, ritual, coming.get(ritual.slug, now), now=now)
            for ritual in entry.pack.rituals
        ]
    await client.views_open(
        trigger_id=body["trigger_id"], view=payload(rituals_packs.pack_preview(team, entry, prompts))
    )
    await ack()


def switch_pack(turn: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def switch(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
        who = body["team"]["id"], body["user"]["id"]
        async with sessions.begin() as session:
            team, member, pack = await lookups.find_pack(session, *who, pressed_value(body), lock=True)
            await turn(session, team, member, pack, now=now)
            home.mark_changed(session, team.workspace_id, await membership.leaders_and_sponsor(session, team), now=now)
            await respond(session, body, await list_rituals(session, team, member.user_id, now), now)
        await ack()

    return switch


async def open_start(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    async with sessions.reading() as session:
        team, member, pack = await lookups.find_pack(
            session, body["team"]["id"], body["user"]["id"], pressed_value(body)
        )
    member.must_lead()
    await client.views_open(trigger_id=body["trigger_id"], view=payload(rituals_packs.start_form(team, pack, now)))
    await ack()


async def met(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await _save_whether_met(session, body, now, has_met=True)
    await ack()


async def not_met(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await _save_whether_met(session, body, now, has_met=False)
    await ack()


async def _save_whether_met(session: AsyncSession, body: Payload, now: datetime, *, has_met: bool) -> None:
    person = await people.fetch_person(session, body["team"]["id"], body["user"]["id"])
    occasion = await rituals_coffee.record_whether_met(
        session, person, callbacks.number(pressed_value(body)), has_met=has_met
    )
    if has_met:
        team = await session.get_one(Team, occasion.team_id)
        await runs.take_part(session, team, occasion.id, person.id, now=now)
    await outbox.edit(session, coffee.met_answered(occasion, person.id, has_met=has_met), to=person.dm, not_before=now)


async def skip_turn(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        by = Address(body["team"]["id"], body["user"]["id"])
        team, ritual, occasion = await lookups.find_run(session, by, callbacks.number(pressed_value(body)))
        await hosts.skip_turn(session, team, occasion, by.conversation)
        await outbox.edit(session, cards.host_skipped(occasion, by.conversation), to=by, not_before=now)
        await plans.ask_host(session, team, ritual, occasion, now=now)
    await ack()


async def open_swap(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        by = Address(body["team"]["id"], body["user"]["id"])
        team, ritual, occasion = await lookups.find_run(session, by, callbacks.number(pressed_value(body)), lock=False)
        hosts.check_is_host(occasion, by.conversation)
        others = await hosts.possible_hosts(session, team, occasion)
    view = forms.swap_form(ritual, occasion, others)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def open_when(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        team, _, ritual = await find_led_ritual(session, body["team"]["id"], body["user"]["id"], pressed_value(body))
    await client.views_open(trigger_id=body["trigger_id"], view=payload(forms.when_form(team, ritual)))
    await ack()


async def open_change(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """When one of the catalogue comes; the words too of one that is the team's own."""
    async with sessions.reading() as session:
        team, _, ritual = await find_led_ritual(session, body["team"]["id"], body["user"]["id"], pressed_value(body))
    view = forms.own_form(team, ritual) if ritual.own else forms.when_form(team, ritual)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def open_new(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        team, member = await find_team(session, body["team"]["id"], body["user"]["id"], pressed_value(body))
    member.must_lead()
    await client.views_open(trigger_id=body["trigger_id"], view=payload(forms.own_form(team, None)))
    await ack()
