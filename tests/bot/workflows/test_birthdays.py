"""Birthdays and work anniversaries: posted once, as the person last chose, with a card kept secret from the person."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import Database
from bot.errors import Refusal
from bot.features.birthdays import nudges, queries, rules
from bot.features.birthdays.models import Occasion, SealedSignature
from bot.features.birthdays.settings import BirthdayPreferences, Settings, Wish
from bot.features.fun_tank.models import Movement
from bot.features.fun_tank.rules import Cause
from bot.nudges.models import NudgeCheck
from bot.org import people
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.org.workspaces import Workspace
from bot.scheduler.models import About, Occurrence, ScheduledJob
from bot.slack.dispatcher import Actor
from bot.slack.outbox.models import Outgoing
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows import birthdays
from bot.workflows.birthdays import replan_person, schedule_occasions
from schedules.birthdays import give, plan_upcoming
from tests.absences import away
from tests.conftest import TUESDAY

A_DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)
BIRTHDAY = "25 November"
"""The birthday in the tests, a Wednesday in 2026."""
DUE = datetime(2026, 11, 25, 10, tzinfo=UTC)


async def wish(session: AsyncSession, how: Wish, id: str = "UANA", birthday: str = BIRTHDAY) -> None:
    BirthdayPreferences(birthday=birthday, birthday_wish=how).keep(await people.fetch_person(session, "T1", id))
    await session.flush()


async def look(session: AsyncSession, team: Team, now: datetime) -> list[Occasion]:
    await plan_upcoming(session, team, Occurrence(now, now - A_DAY))
    await session.flush()
    return list(await session.scalars(select(Occasion).order_by(Occasion.id)))


async def run(session: AsyncSession, team: Team, occasion: Occasion, at: datetime) -> None:
    await give(session, team, Occurrence(at, at, About("occasion", occasion.id)))


async def sign(session: AsyncSession, who: str, occasion_id: int, words: str, *, now: datetime) -> None:
    await birthdays.sign(session, Actor("T1", who), occasion_id, words, now=now)


async def said(session: AsyncSession, database: Database) -> list[tuple[str, str]]:
    await session.flush()
    rows = await session.scalars(select(Outgoing).order_by(Outgoing.id))
    return [(row.conversation, str(decrypt_payload(row, database.vault)["text"])) for row in rows]


async def seat(session: AsyncSession, team: Team, id: str) -> Seat:
    return Seat(await people.fetch_person(session, "T1", id), team, Role.AGENT)


async def test_public_birthday_is_planned_and_posted_exactly_once(
    session: AsyncSession, database: Database, team: Team
) -> None:
    await wish(session, Wish.PUBLIC)
    for now in (MONDAY - A_DAY, MONDAY, MONDAY + A_DAY):
        (occasion,) = await look(session, team, now)
    due = (await session.scalars(select(ScheduledJob.due_at).where(ScheduledJob.job == "birthdays.give"))).all()
    assert (occasion.due_at, due) == (DUE, [DUE])
    for _ in range(3):
        await run(session, team, occasion, DUE)
    await look(session, team, DUE + A_DAY)

    assert await said(session, database) == [("C1", ":birthday: Happy birthday, <@UANA>!")]


async def test_private_birthday_is_sent_only_to_the_person(
    session: AsyncSession, database: Database, team: Team
) -> None:
    await wish(session, Wish.PRIVATE, "UELI")
    (occasion,) = await look(session, team, MONDAY)
    assert occasion.due_at == datetime(2026, 11, 25, 14, tzinfo=UTC)
    assert occasion.opened_at is None
    assert not (await session.scalars(select(NudgeCheck))).all()
    await run(session, team, occasion, occasion.due_at)

    assert await said(session, database) == [("UELI", ":birthday: Happy birthday! Only you can see this.")]


async def test_no_birthday_is_planned_for_people_who_want_no_greeting(session: AsyncSession, team: Team) -> None:
    await wish(session, Wish.NONE)

    assert await look(session, team, MONDAY) == []


@pytest.mark.parametrize("how", [Wish.NONE, Wish.PRIVATE])
async def test_birthday_can_be_made_public_or_private_until_it_is_posted(
    session: AsyncSession, database: Database, team: Team, how: Wish
) -> None:
    await wish(session, Wish.PUBLIC)
    (occasion,) = await look(session, team, MONDAY)
    await wish(session, how)
    await run(session, team, occasion, DUE)

    assert "C1" not in {where for where, _ in await said(session, database)}
    assert await nudges.signing_candidates(session, [await seat(session, team, "UBEN")], MONDAY) == []


@pytest.mark.parametrize(("how", "where"), [(Wish.PRIVATE, ["UANA"]), (Wish.PUBLIC, ["C1", "C2"])])
async def test_birthday_in_two_teams_is_posted_in_both_or_sent_as_one_private_note(
    session: AsyncSession, database: Database, workspace: Workspace, team: Team, how: Wish, where: list[str]
) -> None:
    other = await membership.create_team(
        session, workspace, channel_id="C2", name="night", zone="America/New_York", leaders=["UMAYA"],
        agents=["UANA"], now=TUESDAY,
    )  # fmt: skip
    await wish(session, how)
    for each in (team, other):
        planned = await look(session, each, MONDAY)
    for occasion in planned:
        await run(session, team if occasion.team_id == team.id else other, occasion, occasion.due_at)

    assert sorted(conversation for conversation, _ in await said(session, database)) == where


async def test_birthday_of_somebody_who_left_is_not_posted(
    session: AsyncSession, database: Database, team: Team
) -> None:
    await wish(session, Wish.PUBLIC)
    (occasion,) = await look(session, team, MONDAY)
    await membership.remove_members(session, team, ["UANA"], now=MONDAY)
    await run(session, team, occasion, DUE)

    assert await said(session, database) == []
    assert await look(session, team, DUE) == []


async def test_birthday_of_an_absent_person_is_posted_on_their_return(
    session: AsyncSession, database: Database, team: Team
) -> None:
    await wish(session, Wish.PUBLIC)
    (occasion,) = await look(session, team, MONDAY)
    person = await people.fetch_person(session, "T1", "UANA")
    person.absences = away(datetime(2026, 11, 30, tzinfo=UTC))
    await run(session, team, occasion, DUE)
    assert await said(session, database) == []
    back = datetime(2026, 11, 30, 10, tzinfo=UTC)
    assert back in (await session.scalars(select(ScheduledJob.due_at))).all()
    await run(session, team, occasion, back)

    ((_, words),) = await said(session, database)
    assert words == ":birthday: Happy belated birthday, <@UANA>! (It was on Wednesday, 25 November.)"


async def test_corrected_birthday_keeps_the_signatures_on_its_card(session: AsyncSession, team: Team) -> None:
    await wish(session, Wish.PUBLIC)
    (occasion,) = await look(session, team, MONDAY)
    await sign(session, "UBEN", occasion.id, "All the best!", now=MONDAY)
    await wish(session, Wish.PUBLIC, birthday="27 November")
    await replan_person(session, await people.fetch_person(session, "T1", "UANA"), now=MONDAY)

    assert occasion.day == date(2026, 11, 27)
    assert await birthdays.mark_celebrated(session, team, occasion.id, now=DUE) is None
    given = await birthdays.mark_celebrated(session, team, occasion.id, now=occasion.due_at)
    assert given
    assert [each.words for each in given.signatures] == ["All the best!"]


async def test_birthday_entered_after_the_day_itself_is_not_posted(
    session: AsyncSession, database: Database, team: Team
) -> None:
    await wish(session, Wish.PUBLIC, birthday="20 November")
    assert await look(session, team, MONDAY) == []
    await wish(session, Wish.PUBLIC)
    await look(session, team, MONDAY)
    await wish(session, Wish.PUBLIC, birthday="20 November")

    assert await look(session, team, MONDAY) == []


async def test_weekend_birthday_entered_on_monday_is_posted(session: AsyncSession, team: Team) -> None:
    await wish(session, Wish.PUBLIC, birthday="21 November")
    (occasion,) = await look(session, team, MONDAY)

    assert occasion.due_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert occasion.opened_at is None


async def test_teammates_are_asked_to_sign_a_birthday_card_and_its_recipient_is_not(
    session: AsyncSession, team: Team
) -> None:
    await wish(session, Wish.PUBLIC)
    await look(session, team, datetime(2026, 11, 19, 7, tzinfo=UTC))
    assert not (await session.scalars(select(NudgeCheck))).all()
    (occasion,) = await look(session, team, datetime(2026, 11, 20, 7, tzinfo=UTC))
    assert occasion.opened_at

    looks = {each.person_id: each.at for each in await session.scalars(select(NudgeCheck))}
    assert sorted(looks) == ["UBEN", "UELI", "UMAYA"]
    assert looks["UELI"] == datetime(2026, 11, 20, 14, tzinfo=UTC)
    seats = [await seat(session, team, id) for id in ("UANA", "UBEN", "UELI")]
    assert [each.seat.person.id for each in await nudges.signing_candidates(session, seats, MONDAY)] == ["UBEN", "UELI"]
    assert [len(await queries.open_cards_of(session, [each], MONDAY)) for each in seats] == [0, 1, 1]


@pytest.mark.parametrize(
    ("days", "mornings", "signed", "told"),
    [
        ({"UANA": BIRTHDAY}, 1, [], [["UANA"]]),
        ({"UANA": BIRTHDAY, "UBEN": "26 November"}, 1, [], [["UANA", "UBEN"]]),
        ({"UANA": BIRTHDAY, "UBEN": "26 November", "UELI": BIRTHDAY}, 1, ["UBEN"], [["UANA", "UELI"]]),
        ({"UANA": BIRTHDAY, "UBEN": "27 November"}, 2, [], [["UANA"], ["UBEN"]]),
        ({"UANA": BIRTHDAY, "UMAYA": BIRTHDAY}, 1, [], [["UANA"]]),
        ({"UANA": BIRTHDAY}, 1, ["UANA"], []),
    ],
    ids=["one", "two", "one is signed", "one opens later", "their own", "all are signed"],
)
async def test_birthday_cards_opened_on_the_same_morning_share_a_nudge(
    session: AsyncSession, team: Team, days: dict[str, str], mornings: int, signed: list[str], told: list[list[str]]
) -> None:
    for id, day in days.items():
        await wish(session, Wish.PUBLIC, id, day)
    for number in range(mornings):
        planned = await look(session, team, MONDAY + number * A_DAY)
    for each in planned:
        if each.person_id in signed:
            await sign(session, "UMAYA", each.id, "All the best!", now=MONDAY)
    found = await nudges.signing_candidates(session, [await seat(session, team, "UMAYA")], MONDAY + A_DAY)

    assert [[row["person"] for row in each.facts["rows"]] for each in found] == told
    assert len({each.about for each in found}) == len(told)


@pytest.mark.parametrize(
    ("opened_at", "told_on"),
    [
        ("2026-11-23T07:00", "2026-11-23"),
        ("2026-11-23T10:00", "2026-11-24"),
        ("2026-11-23T10:05", "2026-11-24"),
        ("2026-11-23T23:00", "2026-11-24"),
        ("2026-11-27T18:00", "2026-11-30"),
    ],
)
@pytest.mark.parametrize("is_away", [False, True])
async def test_birthday_card_is_announced_on_the_next_working_morning(
    session: AsyncSession, team: Team, opened_at: str, told_on: str, *, is_away: bool
) -> None:
    theirs = await seat(session, team, "UMAYA")
    theirs.person.absences = away(DUE) if is_away else ()
    opened = datetime.fromisoformat(f"{opened_at}+00:00")
    card = Occasion("T1", team.id, "UANA", "birthday", 2026, date(2026, 12, 1), DUE + 6 * A_DAY, opened_at=opened)

    assert rules.notice_day(theirs.routine, card) == date.fromisoformat(told_on)


@pytest.mark.parametrize("signed_in", [None, 0, 1])
async def test_colleague_in_two_teams_is_asked_once_to_sign_a_birthday_card(
    session: AsyncSession, workspace: Workspace, team: Team, signed_in: int | None
) -> None:
    other = await membership.create_team(
        session, workspace, channel_id="C2", name="night", zone="Europe/Lisbon", leaders=["UMAYA"],
        agents=["UANA", "UBEN"], now=TUESDAY,
    )  # fmt: skip
    await wish(session, Wish.PUBLIC)
    await look(session, team, MONDAY)
    cards = await look(session, other, MONDAY)
    if signed_in is not None:
        await sign(session, "UBEN", cards[signed_in].id, "All the best!", now=MONDAY)
    seats = [await seat(session, each, "UBEN") for each in (team, other)]
    rows = [
        row["occasion"]
        for each in await nudges.signing_candidates(session, seats, MONDAY)
        for row in each.facts["rows"]
    ]

    assert rows == ([cards[0].id] if signed_in is None else [])
    shown = [(card.id, has_signed) for card, _, has_signed in await queries.open_cards_of(session, seats, MONDAY)]
    assert shown == [(cards[signed_in or 0].id, signed_in is not None)]


async def test_team_can_turn_birthday_cards_off(session: AsyncSession, team: Team) -> None:
    Settings(sign=0).keep(team)
    await wish(session, Wish.PUBLIC)
    (occasion,) = await look(session, team, MONDAY)

    assert occasion.opened_at is None


@pytest.mark.parametrize("who", ["UANA", "UGONE", "USTRANGER", "UBOT"])
async def test_only_teammates_can_sign_or_see_a_birthday_card(session: AsyncSession, team: Team, who: str) -> None:
    await wish(session, Wish.PUBLIC)
    (occasion,) = await look(session, team, MONDAY)
    with pytest.raises(Refusal):
        await sign(session, who, occasion.id, "Hello", now=MONDAY)
    with pytest.raises(Refusal):
        await queries.card_with_words(session, "T1", who, occasion.id)
    with pytest.raises(Refusal):
        await queries.card_with_words(session, "T2", "UBEN", occasion.id)


async def test_signatures_on_a_birthday_card_are_encrypted_and_deleted_after_the_post(
    session: AsyncSession, database: Database, team: Team
) -> None:
    await wish(session, Wish.PUBLIC)
    (occasion,) = await look(session, team, MONDAY)
    await sign(session, "UBEN", occasion.id, "You <3 make & calm us", now=MONDAY)
    await sign(session, "UBEN", occasion.id, "You <3 make us calm", now=MONDAY)
    await sign(session, "UMAYA", occasion.id, "Thank you, @channel", now=MONDAY + A_DAY)
    for table in ("signatures", "occasions", "nudges", "outbox"):
        rows = [dict(row) for row in (await session.execute(text(f"SELECT * FROM {table}"))).mappings()]
        assert "calm" not in str(rows)
    await run(session, team, occasion, DUE)

    ((_, words),) = await said(session, database)
    assert words == (
        ":birthday: Happy birthday, <@UANA>!\n<@UBEN>: You &lt;3 make us calm\n<@UMAYA>: Thank you, @\u2060channel"
    )
    assert not (await session.execute(text("SELECT * FROM signatures"))).all()


async def test_long_birthday_card_is_split_without_losing_signatures(
    session: AsyncSession, database: Database, team: Team
) -> None:
    await wish(session, Wish.PUBLIC)
    (occasion,) = await look(session, team, MONDAY)
    vault = database.vault
    session.add_all(
        SealedSignature(occasion.id, f"U{n:03}", vault.encrypt(f"line {n:03} {'&' * 280}"), MONDAY) for n in range(120)
    )
    await session.flush()
    await run(session, team, occasion, DUE)
    rows = (await session.scalars(select(Outgoing).order_by(Outgoing.id))).all()
    bodies = [decrypt_payload(row, vault) for row in rows]

    assert [row.under for row in rows] == [None, *([f"occasion:{occasion.id}"] * (len(rows) - 1))]
    assert all(f"line {n:03}" in str(bodies) for n in range(120))
    assert all(len(body["blocks"]) <= 50 for body in bodies)
    assert all(len(block["text"]["text"]) <= 3000 for body in bodies for block in body["blocks"])


async def test_anniversary_post_has_the_number_of_years(session: AsyncSession, database: Database, team: Team) -> None:
    own = BirthdayPreferences(began_on=date(2023, 11, 25), anniversary_wish=Wish.PUBLIC)
    own.keep(await people.fetch_person(session, "T1", "UANA"))
    await session.flush()
    await schedule_occasions(session, team, ["UANA"], now=MONDAY)
    (occasion,) = await session.scalars(select(Occasion))
    await run(session, team, occasion, DUE)

    ((_, words),) = await said(session, database)
    assert words.startswith(":seedling: Happy work anniversary, <@UANA>! 3 years here.")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_birthday_is_posted_exactly_once_if_the_team_moves_across_the_date_line(
    session: AsyncSession, database: Database, team: Team, zone: str
) -> None:
    await wish(session, Wish.PUBLIC)
    team.zone = zone
    await look(session, team, DUE - timedelta(hours=40))
    team.zone = "Pacific/Pago_Pago" if zone == "Pacific/Kiritimati" else "Pacific/Kiritimati"
    for hour in range(-30, 48):
        now = DUE + timedelta(hours=hour)
        for occasion in await look(session, team, now):
            await run(session, team, occasion, now)

    assert len(await said(session, database)) == 1


@pytest.mark.long
@pytest.mark.either
async def test_each_birthday_is_posted_once_a_year_over_two_years(
    session: AsyncSession, database: Database, team: Team
) -> None:
    for id, day in (("UANA", "29 February"), ("UBEN", "25 December"), ("UELI", "28 March"), ("UMAYA", "1 January")):
        await wish(session, Wish.PUBLIC, id, day)
    now = datetime(2027, 1, 4, 7, tzinfo=UTC)
    while now < datetime(2029, 1, 10, tzinfo=UTC):
        for occasion in await look(session, team, now):
            if occasion.given_at is None and occasion.due_at <= now + timedelta(hours=12):
                await run(session, team, occasion, occasion.due_at)
        now += A_DAY

    given = [each for each in await session.scalars(select(Occasion)) if each.given_at]
    days = sorted((each.person_id, str(each.due_at.date())) for each in given)
    assert days == [
        ("UANA", "2027-03-01"), ("UANA", "2028-02-29"), ("UBEN", "2027-12-27"), ("UBEN", "2028-12-25"),
        ("UELI", "2027-03-29"), ("UELI", "2028-03-28"), ("UMAYA", "2028-01-03"),
        ("UMAYA", "2029-01-01"),
    ]  # fmt: skip
    assert len([words for _, words in await said(session, database) if "fun tank" not in words]) == 8


async def make_sponsor(session: AsyncSession, team: Team) -> Team:
    """Make Eli the team's sponsor and a member of no team."""
    await membership.remove_members(session, team, ["UELI"], now=TUESDAY)
    team = await session.get_one(Team, team.id)
    team.sponsor_id = "UELI"
    await session.flush()
    return team


