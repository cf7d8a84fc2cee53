"""Handlers for promises: `/promise`, the form of a new promise, and the forms of its steps."""

from datetime import date, datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.features import promises as promises_feature
from bot.followups import queries
from bot.followups.models import Followup, Kind
from bot.followups.rules import Step
from bot.followups.settings import Settings
from bot.messages import callbacks
from bot.messages import promises as messages
from bot.messages.errors import which_team, with_words
from bot.messages.followups import forms
from bot.messages.followups.forms import CHANGE, DAY, TEXT, WHO, WHY
from bot.messages.promises import FORM, LONGEST_PROMISE, MAKE, MESSAGE, TITLE
from bot.nudges import answers
from bot.nudges.models import NudgeState
from bot.org import people
from bot.org.availability import deadlines, working_hours
from bot.org.availability.working_hours import add_working_days
from bot.org.people import Person
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload, payload
from bot.text.commitments import commits
from bot.workflows import promises
from bot.workflows.followups.steps import PROMISE_DAYS
from bot.workflows.nudges import answer, notice_look
from handlers.addressees import require_one_person, split_named_people
from handlers.payloads import (
    FormValues,
    form_values,
    names_in,
    parse_day,
    pressed_value,
    respond,
    show_form,
    with_mentions,
)

BY_PEOPLE = (None, "file_share", "thread_broadcast")
FORMS = (Step.MOVE, Step.CLOSE, Step.ACCEPT)
"""Steps of a promise that need a form for a day or a reason."""


def register(on: Dispatcher) -> None:
    on.command("/promise")(command)
    on.action(CHANGE)(open_change)
    on.view(FORM)(save)
    on.shortcut(MESSAGE)(promise_message)
    on.action(MAKE)(open_for_nudge)
    on.event("message")(listen)


