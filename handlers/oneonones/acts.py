"""What a command, or the form that asks whose it is, does for a pair: a topic, the wish for one, one that was."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.oneonones import keeping, meetings, outcomes, pairs
from bot.features.oneonones.pairs import Pair
from bot.messages.oneonones import around, cards, lists
from bot.messages.oneonones.names import Act
from bot.messages.post import Post
from bot.outbox import outbox
from handlers.oneonones.due import note
from schedules.oneonones import announce, settle, touch


async def add_topic(session: AsyncSession, pair: Pair, by: str, words: str, now: datetime) -> Post:
    await keeping.add_topic(session, pair, by, words, now=now)
    touch(session, pair, now=now)
    return lists.topic_kept(pair, pair.person(by))


async def ask(session: AsyncSession, pair: Pair, by: str, words: str, now: datetime) -> Post:
    """Tell the leader, once a wish; the words are something to talk about, like any topic."""
    is_new = pair.series.asked_at is None
    meeting = await meetings.ask(session, pair, by, now=now)
    if words:
        await add_topic(session, pair, by, words, now)
    if meeting is None:
        post = around.asked_for(pair, await _wished(session, pair))
        if is_new:
            await outbox.put(session, post, to=pair.leader.dm, not_before=now)
        else:
            await outbox.show(session, post, to=pair.leader.dm, now=now)
    return lists.asked(pair, meeting, words, is_new=is_new)


async def _wished(session: AsyncSession, pair: Pair) -> list[str]:
    """What the agent wants to talk about since they asked for a one-on-one."""
    topics = (await keeping.kept(session, pair, pair.agent.id)).topics
    since = pair.series.asked_at
    return [each.words for each in topics if each.author_id == pair.agent.id and since and each.made_at >= since]


async def record(session: AsyncSession, pair: Pair, by: str, words: str, now: datetime) -> Post:
    """They have just met; words are not kept, since a note is read by both."""
    was_asked = pair.series.asked_at is not None
    await _call_off_what_is_planned(session, pair, by, now)
    meeting = await outcomes.record(session, pair, by, now=now)
    await settle(session, pair, meeting, now=now)
    await note(session, 0, pair, {"is": "met"}, now, was_asked=was_asked)
    return around.recorded(pair, meeting, words)


async def _call_off_what_is_planned(session: AsyncSession, pair: Pair, by: str, now: datetime) -> None:
    """They have met sooner: what stands in their calendars goes."""
    pair.must_lead(by)
    meeting = await pairs.open_one(session, pair.series)
    if meeting and meeting.starts_at and meeting.starts_at > now:
        await meetings.cancel(session, pair, meeting, now=now)
        told = cards.met_sooner(pair.leader)
        await announce(session, pair, meeting, by=pair.leader, told=told, now=now)


ACTS: dict[Act, Callable[[AsyncSession, Pair, str, str, datetime], Awaitable[Post]]] = {
    Act.TOPIC: add_topic,
    Act.ASK: ask,
    Act.DONE: record,
}
