"""Follow-ups in the database: their history, people's roles in them, their supporters, and similar texts."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.followups import queries
from bot.followups.models import Audience, Followup, Kind, State
from bot.followups.queries import MIN_SIMILARITY, likeness
from bot.followups.rules import Role, Step
from bot.org.teams.models import Team
from tests.conftest import TUESDAY

TEXT = "the voucher tool logs us out every hour"
ALIKE = [
    (TEXT, "voucher tool logs out all the time"),
    ("no access to the returns portal for the late shift", "late shift has no access to returns portal"),
    ("macro for refunds under 20 euros", "a refund macro for amounts under 20 euros"),
    ("We can't see the order history in the chat tool", "order history is missing in the chat tool"),
    ("headsets crackle on calls", "crackling headsets on phone calls"),
    ("customers get two invoices", "customers receive two invoices for one order"),
    ("knowledge base search finds nothing", "search in the knowledge base finds nothing useful"),
    ("Warehouse doesn't answer e-mails", "the warehouse doesn't ever answer our e-mails"),
    ("ETIQUETTE LABELS JAM IN THE PRINTER", "etiquette labels jam in the printer!"),
    ("no parking for the night shift", "no parking for the night shift 🚗"),
]
UNLIKE = [
    (TEXT, "the chat tool is slow in the morning"),
    ("no access to the returns portal for the late shift", "late shift has no lead"),
    ("macro for refunds under 20 euros", "macro for change of address"),
    ("VPN drops twice a day", "the printer jams twice a day"),
    ("We can't see the order history in the chat tool", "we can't see the stock in the shop"),
    ("headsets crackle on calls", "too many calls after lunch"),
    ("customers get two invoices", "suppliers want their money"),
    ("knowledge base search finds nothing", "knowledge base has no French pages"),
    ("Warehouse doesn't answer e-mails", "e-mails to customers arrive late"),
    ("a day without meetings", "a day in the warehouse for everyone"),
]


async def raised(session: AsyncSession, team: Team, words: str = TEXT, kind: Kind = Kind.ROADBLOCK) -> Followup:
    return await queries.add(session, team, kind, "UANA", words, state=State.OPEN, now=TUESDAY)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_rephrased_texts_count_as_similar(one: str, other: str) -> None:
    assert likeness(one, other) >= MIN_SIMILARITY


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_texts_about_different_subjects_do_not_count_as_similar(one: str, other: str) -> None:
    assert likeness(one, other) < MIN_SIMILARITY


async def test_text_of_a_followup_is_encrypted_in_the_database(session: AsyncSession, team: Team) -> None:
    await raised(session, team)
    assert TEXT not in str((await session.execute(text("SELECT text FROM followups"))).one())


async def test_history_of_a_followup_hides_an_unnamed_author(session: AsyncSession, team: Team) -> None:
    unnamed, named = await raised(session, team), await raised(session, team)
    named.is_named = True
    for each in (unnamed, named):
        queries.record(session, each, Step.WITHDRAW, "UANA", now=TUESDAY)
        queries.record(session, each, Step.TAKE, "UMAYA", now=TUESDAY)
        await session.flush()
    assert [event.by_id for event in await queries.find_history(session, unnamed)] == [None, None, "UMAYA"]
    assert [event.by_id for event in await queries.find_history(session, named)] == [None, "UANA", "UMAYA"]


async def test_valid_steps_of_a_followup_are_recorded_in_order_with_their_texts(
    session: AsyncSession, team: Team
) -> None:
    this = await raised(session, team)
    await queries.take_step(session, this, Step.TAKE, "UMAYA", {Role.LEADER}, now=TUESDAY)
    this.owner_id = "UMAYA"
    await queries.take_step(session, this, Step.ANSWER, "UMAYA", {Role.OWNER}, text="IT fixed it", now=TUESDAY)
    with pytest.raises(Refusal):
        await queries.take_step(session, this, Step.CONFIRM, "UBEN", {Role.LEADER}, now=TUESDAY)
    steps = [(event.step, event.text) for event in await queries.find_history(session, this)]
    assert steps == [(Step.RAISE, ""), (Step.TAKE, ""), (Step.ANSWER, "IT fixed it")]


async def test_roles_in_a_followup_depend_on_the_team_and_the_audience(session: AsyncSession, team: Team) -> None:
    this = await raised(session, team)
    assert await queries.find_roles(session, team, this, "UANA") == {Role.AUTHOR, Role.MEMBER}
    assert await queries.find_roles(session, team, this, "UMAYA") == {Role.LEADER, Role.MEMBER}
    this.audience = Audience.LEADERS
    assert await queries.find_roles(session, team, this, "UBEN") == set()


async def test_every_member_is_a_recipient_of_a_promise_to_the_team(session: AsyncSession, team: Team) -> None:
    this = await raised(session, team, kind=Kind.PROMISE)
    assert Role.RECIPIENT in await queries.find_roles(session, team, this, "UBEN")
    assert Role.RECIPIENT not in await queries.find_roles(session, team, this, "UNOBODY")


async def test_followup_cannot_be_locked_from_another_workspace(session: AsyncSession, team: Team) -> None:
    this = await raised(session, team)
    with pytest.raises(AnswerTooLate):
        await queries.lock_followup(session, "T2", this.id)


async def test_each_person_supports_a_followup_at_most_once_and_its_author_never(
    session: AsyncSession, team: Team
) -> None:
    this = await raised(session, team)
    added = [await queries.add_support(session, this, each, now=TUESDAY) for each in ("UBEN", "UBEN", "UANA", "UMAYA")]
    assert added == [True, False, False, True]
    assert await queries.find_supporters(session, this) == ["UBEN", "UMAYA"]
    assert await queries.count_supporters(session, [this.id]) == {this.id: 2}


async def test_similar_roadblock_is_found_if_it_is_open_or_recently_done(session: AsyncSession, team: Team) -> None:
    this = await raised(session, team)
    again = "the voucher tool logs out every hour"

    async def found(**excluding: int) -> Followup | None:
        return await queries.find_resembling(session, team, Kind.ROADBLOCK, again, now=TUESDAY, **excluding)

    assert await found() is this
    assert await found(excluding=this.id) is None
    await queries.take_step(session, this, Step.WITHDRAW, "UANA", {Role.AUTHOR}, now=TUESDAY)
    assert await found() is None
    this.reason = "done"
    assert await found() is this
    this.closed_at = TUESDAY - queries.RECENTLY_CLOSED - timedelta(days=1)
    assert await found() is None


async def test_roadblock_for_leaders_only_is_never_found_as_similar(session: AsyncSession, team: Team) -> None:
    this = await raised(session, team)
    this.audience = Audience.LEADERS
    assert await queries.find_resembling(session, team, Kind.ROADBLOCK, TEXT, now=TUESDAY) is None


async def test_followups_listed_for_two_people_exclude_those_that_others_may_read(
    session: AsyncSession, team: Team
) -> None:
    public, theirs, done = [await raised(session, team, kind=Kind.PROMISE) for _ in range(3)]
    for each in (public, theirs, done):
        each.owner_id, each.recipient_id, each.state = "UMAYA", "UANA", State.OWNED
    theirs.audience = done.audience = Audience.PAIR
    done.state = State.ANSWERED
    assert await queries.find_between(session, team, "UMAYA", "UANA") == [theirs]
    assert await queries.find_between(session, team, "UMAYA", "UBEN") == []
