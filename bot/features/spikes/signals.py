"""Apply alerts to spikes. Each queue has at most one open spike, which all alerts about that queue update."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal
from bot.db import locks
from bot.features.spikes import rules
from bot.features.spikes.causes import Causes, has_firing_tool, list_firing
from bot.features.spikes.models import PERSON, Cause, Ended, Spike
from bot.features.spikes.settings import Settings
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.text.normalization import find_spelling, queue_key, queue_name

UNNAMED = "the queue"
LONGEST_NAME = 60
LONGEST_TITLE = 200
LONGEST_KEY = 500
LONGEST_URL = 1000
MENTION = re.compile(r"<([@#!][^<>]*)>")
"""A mention in mrkdwn."""


class ChangeKind(StrEnum):
    OPENED = "opened"
    REOPENED = "reopened"
    GREW = "grew"
    STILL = "still"
    """The spike was open already; at most its size has changed."""
    CALMING = "calming"
    ENDED = "ended"


@dataclass(frozen=True)
class SpikeChange:
    spike: Spike
    news: ChangeKind
    is_grown: bool = False
    aside: str = ""
    """The alert's title if the card does not show it: another person's, or a later one."""


@dataclass
class QueueSignals:
    """What one delivery of alerts reports about one queue."""

    fired: list[Alert] = field(default_factory=list)
    ended: Alert | None = None
    """The last resolved alert in the delivery for a firing cause."""
    is_repeated: bool = False
    """Whether an out-of-order report repeats a firing cause, which only confirms that it is firing."""


async def apply_alerts(
    session: AsyncSession, team: Team, alerts: Sequence[Alert], *, caller_id: str | None = None, now: datetime
) -> list[SpikeChange]:
    """Apply one delivery of alerts, and return what changed for each queue.

    A queue that both fires and calms down has two items. Locks the team's row first, because each queue may have only
    one open spike.
    """
    told = [_sanitize(alert, now) for alert in alerts if alert.signal is not Signal.INFO]
    if not told:
        return []
    await membership.lock_team(session, team.id)
    causes, changes = await Causes.of(session, team, told), dict[str, QueueSignals]()
    for alert in told:
        named = await _with_queue(session, team, alert, causes)
        await _apply_to_queue(causes, changes.setdefault(queue_key(named.queue), QueueSignals()), named, now)
    await session.flush()
    return [each for key in changes for each in await _apply_to_spike(session, team, key, changes[key], caller_id, now)]


async def _apply_to_queue(causes: Causes, change: QueueSignals, alert: Alert, now: datetime) -> None:
    key, is_firing = queue_key(alert.queue), alert.signal is Signal.FIRING
    known = causes.find_cause(key, alert)
    if known and _is_old(known, alert):
        if known.is_firing and is_firing:
            known.heard_at, change.is_repeated = now, True
        return
    if is_firing:
        change.fired.append(alert)
    elif alert.source == PERSON or await causes.is_firing(key, alert):
        change.ended = alert
    await causes.store_alert(key, alert, now)


async def _apply_to_spike(
    session: AsyncSession, team: Team, key: str, change: QueueSignals, caller_id: str | None, now: datetime
) -> list[SpikeChange]:
    spike, found = await lock_latest_spike(session, team, key), list[SpikeChange | None]()
    if change.fired:
        found.append(await _open_or_update(session, team, spike, change.fired, caller_id, now))
        spike = found[0].spike if found[0] else spike
    if spike is None or spike.is_over:
        return []
    if change.is_repeated:
        spike.heard_at = max(spike.heard_at, now)
    if change.ended:
        found.append(await _calm_down(session, team, spike, change.ended, now))
    on = [each for each in found if each]
    return on[:1] if len(on) > 1 and on[1].news is ChangeKind.STILL else on


async def lock_latest_spike(session: AsyncSession, team: Team, key: str) -> Spike | None:
    """Lock and return a queue's open spike, or else its last spike."""
    theirs = select(Spike).where(Spike.team_id == team.id, Spike.key == key)
    newest = locks.for_update(theirs.order_by(Spike.opened_at.desc(), Spike.id.desc()).limit(1), Spike)
    return await session.scalar(newest.execution_options(populate_existing=True))


async def resolve_spike(session: AsyncSession, spike: Spike, how: Ended, *, now: datetime) -> None:
    """End a spike, whatever its sources report; from then on, only alerts about later events count.

    After a spike has ended by silence, sources may report the same alert again, because nobody knows whether it ever
    ended.
    """
    rules.end_spike(spike, how, now)
    of_queue = (Cause.team_id == spike.team_id, Cause.queue == spike.key, Cause.is_firing)
    told = update(Cause).where(*of_queue).values(is_firing=False)
    if how is Ended.QUIET:
        await session.execute(told.values(occurred_at=None))
    else:
        later = case((Cause.occurred_at > now, Cause.occurred_at), else_=now)
        await session.execute(update(Cause).where(*of_queue, Cause.occurred_at.is_not(None)).values(occurred_at=later))
        await session.execute(told)


def _is_old(known: Cause, alert: Alert) -> bool:
    """Return whether an alert is out of date.

    A resolved alert may look older than its firing alert because the sender's clock ran ahead; it is not out of date if
    it was received later than the firing alert.
    """
    is_firing = alert.signal is Signal.FIRING
    is_old = rules.is_outdated(known, is_firing=is_firing, occurred_at=alert.occurred_at)
    return is_old and (is_firing or alert.occurred_at is None or alert.occurred_at < known.heard_at)


