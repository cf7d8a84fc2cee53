"""What comes of a signal: one spike a queue at a time, which everything that is said of that queue joins."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import teams
from bot.alerts import SENDS_ENDS, Alert, Signal
from bot.features.spikes import life
from bot.features.spikes.settings import Settings
from bot.features.spikes.tables import PERSON, Cause, Ended, Spike
from bot.names import known_as, queue_key, queue_name
from bot.teams import Team

UNNAMED = "the queue"
LONGEST_NAME = 60
LONGEST_TITLE = 200
LONGEST_KEY = 500
LONGEST_URL = 1000
RUNG = re.compile(r"<([@#!][^<>]*)>")
"""A mention, as Slack writes it."""


class News(StrEnum):
    OPENED = "opened"
    REOPENED = "reopened"
    GREW = "grew"
    STILL = "still"
    """It is on, as was known; at most its size has changed."""
    CALMING = "calming"
    ENDED = "ended"


@dataclass(frozen=True)
class Heard:
    spike: Spike
    news: News
    is_grown: bool = False
    aside: str = ""
    """Return the alert's words that the card doesn't show: another person's, or later ones."""


async def hear(
    session: AsyncSession, team: Team, alert: Alert, *, caller_id: str | None = None, now: datetime
) -> Heard | None:
    """Take in a signal; None when it changes nothing. The team's row is locked first, since there is one a queue."""
    if alert.signal is Signal.INFO:
        return None
    await teams.hold(session, team.id)
    alert = await _named(session, team, _tamed(alert, now))
    key = queue_key(alert.queue)
    known = await _cause(session, team, key, alert)
    is_firing = alert.signal is Signal.FIRING
    spike = await latest(session, team, key)
    if known and _is_old(known, alert):
        _refresh(known, spike, alert, now)
        return None
    if is_firing:
        await _note(session, team, key, alert, known, now)
        return await _fire(session, team, spike, alert, caller_id, now)
    was_firing = alert.source == PERSON or await _fires(session, team, key, source=alert.source, key=alert.key)
    await _note(session, team, key, alert, known, now)
    return await _calm(session, team, spike, alert, now) if spike and not spike.is_over and was_firing else None


async def latest(session: AsyncSession, team: Team, key: str) -> Spike | None:
    """A queue's spike, open or the last there was; nobody else changes it meanwhile."""
    theirs = select(Spike).where(Spike.team_id == team.id, Spike.key == key)
    newest = theirs.order_by(Spike.opened_at.desc(), Spike.id.desc()).limit(1).with_for_update()
    return await session.scalar(newest.execution_options(populate_existing=True))


async def settle(session: AsyncSession, spike: Spike, how: Ended, *, now: datetime) -> None:
    """It is over, whatever its sources say: what they told until now is old, and only what begins later is news.

    After a long quiet they may tell the same again, since nobody knows whether it ever ended.
    """
    life.end(spike, how, now)
    of_queue = (Cause.team_id == spike.team_id, Cause.queue == spike.key, Cause.is_firing)
    told = update(Cause).where(*of_queue).values(is_firing=False)
    if how is Ended.QUIET:
        await session.execute(told.values(occurred_at=None))
    else:
        later = case((Cause.occurred_at > now, Cause.occurred_at), else_=now)
        await session.execute(update(Cause).where(*of_queue, Cause.occurred_at.is_not(None)).values(occurred_at=later))
        await session.execute(told)


def _is_old(known: Cause, alert: Alert) -> bool:
    """Old news; but a firing that a wrong clock dates ahead hides no end: it was told after it happened."""
    is_firing = alert.signal is Signal.FIRING
    is_old = life.is_old_news(known, is_firing=is_firing, occurred_at=alert.occurred_at)
    return is_old and (is_firing or alert.occurred_at is None or alert.occurred_at < known.heard_at)


def _refresh(known: Cause, spike: Spike | None, alert: Alert, now: datetime) -> None:
    """What fires still is told again, only not in order: it has no news but that it is on."""
    if known.is_firing and alert.signal is Signal.FIRING:
        known.heard_at = now
        if spike and not spike.is_over:
            spike.heard_at = max(spike.heard_at, now)


async def _fire(
    session: AsyncSession, team: Team, spike: Spike | None, alert: Alert, caller_id: str | None, now: datetime
) -> Heard:
    cooldown = timedelta(minutes=Settings.of(team).cooldown)
    if spike is None or (spike.resolved_at and now - spike.resolved_at >= cooldown):
        spike = Spike(
            team.workspace_id, team.id, alert.queue, queue_key(alert.queue), alert.source, opened_at=now, heard_at=now,
            caller_id=caller_id,
        )  # fmt: skip
        session.add(spike)
        news = News.OPENED
    elif spike.is_over:
        life.reopen(spike)
        news = News.REOPENED
    else:
        spike.calm_at = None
        news = News.STILL
    is_grown = life.weigh(spike, await _firing(session, team, spike.key))
    spike.heard_at = max(spike.heard_at, now)
    if (spike.source, spike.caller_id) == (alert.source, caller_id):
        spike.title = spike.title or alert.title
    spike.url = spike.url or alert.url
    await session.flush()
    aside = alert.title if alert.title != spike.title else ""
    return Heard(spike, News.GREW if is_grown and news is News.STILL else news, is_grown, aside)


async def _calm(session: AsyncSession, team: Team, spike: Spike, alert: Alert, now: datetime) -> Heard | None:
    """A person is believed at once; of tools every one that told of it has to say so, and then it has to last."""
    if alert.source == PERSON:
        spike.calm_at = None
        await settle(session, spike, Ended.PERSON, now=now)
        return Heard(spike, News.ENDED)
    if spike.calm_at:
        return None
    if await _fires(session, team, spike.key):
        return await _ebb(session, team, spike)
    spike.calm_at = now
    return Heard(spike, News.CALMING)


