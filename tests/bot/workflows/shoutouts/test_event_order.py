"""Slack events about shout-outs, whose order and repetition never affect the result."""

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from sqlalchemy import false, or_, select

from bot.db.sessions import Database
from bot.errors import Refusal
from bot.features.shoutouts.models import PLAIN, Credit, MessageRef, Shoutout, Way
from bot.features.shoutouts.settings import Announce, Settings, ShoutoutPreferences
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Duplicate, Sessions
from bot.slack.outbox.models import Card, Method, Outgoing, State
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows.shoutouts import change, give
from handlers.shoutouts import events
from tests.conftest import TUESDAY

AUTHOR = "UMAYA"
PEOPLE = ["UANA", "UBEN", "UELI"]
QUIET = "UELI"
"""A person who prefers quiet thanks: gets credits but no notes."""
EMOJI = ["raised_hands", "raised_hands::skin-tone-4"]
_examples = itertools.count(1)

people = st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.booleans(), people),
        st.tuples(st.just("unfurl")),
        st.tuples(st.just("toggle"), st.sampled_from([AUTHOR, *PEOPLE]), st.sampled_from(EMOJI), st.booleans()),
    ),
    max_size=9,
)


@dataclass
class Truth:
    """What really happened in Slack, in order; `credits` defines who thanks whom in the end."""

    place: MessageRef
    card: MessageRef
    text: str = ""
    heard: list[str] = field(default_factory=list)
    is_gone: bool = False
    on: set[tuple[str, str, bool]] = field(default_factory=set)
    events: list[dict[str, Any]] = field(default_factory=list)

    def say(self, is_thanks: bool, receivers: list[str]) -> None:
        was, number = self.text, len(self.events)
        names = " ".join(f"<@{each}>" for each in receivers)
        self.text = f"{'Kudos to' if is_thanks else 'Look,'} {names} for number {number}"
        self.heard = receivers if is_thanks else []
        message = {"user": AUTHOR, "ts": self.place.ts, "text": self.text}
        if number:
            self._changed(message, {**message, "text": was})
        else:
            self._tell({"type": "message", **message})

    def unfurl(self) -> None:
        message = {"user": AUTHOR, "ts": self.place.ts, "text": self.text}
        self._changed(message, message)

    def delete(self) -> None:
        self.is_gone, self.heard = True, []
        was = {"user": AUTHOR, "ts": self.place.ts, "text": self.text}
        self._tell({"type": "message", "subtype": "message_deleted", "previous_message": was})

    def toggle(self, user: str, name: str, on_card: bool) -> None:
        self.on ^= {(user, name, on_card)}
        place = self.card if on_card else self.place
        kind = "reaction_added" if (user, name, on_card) in self.on else "reaction_removed"
        item = {"type": "message", "channel": place.channel_id, "ts": place.ts}
        author = "UBOT" if on_card else AUTHOR
        self._tell({"type": kind, "user": user, "reaction": name, "item": item, "item_user": author})

    def credits(self, spoken: Shoutout | None) -> set[tuple[str, str]]:
        said = {(AUTHOR, each) for each in self.heard}
        if spoken:
            said |= {(spoken.giver_id, each) for each in spoken.receivers}
        for user, _, on_card in self.on:
            if on_card:
                said |= {(user, each) for each in spoken.named} if spoken else set()
            elif not self.is_gone:
                said |= {(user, each) for each in self.heard or [AUTHOR]}
        return {(giver, receiver) for giver, receiver in said if giver != receiver}

    def _changed(self, message: dict[str, Any], was: dict[str, Any]) -> None:
        changed = {"type": "message", "subtype": "message_changed", "message": message, "previous_message": was}
        self._tell(changed)

    def _tell(self, event: dict[str, Any]) -> None:
        at = f"{float(self.place.ts) + len(self.events):.6f}"
        self.events.append({"event_ts": at, "ts": at, "channel": self.place.channel_id, **event})


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@for_all(data=st.data())
async def test_shoutout_events_in_any_order_and_with_duplicates_have_the_same_result(
    database: Database, team: Team, data: st.DataObject
) -> None:
    example = next(_examples)
    now = TUESDAY + timedelta(days=example)
    truth = Truth(MessageRef("C1", f"{now.timestamp():.6f}"), MessageRef("C1", f"{now.timestamp() + 5000:.6f}"))
    _happen(truth, data)
    order = data.draw(st.permutations(range(len(truth.events))))
    again = data.draw(st.lists(st.sampled_from(order), max_size=4))
    when, is_undone = data.draw(st.integers(0, len(order))), data.draw(st.booleans())
    before = [each for each in [*order, *again][:when] if not _is_on_card(truth, each)]
    after = [each for each in [*order, *again] if each not in before] + again

    await _prepare(database, team)
    for each in before:
        await _deliver(database, truth.events[each], f"Ev{example}.{each}", now)
    spoken = await _give_shoutout(
        database, team, truth, data.draw(st.sampled_from([AUTHOR, "UBEN"])), data.draw(people), now
    )
    for each in after:
        await _deliver(database, truth.events[each], f"Ev{example}.{each}", now)
    if spoken and is_undone:
        await _undo(database, spoken, now)

    standing = None if is_undone else spoken
    assert await _credits(database, truth) == truth.credits(standing)
    await _check_notes(database, truth)
    await _check_own_reaction(database, truth)


