"""Handlers for the shout-out form: open it from a shortcut, a message or a nudge, submit it, postpone it."""

from collections.abc import Sequence
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shoutouts.models import Kind, Manner, MessageRef
from bot.features.shoutouts.rules import LONGEST_REASON, MANNER, REASON, RECEIVERS
from bot.messages import callbacks
from bot.messages.shoutouts import answers as shoutouts_answers
from bot.messages.shoutouts import forms
from bot.messages.shoutouts.cards import KIND, TEAM
from bot.messages.shoutouts.forms import PRIVATE, WHOLE_TEAM
from bot.nudges import answers
from bot.nudges.models import NudgeState
from bot.org import people as org_people
from bot.org.teams import membership, queries
from bot.org.workspaces import Address
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.outbox import outbox
from bot.slack.post import Payload, payload
from bot.workflows.nudges import KINDS
from bot.workflows.shoutouts import give as shoutouts_give
from bot.workflows.shoutouts import postponement
from bot.workflows.shoutouts.change import answer_giver
from handlers.payloads import form_values, pressed_value, with_mentions


async def open_form(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    await _show_form(client, actor, body, sessions)
    await ack()


async def open_for_person(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions
) -> None:
    """Open the form to thank the person whom a button names; the giver writes the reason."""
    await _show_form(client, actor, body, sessions, people=[pressed_value(body)])
    await ack()


async def open_for_message(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions
) -> None:
    """Open the form with the message's author as receiver; the giver writes the reason."""
    message = body["message"]
    author = [message["user"]] if message.get("user") and not message.get("bot_id") else []
    await _show_form(client, actor, body, sessions, MessageRef(body["channel"]["id"], message["ts"]), author)
    await ack()


async def open_for_nudge(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open the form with the people in a nudge as receivers; the giver can change them, and writes the reason."""
    nudge_id = callbacks.number(pressed_value(body))
    async with sessions.reading() as session:
        nudge = await answers.find_nudge(session, *actor, nudge_id, lock=False)
    place = MessageRef.of(nudge.facts.get("place", ""))
    people = nudge.facts["people"] if place else nudge.facts["people"][:1]
    await _show_form(client, actor, body, sessions, place, people)
    async with sessions.begin() as session:
        nudge = await answers.find_nudge(session, *actor, nudge_id)
        await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)
    await ack()


async def _show_form(
    client: AsyncWebClient,
    actor: Actor,
    body: Payload,
    sessions: Sessions,
    about: MessageRef | None = None,
    people: Sequence[str] = (),
) -> None:
    async with sessions.reading() as session:
        view = await prefilled(session, *actor, people, about)
    await client.views_open(trigger_id=body["trigger_id"], view=view)


async def prefilled(
    session: AsyncSession, workspace_id: str, giver_id: str, people: Sequence[str], about: MessageRef | None = None
) -> Payload:
    """Build the form with `people` as receivers, leaving out those who cannot be thanked."""
    known = await org_people.fetch_people(session, workspace_id, people)
    receivers = [each.id for each in known.values() if each.may_join and each.id != giver_id]
    channel_id = about.channel_id if about else None
    choice = await queries.team_meant(session, workspace_id, giver_id, channel_id=channel_id, others=receivers)
    leads = await membership.leads_somewhere(session, workspace_id, giver_id)
    return payload(forms.form(receivers=receivers, teams=choice, leads=leads, about=about))


async def give(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Give the shout-out; also send the answer by DM, so that *Undo* is available after the form is closed."""
    form, (team_id, about) = form_values(view), forms.parse_metadata(view["private_metadata"])
    async with sessions.begin() as session:
        team = await queries.own_team(session, *actor, callbacks.number(form.get(TEAM) or team_id or 0))
        form = await with_mentions(session, actor.workspace_id, form, REASON, longest=LONGEST_REASON)
        shoutout = await shoutouts_give.give(
            session, team, actor.person_id,
            receivers=form[RECEIVERS] or [], reason=clean(form[REASON] or ""), manner=_manner(form),
            source=sessions.delivery_id or "", now=now, about=about,
        )  # fmt: skip
        answer = await answer_giver(session, shoutout, team)
        if shoutout.is_given:
            await outbox.put(session, answer, to=Address(*actor), not_before=now)
    sheet = forms.given_form(answer) if shoutout.is_given else forms.limit_reached_view(shoutout)
    await ack(response_action="update", view=payload(sheet))


def _manner(form: Payload) -> Manner:
    ticked = form.get(MANNER) or []
    kind = callbacks.parse_choice(Kind, form.get(KIND) or Kind.THANKS)
    return Manner(kind, is_private=PRIVATE in ticked, is_for_team=WHOLE_TEAM in ticked)


async def postpone(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        shoutout_id = callbacks.number(view["private_metadata"])
        until = await postponement.postpone(session, actor, shoutout_id, now=now)
        giver = await org_people.fetch_person(session, *actor)
    await ack(
        response_action="update", view=payload(forms.answer_view(shoutouts_answers.postponed_answer(until, giver)))
    )