async def _ebb(session: AsyncSession, team: Team, spike: Spike) -> Heard | None:
    """One of several causes is over: the worst that still fires is the spike's size."""
    before = spike.value, spike.threshold
    life.weigh(spike, await _firing(session, team, spike.key))
    return None if before == (spike.value, spike.threshold) else Heard(spike, News.STILL)


async def is_held(session: AsyncSession, team: Team, spike: Spike) -> bool:
    """Whether a source that tells of ends has not told of this one: its silence ends nothing."""
    ended = select(Cause.source).where(Cause.team_id == team.id, Cause.queue == spike.key)
    known = {*SENDS_ENDS, *await session.scalars(ended.where(Cause.ended_at.is_not(None)))}
    return any(each.source in known for each in await _firing(session, team, spike.key))


async def _firing(session: AsyncSession, team: Team, queue: str) -> Sequence[Cause]:
    told = select(Cause).where(Cause.team_id == team.id, Cause.queue == queue, Cause.is_firing)
    return (await session.scalars(told.order_by(Cause.id))).all()


async def _fires(session: AsyncSession, team: Team, queue: str, *, source: str = "", key: str = "") -> bool:
    """Whether any tool, one source or one key of it still says that it is on. What a person called holds up none."""
    told = select(Cause.id).where(Cause.team_id == team.id, Cause.queue == queue, Cause.is_firing)
    told = told.where(Cause.source == source if source else Cause.source != PERSON)
    if key:
        told = told.where(Cause.key == key)
    return await session.scalar(told.limit(1)) is not None


async def _note(session: AsyncSession, team: Team, key: str, alert: Alert, known: Cause | None, now: datetime) -> None:
    """Write down what the source told last; an end without a key is an end of all it told of the queue."""
    if known is None:
        known = Cause(team.workspace_id, team.id, key, alert.source, alert.key, heard_at=now)
        session.add(known)
    is_new = not known.is_firing
    known.heard_at, known.is_firing = now, alert.signal is Signal.FIRING
    known.occurred_at = alert.occurred_at or known.occurred_at
    known.value = alert.value if is_new or alert.value is not None else known.value
    known.threshold = alert.threshold if is_new or alert.threshold is not None else known.threshold
    known.ended_at = known.ended_at if known.is_firing else now
    await session.flush()
    if not alert.key and not known.is_firing:
        theirs = (Cause.team_id == team.id, Cause.queue == key, Cause.source == alert.source)
        await session.execute(update(Cause).where(*theirs).values(is_firing=False))


async def _cause(session: AsyncSession, team: Team, key: str, alert: Alert) -> Cause | None:
    told = select(Cause).where(
        Cause.team_id == team.id, Cause.queue == key, Cause.source == alert.source, Cause.key == alert.key
    )
    return await session.scalar(told.execution_options(populate_existing=True))


async def _named(session: AsyncSession, team: Team, alert: Alert) -> Alert:
    """With the queue as the team calls it; one that is not named is known by its key, or is the only one."""
    queues = Settings.of(team).queues
    if alert.key and (not alert.queue or alert.signal is Signal.RESOLVED):
        alert = replace(alert, queue=await _told_of(session, team, alert) or alert.queue)
    queue = alert.queue or (queues[0] if len(queues) == 1 else UNNAMED)
    return replace(alert, queue=known_as(queue, queues) or queue)


async def _told_of(session: AsyncSession, team: Team, alert: Alert) -> str | None:
    """The queue that a source's key was told of: the one it names, else where it fires. An end may name another."""
    told = select(Cause.queue).where(Cause.team_id == team.id, Cause.source == alert.source, Cause.key == alert.key)
    is_named = Cause.queue == queue_key(alert.queue)
    latest_told = told.order_by(is_named.desc(), Cause.is_firing.desc(), Cause.heard_at.desc()).limit(1)
    key = await session.scalar(latest_told)
    return alert.queue if key == queue_key(alert.queue) else key and await _name_of(session, team, key)


async def _name_of(session: AsyncSession, team: Team, key: str) -> str:
    """As people write the queue."""
    written = select(Spike.queue).where(Spike.team_id == team.id, Spike.key == key)
    return await session.scalar(written.order_by(Spike.opened_at.desc()).limit(1)) or key


def _tamed(alert: Alert, now: datetime) -> Alert:
    """Whatever a sender says, as our tables can keep it; a tool's words ring nobody."""
    title = alert.title if alert.source == PERSON else RUNG.sub(r"\1", alert.title)
    return replace(
        alert,
        queue=queue_name(_plain(RUNG.sub(r"\1", alert.queue), LONGEST_NAME)),
        key=_plain(alert.key, LONGEST_KEY),
        title=_plain(title, LONGEST_TITLE),
        url=_address(alert.url),
        value=_finite(alert.value),
        threshold=_finite(alert.threshold),
        occurred_at=life.dated(alert.occurred_at, now),
    )


def _plain(text: str, length: int) -> str:
    """One line of what can be written down: no half characters, and nothing PostgreSQL refuses."""
    return " ".join(text.encode(errors="ignore").decode().replace("\0", "").split())[:length].strip()


def _address(url: str) -> str:
    url = _plain(url, LONGEST_URL + 1)
    return url if url.startswith(("https://", "http://")) and len(url) <= LONGEST_URL and " " not in url else ""


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