async def _open_or_update(
    session: AsyncSession,
    team: Team,
    spike: Spike | None,
    alerts: Sequence[Alert],
    caller_id: str | None,
    now: datetime,
) -> SpikeChange:
    alert, cooldown = alerts[0], timedelta(minutes=Settings.of(team).cooldown)
    if spike is None or (spike.resolved_at and now - spike.resolved_at >= cooldown):
        spike = Spike(
            team.workspace_id, team.id, alert.queue, queue_key(alert.queue), alert.source, opened_at=now, heard_at=now,
            caller_id=caller_id,
        )  # fmt: skip
        session.add(spike)
        news = ChangeKind.OPENED
    elif spike.is_over:
        rules.reopen_spike(spike)
        news = ChangeKind.REOPENED
    else:
        spike.calm_at = None
        news = ChangeKind.STILL
    is_grown = await _record_size(session, team, spike, alerts)
    spike.heard_at = max(spike.heard_at, now)
    for each in alerts:
        if (spike.source, spike.caller_id) == (each.source, caller_id):
            spike.title = spike.title or each.title
        spike.url = spike.url or each.url
    await session.flush()
    aside = alert.title if alert.title != spike.title else ""
    return SpikeChange(spike, ChangeKind.GREW if is_grown and news is ChangeKind.STILL else news, is_grown, aside)


async def _record_size(session: AsyncSession, team: Team, spike: Spike, alerts: Sequence[Alert]) -> bool:
    """Store the size of a spike, and return whether the spike has grown enough to be reported.

    The size is that of the worst firing cause or, if nothing is firing anymore, the largest value in the delivery.
    """
    if found := await list_firing(session, team, spike.key):
        return rules.record_worst(spike, found)
    return rules.record_size(spike, max((each.value for each in alerts if each.value is not None), default=None))


async def _calm_down(
    session: AsyncSession, team: Team, spike: Spike, alert: Alert, now: datetime
) -> SpikeChange | None:
    """Apply a resolved alert to a spike.

    A person's report takes effect at once. With tools, every firing tool must report the queue as resolved, and the
    calm must last.
    """
    if alert.source == PERSON:
        spike.calm_at = None
        await resolve_spike(session, spike, Ended.PERSON, now=now)
        return SpikeChange(spike, ChangeKind.ENDED)
    if spike.calm_at:
        return None
    if await has_firing_tool(session, team, spike.key):
        return await _shrink(session, team, spike)
    spike.calm_at = now
    return SpikeChange(spike, ChangeKind.CALMING)


async def _shrink(session: AsyncSession, team: Team, spike: Spike) -> SpikeChange | None:
    """Set the size of a spike to that of its worst cause still firing, after one of several causes has ended."""
    before = spike.value, spike.threshold
    rules.record_worst(spike, await list_firing(session, team, spike.key))
    return None if before == (spike.value, spike.threshold) else SpikeChange(spike, ChangeKind.STILL)


async def _with_queue(session: AsyncSession, team: Team, alert: Alert, causes: Causes) -> Alert:
    """Return an alert with its queue's name as the team spells it.

    If the alert names no queue, it is the queue that its key was reported for, or the team's only queue.
    """
    queues = Settings.of(team).queues
    if alert.key and (not alert.queue or alert.signal is Signal.RESOLVED):
        key = causes.queue_of(alert)
        if key and key != queue_key(alert.queue):
            alert = replace(alert, queue=await _find_queue_name(session, team, key))
    queue = alert.queue or (queues[0] if len(queues) == 1 else UNNAMED)
    return replace(alert, queue=find_spelling(queue, queues) or queue)


async def _find_queue_name(session: AsyncSession, team: Team, key: str) -> str:
    """Return a queue's name as its latest spike spells it."""
    written = select(Spike.queue).where(Spike.team_id == team.id, Spike.key == key)
    return await session.scalar(written.order_by(Spike.opened_at.desc()).limit(1)) or key


def _sanitize(alert: Alert, now: datetime) -> Alert:
    """Clean and shorten what a sender reports to what the tables can store; mentions from tools notify nobody."""
    title = alert.title if alert.source == PERSON else MENTION.sub(r"\1", alert.title)
    return replace(
        alert,
        queue=queue_name(_one_line(MENTION.sub(r"\1", alert.queue), LONGEST_NAME)),
        key=_one_line(alert.key, LONGEST_KEY),
        title=_one_line(title, LONGEST_TITLE),
        url=_valid_url(alert.url),
        value=_finite(alert.value),
        threshold=_finite(alert.threshold),
        occurred_at=rules.clamp_occurred_at(alert.occurred_at, now),
    )


def _one_line(text: str, length: int) -> str:
    """Return a text as one line without lone surrogates and NUL, which PostgreSQL rejects."""
    return " ".join(text.encode(errors="ignore").decode().replace("\0", "").split())[:length].strip()


def _valid_url(url: str) -> str:
    url = _one_line(url, LONGEST_URL + 1)
    return url if url.startswith(("https://", "http://")) and len(url) <= LONGEST_URL and " " not in url else ""


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