@pytest.mark.parametrize("how", [Wish.PUBLIC, Wish.PRIVATE])
async def test_sponsors_birthday_is_handled_like_that_of_a_member(
    session: AsyncSession, database: Database, team: Team, how: Wish
) -> None:
    team = await make_sponsor(session, team)
    await wish(session, how, "UELI")
    await replan_person(session, await people.fetch_person(session, "T1", "UELI"), now=MONDAY)
    await session.flush()
    (occasion,) = await look(session, team, MONDAY)
    await run(session, team, occasion, occasion.due_at)

    assert [to for to, _ in await said(session, database)] == ["C1" if how is Wish.PUBLIC else "UELI"]


async def test_birthday_of_a_former_sponsor_is_not_posted(
    session: AsyncSession, database: Database, team: Team
) -> None:
    team = await make_sponsor(session, team)
    await wish(session, Wish.PUBLIC, "UELI")
    (occasion,) = await look(session, team, MONDAY)
    team.sponsor_id = None
    await run(session, team, occasion, DUE)

    assert await said(session, database) == []


async def test_private_birthday_of_a_sponsor_who_is_a_member_of_another_team_gets_one_note(
    session: AsyncSession, database: Database, team: Team
) -> None:
    other = Team("T1", "C2", "quay", "Europe/Lisbon", "UANA", TUESDAY)
    session.add(other)
    await wish(session, Wish.PRIVATE)
    for each in (team, other):
        for occasion in await look(session, each, MONDAY):
            await run(session, each, occasion, occasion.due_at)

    assert [to for to, _ in await said(session, database)] == ["UANA"]