async def command(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Record a promise, list the open ones if nothing is typed, or open the form if something is missing or refused."""
    typed = clean(unescape(body.get("text") or ""))
    if not typed:
        async with sessions.reading() as session:
            post = await promises.list_promises(session, actor)
        await notice_look(sessions, actor, now=now)
        await ack(post.payload())
        return
    try:
        async with sessions.begin() as session:
            answer = await _promise(session, actor, body["channel_id"], typed, now)
    except Refusal as refused:
        if refused.field is None:
            raise Refusal(with_words(refused.sentence, typed)) from None
        await _open_form(client, actor, body, sessions, typed, refused.sentence, now)
        await ack()
        return
    await ack(answer)


async def _promise(session: AsyncSession, actor: Actor, channel_id: str, typed: str, now: datetime) -> Payload:
    to, text = await _addressee(session, actor, typed)
    choice = await promises.find_promise_teams(session, actor, channel_id=channel_id, to=[to] if to else [])
    if len(choice) > 1:
        raise Refusal(which_team(choice))
    by = await people.fetch_person(session, *actor)
    found = deadlines.split_deadline(text, now, working_hours.person_hours(by, choice[0]))
    if found.is_ambiguous:
        raise Refusal(refusals.NO_DAY, field=DAY)
    view, off = await promises.make_promise(
        session, actor, choice[0], text=found.text, to=to, due_on=found.day, now=now
    )
    also = await promises.build_due_soon_blocks(session, actor, excluding=view.followup, now=now)
    return messages.said_back(view, moved_from=off, more=also, now=now).payload()


async def _addressee(session: AsyncSession, actor: Actor, typed: str) -> tuple[str | None, str]:
    named = await split_named_people(session, actor.workspace_id, typed, refusals.TO_STRANGER)
    if not named.ids:
        return None, typed
    return await require_one_person(session, actor.workspace_id, named.ids), named.words


async def _open_form(
    client: AsyncWebClient, actor: Actor, body: Payload, sessions: Sessions, typed: str, refusal: str, now: datetime
) -> None:
    """Open the form with the values that could be parsed from the typed text, and with the refusal, if any."""
    channel_id = body.get("channel_id") or body["channel"]["id"]
    async with sessions.reading() as session:
        to, text = await _addressee(session, actor, typed)
        teams = await promises.find_promise_teams(session, actor, channel_id=channel_id, to=[to] if to else [])
        by = await people.fetch_person(session, *actor)
        routine = working_hours.person_hours(by, teams[0])
        found = deadlines.split_deadline(text, now, routine)
        names = await names_in(session, actor.workspace_id, found.text)
    day = found.day or add_working_days(routine, by.local(now).date(), PROMISE_DAYS)
    view = messages.form(None, text=unescape(found.text, names), to=to, due_on=day, team=teams[0], refusal=refusal)
    await show_form(client, body, view)


async def promise_message(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open the promise form for the actor's own message, or privately ask the writer of another person's message."""
    message, channel_id = body["message"], body["channel"]["id"]
    text, writer_id = clean(unescape(message.get("text") or "")), message.get("user")
    if not text:
        raise Refusal(refusals.NO_WORDS)
    if writer_id == actor.person_id:
        await _open_form(client, actor, body, sessions, text, "", now)
    else:
        source = f"message:{channel_id}:{message['ts']}"
        async with sessions.begin() as session:
            writer = await promises.suggest_promise(
                session, actor, writer_id=writer_id or "", channel_id=channel_id, text=text, source=source, now=now
            )
            await respond(session, body, messages.asked(writer), now)
    await ack()


async def open_for_nudge(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open an empty promise form from the nudge to a leader who committed to something in the channel."""
    nudge_id = callbacks.number(pressed_value(body))
    async with sessions.reading() as session:
        nudge = await answers.find_nudge(session, *actor, nudge_id, lock=False)
        team = await teams_queries.own_team(session, *actor, nudge.team_id)
        by = await people.fetch_person(session, *actor)
    day = add_working_days(working_hours.person_hours(by, team), by.local(now).date(), PROMISE_DAYS)
    await show_form(client, body, messages.form(None, due_on=day, team=team))
    async with sessions.begin() as session:
        await answer(session, actor, nudge_id, NudgeState.DONE, now=now)
    await ack()


async def listen(actor: Actor, event: Payload, sessions: Sessions, now: datetime) -> None:
    """Offer to record a leader's commitment in the team's channel as a promise, if the team has opted in."""
    if event.get("subtype") not in BY_PEOPLE or event.get("bot_id") or not event.get("user"):
        return
    if not commits(event.get("text") or ""):
        return
    async with sessions.reading() as session:
        team = await teams_queries.team_of_channel(session, actor.workspace_id, event["channel"])
        if team is None or not Settings.of(team).listens:
            return
    thread = f"{event['channel']}:{event.get('thread_ts') or event['ts']}"
    async with sessions.begin() as session:
        await promises.offer_promise(session, team, event["user"], thread, now=now)


async def open_change(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        team, this = await queries.find_followup(session, actor.workspace_id, callbacks.number(pressed_value(body)))
        names = await names_in(session, actor.workspace_id, this.text)
    if this.owner_id != actor.person_id or this.due_on is None:
        raise AnswerTooLate(refusals.SETTLED[Kind.PROMISE])
    view = messages.form(this, text=unescape(this.text, names), due_on=this.due_on, team=team)
    await show_form(client, body, view)
    await ack()


async def save(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Save a new promise, or a corrected one, from the form."""
    promise_id, team_id = callbacks.numbers(view["private_metadata"], 2)
    async with sessions.begin() as session:
        by = await people.fetch_person(session, *actor)
        filled = await with_mentions(session, actor.workspace_id, form_values(view), TEXT, longest=LONGEST_PROMISE)
        text, day = clean(filled[TEXT] or ""), _day(filled, by, now)
        if promise_id:
            made, off = await promises.change_promise(session, actor, promise_id, text=text, due_on=day, now=now), None
        else:
            team = await teams_queries.own_team(session, *actor, team_id)
            made, off = await promises.make_promise(
                session, actor, team, text=text, to=filled[WHO], due_on=day, now=now
            )
    await ack(
        response_action="update",
        view=payload(forms.closing(TITLE, messages.said_back(made, moved_from=off, now=now).text)),
    )


def _day(filled: Payload, by: Person, now: datetime) -> date:
    day = parse_day(filled, DAY, by.zone, now)
    if day is None:
        raise Refusal(refusals.NO_DAY, field=DAY)
    return day


async def build_form(
    session: AsyncSession, step: Step, promise: Followup, team: Team, by: Person, now: datetime
) -> ModalView:
    """Build the form that a step of a promise needs."""
    today, routine = by.local(now).date(), working_hours.person_hours(by, team)
    day = promises_feature.find_day_back(routine, max(promise.due_on or today, today))
    later = add_working_days(routine, day, PROMISE_DAYS)
    match step:
        case Step.MOVE:
            return messages.move_form(promise, later)
        case Step.ACCEPT:
            return messages.accept_form(promise.id, later)
        case _:
            return messages.let_go_form(promise)


async def take_step(
    session: AsyncSession, actor: Actor, step: Step, promise_id: int, filled: FormValues, day: date | None,
    now: datetime,
) -> None:  # fmt: skip
    """Take the step of a promise whose form was filled in."""
    why = clean(filled[WHY] or "")
    match step:
        case Step.MOVE if day:
            await promises.move(session, actor, promise_id, due_on=day, why=why, now=now)
        case Step.ACCEPT if day:
            await promises.accept(session, actor, promise_id, due_on=day, now=now)
        case _:
            await promises.let_go(session, actor, promise_id, why=why, now=now)