@pytest.mark.own_database
async def test_concurrent_shoutout_events_have_the_same_result_as_sequential_events(
    database: Database, team: Team
) -> None:
    now = TUESDAY
    for example in range(4):
        truth = Truth(MessageRef("C1", f"{now.timestamp() + example:.6f}"), MessageRef("C1", "1.000000"))
        truth.say(True, ["UANA"])
        truth.say(True, ["UANA", "UBEN"])
        for user in PEOPLE:
            truth.toggle(user, EMOJI[0], False)
            truth.toggle(user, EMOJI[1], False)
        ids = [f"Ev{example}.{number}" for number in range(len(truth.events))]
        await asyncio.gather(*(_deliver(database, event, id, now) for event, id in zip(truth.events, ids, strict=True)))

        assert await _credits(database, truth) == truth.credits(None)


def _happen(truth: Truth, data: st.DataObject) -> None:
    truth.say(data.draw(st.booleans()), data.draw(people))
    for step in data.draw(steps):
        match step:
            case ("edit", is_thanks, receivers):
                truth.say(is_thanks, receivers)
            case ("unfurl",):
                truth.unfurl()
            case ("toggle", user, name, on_card):
                truth.toggle(user, name, on_card)
    if data.draw(st.booleans()):
        truth.delete()


def _is_on_card(truth: Truth, number: int) -> bool:
    return bool(truth.events[number].get("item", {}).get("ts") == truth.card.ts)


async def _prepare(database: Database, team: Team) -> None:
    async with database.begin() as session:
        Settings(daily=50).keep(await session.get_one(Team, team.id))
        ShoutoutPreferences(announce=Announce.NONE).keep(await session.get_one(Person, ("T1", QUIET)))


async def _deliver(database: Database, event: dict[str, Any], id: str, now: datetime) -> None:
    """Deliver an event as the dispatcher does: in one transaction, committed after the last listener."""
    sessions = Sessions(database, "T1", id, now, shared=True)
    actor, context = Actor("T1", event.get("user", "")), cast(Any, SimpleNamespace(bot_user_id="UBOT"))
    try:
        if event["type"] == "message":
            await events.record_message(actor, event, sessions, now)
        else:
            await events.record_reaction(actor, event, context, sessions, now)
        await sessions.commit()
    except Duplicate:
        pass
    finally:
        await sessions.close()


async def _give_shoutout(
    database: Database, team: Team, truth: Truth, giver: str, receivers: list[str], now: datetime
) -> Shoutout | None:
    """Give a shout-out for the message if allowed, and store its card's channel and timestamp, used by reactions."""
    receivers = [each for each in [AUTHOR, *receivers] if each != giver]
    try:
        async with database.begin() as session:
            spoken = await give.give(
                session, team, giver, receivers=receivers, reason="for this", manner=PLAIN,
                source=f"t.{truth.place.ts}", now=now, about=truth.place,
            )  # fmt: skip
            session.add(Card("T1", f"shoutout:{spoken.id}", *truth.card))
            return spoken
    except Refusal:
        return None


async def _undo(database: Database, spoken: Shoutout, now: datetime) -> None:
    async with database.begin() as session:
        await change.undo(session, Actor("T1", spoken.giver_id), spoken.id, now=now)


async def _credits(database: Database, truth: Truth) -> set[tuple[str, str]]:
    async with database.reading() as session:
        found = await session.scalars(select(Credit).where(Credit.message == str(truth.place)))
        pairs = [(credit.giver_id, credit.receiver_id) for credit in found]
    assert len(pairs) == len(set(pairs))
    return set(pairs)


async def _check_notes(database: Database, truth: Truth) -> None:
    """Assert that everybody credited by a shout-out has one note with the latest text, and nobody else has a note."""
    async with database.reading() as session:
        carried = select(Credit, Shoutout).join(Shoutout, Shoutout.id == Credit.shoutout_id)
        rows = (await session.execute(carried.where(Credit.message == str(truth.place)))).all()
        loud = [(act, credit.receiver_id) for credit, act in rows if act.way != Way.REACTION]
        expected = {f"shoutout:{act.id}:{each}": act.reason for act, each in loud if each != QUIET}
        of_it = select(Shoutout.id).where(Shoutout.message == str(truth.place))
        theirs = [Outgoing.card.startswith(f"shoutout:{id}:") for id in await session.scalars(of_it)]
        posts = select(Outgoing).where(Outgoing.method == Method.POST, Outgoing.state == State.WAITING)
        waiting = (await session.scalars(posts.where(or_(false(), *theirs)))).all()
        assert sorted(row.card or "" for row in waiting) == sorted(expected)
        for row in waiting:
            assert expected[row.card or ""] in decrypt_payload(row, database.vault)["text"]
    assert all(act.reason in ("for this", truth.text) for act, _ in loud)


async def _check_own_reaction(database: Database, truth: Truth) -> None:
    if truth.is_gone:
        return
    async with database.reading() as session:
        rows = await session.scalars(
            select(Outgoing).where(Outgoing.method.in_([Method.REACT, Method.UNREACT])).order_by(Outgoing.id.desc())
        )
        own = [
            row.method
            for row in rows.fetchmany(20)
            if decrypt_payload(row, database.vault)["timestamp"] == truth.place.ts
        ]
    assert (own[:1] == [Method.REACT]) == bool(truth.heard)