@pytest.mark.parametrize("how", [Wish.PUBLIC, Wish.PRIVATE])
async def test_birthday_entered_late_on_the_day_is_posted_the_next_morning_with_its_date(
    session: AsyncSession, database: Database, team: Team, how: Wish
) -> None:
    await wish(session, how)
    await replan_person(session, await people.fetch_person(session, "T1", "UANA"), now=DUE.replace(hour=20))
    (occasion,) = await look(session, team, DUE.replace(day=26, hour=7))
    assert occasion.due_at.date() == date(2026, 11, 26)
    assert await said(session, database) == []
    await run(session, team, occasion, occasion.due_at)

    ((_, words),) = await said(session, database)
    assert "It was on Wednesday, 25 November." in words
    assert occasion.given_at


@pytest.mark.parametrize(
    ("how", "birthday", "named_at", "due_at"),
    [
        (Wish.PUBLIC, BIRTHDAY, "2026-11-25T18:40", "2026-11-26T10:00"),
        (Wish.PUBLIC, "27 November", "2026-11-27T23:00", "2026-11-30T10:00"),
        (Wish.PUBLIC, BIRTHDAY, "2026-11-25T14:20", "2026-11-25T14:20"),
        (Wish.PRIVATE, BIRTHDAY, "2026-11-25T18:40", "2026-11-26T09:00"),
    ],
)
async def test_daily_planning_does_not_change_the_time_of_a_late_birthday_post(
    session: AsyncSession, team: Team, how: Wish, birthday: str, named_at: str, due_at: str
) -> None:
    named, due = (datetime.fromisoformat(f"{each}+00:00") for each in (named_at, due_at))
    await wish(session, how, birthday=birthday)
    await replan_person(session, await people.fetch_person(session, "T1", "UANA"), now=named)
    mornings = [named.replace(hour=7, minute=0) + days * A_DAY for days in range(1, (due - named).days + 2)]
    for morning in (each for each in mornings if each < due):
        await look(session, team, morning)

    (occasion,) = await session.scalars(select(Occasion))
    assert occasion.due_at == due


