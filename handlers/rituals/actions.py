"""Handlers for `/funtank rituals` and for the buttons of rituals, packs, hosts, kick-off, quizzes and coffee pairs."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.rituals import packs, queries, rules
from bot.features.rituals.models import Ritual
from bot.features.rituals.settings import LeanWay
from bot.messages import callbacks
from bot.messages.errors import which_team
from bot.messages.rituals import forms, lists
from bot.messages.rituals import packs as rituals_packs
from bot.messages.rituals import quiz as rituals_quiz
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Role, Team
from bot.org.workspaces import Address
from bot.slack.dispatcher import Actor, Listener
from bot.slack.inbox import Sessions
from bot.slack.outbox import outbox
from bot.slack.post import Payload, Post
from bot.workflows.rituals import answers, hosts, plans
from handlers.payloads import pressed_value, respond, show_form
from handlers.rituals.lookups import Find, find_shown_team


async def show_rituals(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    async with sessions.reading() as session:
        found = await teams_queries.team_meant(session, *actor, channel_id=body["channel_id"])
        if len(found) > 1:
            raise Refusal(which_team(found))
        shown = await list_rituals(session, found[0], actor, now)
    await ack(shown.payload())


async def list_rituals(session: AsyncSession, team: Team, actor: Actor, now: datetime) -> Post:
    member = await membership.member(session, team, actor.person_id)
    leads = member is not None and member.role is Role.LEADER
    entries = await plans.list_entries(session, team, now=now)
    offered = await plans.list_packs(session, team, now=now)
    return lists.ritual_list(team, entries, offered, rules.local_day(team, now), leads=leads)


def change_listener(find: Find, act: Callable[..., Awaitable[None]]) -> Listener:
    """Return a listener that runs `act` on a pressed button's ritual or pack, and answers with the updated list."""

    async def listen(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
        async with sessions.begin() as session:
            team, member, thing = await find(session, actor, pressed_value(body), lock=True)
            await act(session, team, member, thing, now=now)
            await respond(session, body, await list_rituals(session, team, actor, now), now)
        await ack()

    return listen


def form_listener(find: Find, form: Callable[[Team, Any, datetime], ModalView]) -> Listener:
    """Return a listener, for leaders only, that opens a form about a pressed button's ritual or pack."""

    async def listen(
        ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
    ) -> None:
        async with sessions.reading() as session:
            team, member, thing = await find(session, actor, pressed_value(body))
        member.must_lead()
        await show_form(client, body, form(team, thing, now))
        await ack()

    return listen


def change_form(team: Team, ritual: Ritual, now: datetime) -> ModalView:
    """Build the form to change a ritual: its texts if it is the team's own, else its schedule."""
    return forms.own_form(team, ritual) if ritual.own else forms.when_form(team, ritual)


async def preview(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Show anybody in the team what a ritual will post next."""
    about = pressed_value(body)
    async with sessions.reading() as session:
        team = await find_shown_team(session, actor, about)
        ritual = await queries.find_ritual(session, team, about.partition(":")[2])
        dates = await plans.next_dates(session, team, ritual, now=now)
        prompt = await queries.upcoming_prompt(session, ritual, now, now=now)
    await show_form(client, body, forms.preview_view(team, ritual, dates, prompt))
    await ack()


async def preview_pack(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Show anybody in the team all rituals of a pack, with their texts."""
    about = pressed_value(body)
    async with sessions.reading() as session:
        team = await find_shown_team(session, actor, about)
        pack = await packs.find_pack(session, team, about.partition(":")[2])
        entry = await plans.load_pack_entry(session, team, pack, now=now)
        coming = {ritual.slug: at for at, ritual in entry.week}
        prompts = [
            await queries.upcoming_prompt(session, ritual, coming.get(ritual.slug, now), now=now)
            for ritual in pack.rituals
        ]
    await show_form(client, body, rituals_packs.pack_preview(team, entry, prompts))
    await ack()


async def answer_quiz(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    run_id, _, said = pressed_value(body).partition(":")
    async with sessions.begin() as session:
        await answers.answer_quiz(session, actor, callbacks.number(run_id), said, now=now)
        note = rituals_quiz.answer_noted(said)
        await outbox.respond(session, note, url=body["response_url"], to=Address(*actor), now=now, replace=False)
    await ack()


def choose_lean(way: LeanWay) -> Listener:
    async def listen(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
        async with sessions.begin() as session:
            await answers.choose_lean(session, actor, callbacks.number(pressed_value(body)), way, now=now)
        await ack()

    return listen


def record_whether_met(*, has_met: bool) -> Listener:
    async def listen(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
        run_id = callbacks.number(pressed_value(body))
        async with sessions.begin() as session:
            await answers.record_whether_met(session, actor, run_id, has_met=has_met, now=now)
        await ack()

    return listen


async def skip_turn(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await hosts.skip_turn(session, actor, callbacks.number(pressed_value(body)), now=now)
    await ack()


async def open_swap(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        found = await hosts.list_possible_hosts(session, actor, callbacks.number(pressed_value(body)))
    await show_form(client, body, forms.swap_form(*found))
    await ack()
