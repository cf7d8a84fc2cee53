"""What a leader does about somebody who is due: propose times, say that it is planned, or leave it out this time."""

from datetime import datetime, timedelta

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.oneonones import meetings, outcomes, pairs
from bot.features.oneonones.pairs import Pair
from bot.features.oneonones.rota import DUE
from bot.features.oneonones.tables import Meeting, State
from bot.inbox import Sessions
from bot.messages import handed_back, times
from bot.messages import text as messages_text
from bot.messages.oneonones import around, cards
from bot.messages.oneonones.forms import TITLE
from bot.messages.oneonones.names import PLANNED_FORM
from bot.messages.post import Payload, Post, payload
from bot.nudges import answering
from bot.nudges.tables import Nudge
from bot.outbox import outbox
from handlers.forms import answers, instant
from handlers.presses import pressed, respond
from schedules.busy import busy
from schedules.nudges import RULES
from schedules.oneonones import announce, arrange

OLDEST_CARD = timedelta(weeks=4)
"""What stands on cards older than this is left as it is."""


async def propose(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Three times for the agent to choose from; where they have some already, the card says which."""
    nudge_id, series_id = _row(pressed(body))
    async with sessions.begin() as session:
        pair = await pairs.pair_of(session, body["team"]["id"], body["user"]["id"], series_id, books=True)
        pair.must_lead(body["user"]["id"])
        was_asked = pair.series.asked_at is not None
        meeting = await pairs.open_one(session, pair.series)
        if meeting is None or meeting.state != State.PROPOSED:
            meeting = await offer(session, pair, body["user"]["id"], now)
        answer = {"is": "proposed", "times": cards.times(meeting, pair.leader)}
        post = cards.card(pair, meeting, pair.leader)
        await _answer(session, body, nudge_id, pair, answer, Post(post.text), now, was_asked=was_asked)
    await ack()


async def offer(session: AsyncSession, pair: Pair, by: str, now: datetime) -> Meeting:
    """Propose times, and have the agent hear of them."""
    planned = await busy(session, pair.team.workspace_id, pair.series.pair, now)
    meeting = await meetings.propose(session, pair, by, busy=planned, now=now)
    await arrange(session, pair, meeting, now=now)
    post = cards.card(pair, meeting, pair.agent)
    if meeting.refused:
        await outbox.delete(session, post.card or "", to=pair.agent.dm, now=now)
    await outbox.put(session, post, to=pair.agent.dm, not_before=now, hours_of=pair.team, expires_at=max(meeting.times))
    return meeting


async def open_planned(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    _, series_id = _row(pressed(body))
    async with sessions.reading() as session:
        pair = await pairs.pair_of(session, body["team"]["id"], body["user"]["id"], series_id)
    told = f"When do you and {messages_text.mention(pair.agent.id)} meet?"
    remembered, title = pressed(body), TITLE
    view = times.at_form(PLANNED_FORM, "Keep it", told, pair.leader, now, remembered, title=title)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def plan(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """They have agreed on a time by themselves."""
    nudge_id, series_id = _row(view["private_metadata"])
    by = context.user_id or ""
    async with sessions.begin() as session:
        pair = await pairs.pair_of(session, context.team_id or "", by, series_id, books=True)
        was_asked = pair.series.asked_at is not None
        at = instant(answers(view), pair.leader, now)
        planned = await busy(session, pair.team.workspace_id, pair.series.pair, now)
        meeting = await meetings.record_plan(session, pair, by, at, busy=planned, now=now)
        await announce(session, pair, meeting, now=now)
        answer = {"is": "planned", "times": times.when(at, pair.leader)}
        await note(session, nudge_id, pair, answer, now, was_asked=was_asked)
    await ack()


async def skip(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, series_id = _row(pressed(body))
    async with sessions.begin() as session:
        pair = await pairs.pair_of(session, body["team"]["id"], body["user"]["id"], series_id)
        was_asked = pair.series.asked_at is not None
        meeting = await pairs.open_one(session, pair.series)
        await outcomes.skip(session, pair, body["user"]["id"], now=now)
        if meeting:
            await announce(session, pair, meeting, by=pair.leader, now=now)
        answer = {"is": "skipped", "due": times.on(pair.series.due_on)}
        await _answer(session, body, nudge_id, pair, answer, cards.left_out(pair), now, was_asked=was_asked)
    await ack()


async def _answer(
    session: AsyncSession,
    body: Payload,
    nudge_id: int,
    pair: Pair,
    answer: dict[str, str],
    post: Post,
    now: datetime,
    *,
    was_asked: bool,
) -> None:
    """On the nudges' cards, and where it was pressed elsewhere in the place of that."""
    await note(session, nudge_id, pair, answer, now, was_asked=was_asked, text=post.text)
    if not nudge_id:
        await respond(session, body, post, now)


async def note(
    session: AsyncSession,
    nudge_id: int,
    pair: Pair,
    answer: dict[str, str],
    now: datetime,
    *,
    was_asked: bool,
    text: str = "",
) -> None:
    """Show the answer on the card where it was given, 0 for none, and on every other one that still asks for it.

    `was_asked` says that the agent had a wish open, whose card asks for it too.
    """
    series = pair.series
    if was_asked:
        await outbox.change(session, around.wish_answered(pair, answer, text), to=pair.leader.dm, now=now)
    pressed_on = [await answering.one(session, series.workspace_id, series.leader_id, nudge_id)] if nudge_id else []
    told = await answering.told(session, series.workspace_id, series.leader_id, DUE, since=now - OLDEST_CARD)
    for nudge in [*pressed_on, *(each for each in told if each.id != nudge_id and _asks(each, series.id))]:
        given = {**nudge.facts["answers"], str(series.id): answer}
        is_last = len(given) == len(nudge.facts["rows"])
        facts = {**nudge.facts, "answers": given}
        await answering.answer_row(session, nudge, facts, RULES, is_last=is_last, now=now)


def _asks(nudge: Nudge, series_id: int) -> bool:
    listed = any(row["series"] == series_id for row in nudge.facts["rows"])
    return listed and str(series_id) not in nudge.facts["answers"]


def _row(value: str) -> tuple[int, int]:
    """The nudge, 0 for none, and the series."""
    nudge_id, _, series_id = value.partition(":")
    return handed_back.number(nudge_id), handed_back.number(series_id)