@pytest.mark.parametrize(
    "days",
    [
        {"UANA": BIRTHDAY, "UBEN": BIRTHDAY},
        {"UANA": "28 November", "UBEN": "29 November"},
        {"UANA": BIRTHDAY, "UBEN": BIRTHDAY, "UELI": BIRTHDAY},
    ],
    ids=["two", "a weekend", "three"],
)
async def test_birthdays_on_the_same_day_share_a_post(
    session: AsyncSession, database: Database, team: Team, days: dict[str, str]
) -> None:
    for id, day in days.items():
        await wish(session, Wish.PUBLIC, id, day)
    planned = await look(session, team, MONDAY)
    for occasion in planned:
        await run(session, team, occasion, occasion.due_at)

    (words,) = [words for where, words in await said(session, database) if where == "C1" and "<@" in words]
    assert all(f"<@{id}>" in words for id in days)
    assert all(each.given_at for each in planned)


@pytest.mark.parametrize(
    ("days", "amounts"),
    [
        ({"UANA": (Wish.PUBLIC, BIRTHDAY)}, [8]),
        ({"UANA": (Wish.PUBLIC, BIRTHDAY), "UBEN": (Wish.PUBLIC, BIRTHDAY)}, [8, 0]),
        ({"UANA": (Wish.PUBLIC, BIRTHDAY), "UBEN": (Wish.PRIVATE, BIRTHDAY)}, [8]),
        ({"UANA": (Wish.PUBLIC, BIRTHDAY), "UBEN": (Wish.PUBLIC, "26 November")}, [8, 8]),
    ],
    ids=["one", "two on a day", "a private one", "a day apart"],
)
async def test_birthdays_add_to_the_fun_tank_once_a_day(
    session: AsyncSession, team: Team, days: dict[str, tuple[Wish, str]], amounts: list[int]
) -> None:
    for id, (how, day) in days.items():
        await wish(session, how, id, day)
    for occasion in await look(session, team, MONDAY):
        await run(session, team, occasion, occasion.due_at)

    moved = select(Movement.amount).where(Movement.cause == Cause.OCCASION).order_by(Movement.id)
    assert list(await session.scalars(moved)) == amounts
    assert not (await session.scalars(select(Movement).where(Movement.cause == Cause.CELEBRATION))).all()


async def test_private_birthday_on_the_same_day_as_a_public_one_stays_private(
    session: AsyncSession, database: Database, team: Team
) -> None:
    await wish(session, Wish.PUBLIC)
    await wish(session, Wish.PRIVATE, "UBEN")
    for occasion in await look(session, team, MONDAY):
        await run(session, team, occasion, occasion.due_at)

    found = await said(session, database)
    assert sorted(where for where, _ in found) == ["C1", "UBEN"]
    assert not [words for where, words in found if where == "C1" and "UBEN" in words]
