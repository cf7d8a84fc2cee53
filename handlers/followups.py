"""Handlers for the buttons and forms that roadblocks, ideas and promises share."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Protocol

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.followups import queries
from bot.followups.models import Followup, Kind
from bot.followups.rules import Step, check
from bot.messages import callbacks
from bot.messages.followups.cards import LISTED
from bot.messages.followups.forms import DAY, MORE, action, form
from bot.nudges.models import NudgeState
from bot.org import people
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, Post
from bot.workflows.followups import steps
from bot.workflows.nudges import answer
from handlers import promises, roadblocks
from handlers.ideas import views as ideas
from handlers.payloads import (
    FormValues,
    form_values,
    is_on_home,
    parse_day,
    pressed_value,
    respond,
    show_form,
    tell,
)
from handlers.shoutouts.views import prefilled


class Forms(Protocol):
    """The interface of the modules `ideas`, `promises` and `roadblocks`: the forms of one kind of follow-up."""

    @property
    def FORMS(self) -> Collection[Step]:  # noqa: N802
        """The steps that need a form; all others are taken at once."""

    async def build_form(
        self, session: AsyncSession, step: Step, followup: Followup, team: Team, by: Person, now: datetime, /
    ) -> ModalView:
        """Build the form of a step."""

    async def take_step(
        self, session: AsyncSession, actor: Actor, step: Step, id: int, filled: FormValues, day: date | None,
        now: datetime, /,
    ) -> None:  # fmt: skip
        """Take the step whose form was filled in; `day` is the value of its date picker, if it has one."""


KINDS: Mapping[str, Forms] = {Kind.IDEA: ideas, Kind.PROMISE: promises, Kind.ROADBLOCK: roadblocks}


def register(on: Dispatcher) -> None:
    for step in sorted({Step.WITHDRAW, Step.KEEP, *(step for texts in steps.TEXTS.values() for step in texts.STEPS)}):
        on.action(action(step))(press)
    for step in sorted({step for forms in KINDS.values() for step in forms.FORMS}):
        on.view(form(step))(submit)
    on.action(MORE)(press)


async def press(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Take the step of a button or menu option, or open the form that the step needs.

    The value ends with the follow-up's id, preceded by the step in a menu, or by the nudge's id on a reminder. If the
    step is no longer possible, a press on a reminder closes that reminder. A second press by the same person, by a
    double click or on an outdated Home, changes nothing.
    """
    first, _, last = pressed_value(body).rpartition(":")
    pressed = body["actions"][0]["action_id"]
    step = callbacks.parse_choice(Step, first if pressed == MORE else pressed.partition(":")[2])
    id = callbacks.number(last)
    try:
        if view := await _form(actor, step, id, sessions, now):
            await show_form(client, body, view)
        elif draft := await _take_step(actor, step, id, body, sessions, now):
            await client.views_open(trigger_id=body["trigger_id"], view=draft)
    except AnswerTooLate as late:
        async with sessions.begin() as session:
            has_just_taken = await queries.has_just_taken(session, id, step, actor.person_id, now=now)
            is_reminder = pressed != MORE and bool(first)
            if is_reminder:
                await answer(session, actor, callbacks.number(first), NudgeState.DONE, now=now)
            if not (is_reminder or has_just_taken):
                raise
            if sentence := _explain_late(late, body, has_just_taken=has_just_taken):
                await tell(session, body, Post(sentence), now)
    await ack()


def _explain_late(late: AnswerTooLate, body: Payload, *, has_just_taken: bool) -> str:
    """Return the answer to a late press; empty for a double click on a card, which already shows the step."""
    if not has_just_taken:
        return late.sentence
    return refusals.DONE_ALREADY if is_on_home(body) else ""


async def _take_step(
    actor: Actor, step: Step, id: int, body: Payload, sessions: Sessions, now: datetime
) -> Payload | None:
    """Take a step that needs no form; return the form to open next, or None."""
    async with sessions.begin() as session:
        taken = await steps.take_step(session, actor, id, step, now=now)
        if (body.get("container") or {}).get("is_ephemeral"):
            is_listed = body["actions"][0].get("block_id", "").startswith(LISTED)
            show = tell if is_listed else respond
            await show(session, body, await steps.show_to(session, taken, actor.person_id), now)
        return await _thanks(session, actor, taken.followup, step)


async def _thanks(session: AsyncSession, actor: Actor, followup: Followup, step: Step) -> Payload | None:
    """Return a shout-out form to thank the owner of a promise just confirmed as kept, or None for other steps."""
    if followup.kind != Kind.PROMISE or step != Step.CONFIRM or not followup.owner_id:
        return None
    return await prefilled(session, *actor, [followup.owner_id])


async def _form(actor: Actor, step: Step, id: int, sessions: Sessions, now: datetime) -> ModalView | None:
    """Build the form of a step, or return None if the step needs none.

    Raises `AnswerTooLate` if the step is no longer possible, and `Refusal` if the person may not take it.
    """
    async with sessions.reading() as session:
        team, this = await queries.find_followup(session, actor.workspace_id, id)
        if step not in KINDS[this.kind].FORMS:
            return None
        check(this, step, await queries.find_roles(session, team, this, actor.person_id))
        by = await people.fetch_person(session, *actor)
        return await KINDS[this.kind].build_form(session, step, this, team, by, now)


async def submit(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Take the step whose form was submitted."""
    step = callbacks.parse_choice(Step, view["callback_id"].partition(":")[2].removesuffix("_form"))
    id, filled = callbacks.number(view["private_metadata"]), form_values(view)
    async with sessions.begin() as session:
        _, this = await queries.find_followup(session, actor.workspace_id, id)
        by = await people.fetch_person(session, *actor)
        day = parse_day(filled, DAY, by.zone, now)
        if DAY in filled and day is None:
            raise Refusal(refusals.NO_DAY, field=DAY)
        await KINDS[this.kind].take_step(session, actor, step, id, filled, day, now)
    await ack()
