"""Tests of shout-outs postponed to the next morning, even if a receiver has left by then."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import personal_data
from bot.db.personal_data import WORK_RETENTION
from bot.db.sessions import vault_of
from bot.features.shoutouts import queries
from bot.features.shoutouts.models import PLAIN, Credit, Manner, Shoutout
from bot.features.shoutouts.settings import Announce, ShoutoutPreferences
from bot.messages.shoutouts import postponed
from bot.org import people as org_people
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.scheduler.models import About, Occurrence
from bot.slack.dispatcher import Actor
from bot.slack.outbox.models import Outgoing
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows.shoutouts import give, postponement
from bot.workflows.shoutouts.digests import postponed_blocks
from schedules.shoutouts import give_kept
from tests.conftest import TUESDAY

WORDS = "for the calm voice"


async def kept(session: AsyncSession, team: Team, receivers: list[str], manner: Manner = PLAIN) -> Shoutout:
    """Give the sixth shout-out of a day, and postpone it."""
    for number in range(5):
        await give.give(session, team, "UMAYA", receivers=["UANA"], reason=WORDS, source=f"{number}", now=TUESDAY)
    act = await give.give(
        session, team, "UMAYA", receivers=receivers, reason=WORDS, source="sixth", now=TUESDAY, manner=manner
    )
    await postponement.postpone(session, Actor("T1", "UMAYA"), act.id, now=TUESDAY)
    return act


async def leave(session: AsyncSession, *people: str) -> None:
    for each in people:
        (await org_people.fetch_person(session, "T1", each)).has_left = True
    await session.flush()


async def morning(session: AsyncSession, team: Team, act: Shoutout) -> None:
    assert act.kept_until
    await give_kept(session, team, Occurrence(act.kept_until, TUESDAY, About("shoutout", act.id)))
    await session.flush()


async def told(session: AsyncSession) -> dict[str, list[str]]:
    """Return the texts of all messages in the outbox, by conversation."""
    found: dict[str, list[str]] = {}
    for row in await session.scalars(select(Outgoing).order_by(Outgoing.id)):
        found.setdefault(row.conversation, []).append(decrypt_payload(row, vault_of(session))["text"])
    return found


@pytest.mark.parametrize(
    ("receivers", "left", "manner", "unsent", "credited"),
    [
        (["UBEN"], ["UBEN"], PLAIN, ["UBEN"], []),
        (["UBEN", "UELI"], ["UBEN"], PLAIN, ["UBEN"], ["UELI"]),
        (["UBEN", "UELI"], ["UBEN", "UELI"], PLAIN, ["UBEN", "UELI"], []),
        (["UBEN"], ["UBEN"], Manner(is_private=True), ["UBEN"], []),
        (["UBEN"], [], PLAIN, [], ["UBEN"]),
    ],
)
async def test_giver_is_told_which_receivers_a_postponed_shoutout_did_not_reach(
    session: AsyncSession, team: Team, receivers: list[str], left: list[str], manner: Manner,
    unsent: list[str], credited: list[str],
) -> None:  # fmt: skip
    act = await kept(session, team, receivers, manner)
    await leave(session, *left)
    await morning(session, team, act)

    people = await org_people.fetch_people(session, "T1", unsent)
    words = postponed.unsent_answer(act, unsent, people).text if unsent else None
    assert (await told(session)).get("UMAYA", []) == ([words] if words else [])
    credits = await session.scalars(select(Credit.receiver_id).where(Credit.message == "sixth"))
    assert sorted(credits) == credited
    lost = [each.receivers for each in await queries.postponed_by(session, "T1", "UMAYA")]
    assert lost == ([unsent] if unsent else [])
    assert bool(await postponed_blocks(session, await org_people.fetch_person(session, "T1", "UMAYA"))) == bool(unsent)


@pytest.mark.parametrize(
    ("is_closed", "left", "quiet", "manner", "blocks"),
    [
        (True, [], [], PLAIN, ["without_card"]),
        (False, [], [], PLAIN, []),
        (True, [], [], Manner(is_private=True), []),
        (True, [], ["UBEN", "UELI"], PLAIN, []),
        (True, ["UELI"], [], PLAIN, ["unsent", "without_card"]),
        (True, ["UBEN", "UELI"], [], PLAIN, ["unsent"]),
    ],
)
async def test_giver_is_told_when_a_postponed_shoutout_got_no_card_in_the_channel(
    session: AsyncSession, team: Team, left: list[str], quiet: list[str], manner: Manner, blocks: list[str],
    *, is_closed: bool,
) -> None:  # fmt: skip
    act = await kept(session, team, ["UBEN", "UELI"], manner)
    await membership.set_closed(session, "T1", "C1", is_closed=is_closed)
    for each in quiet:
        ShoutoutPreferences(announce=Announce.PRIVATE).keep(await org_people.fetch_person(session, "T1", each))
    await leave(session, *left)
    await morning(session, team, act)

    rows = await session.scalars(select(Outgoing).where(Outgoing.conversation == "UMAYA").order_by(Outgoing.id))
    assert [block["block_id"] for row in rows for block in decrypt_payload(row, vault_of(session))["blocks"]] == blocks


async def test_postponed_shoutouts_that_could_not_be_sent_are_deleted_after_their_retention(
    session: AsyncSession, team: Team
) -> None:
    act = await kept(session, team, ["UBEN", "UELI"])
    await leave(session, "UBEN")
    await morning(session, team, act)
    assert act.kept_until
    await personal_data.prune(session, "T1", now=act.kept_until + WORK_RETENTION, limit=10)
    assert len(await queries.postponed_by(session, "T1", "UMAYA")) == 1
    await personal_data.prune(session, "T1", now=act.kept_until.replace(year=2027), limit=10)

    assert await queries.postponed_by(session, "T1", "UMAYA") == []


async def test_only_the_giver_sees_their_postponed_shoutouts(session: AsyncSession, team: Team) -> None:
    act = await kept(session, team, ["UBEN"])

    assert list(await queries.postponed_by(session, "T1", "UMAYA")) == [act]
    assert await queries.postponed_by(session, "T1", "UBEN") == []
