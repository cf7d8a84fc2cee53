"""Birthdays and anniversaries: plan them, let teammates sign a card, and congratulate on the day."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from slackblocks import Block
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import insert, vault_of
from bot.errors import Refusal
from bot.features.birthdays import queries, rules, settings
from bot.features.birthdays.models import Kind, Occasion, SealedSignature
from bot.features.birthdays.nudges import SIGN
from bot.features.birthdays.queries import DueOccasion, decrypt_signatures
from bot.features.birthdays.rules import LONGEST_LINE, WORDS, opens_at
from bot.features.birthdays.settings import BirthdayPreferences, Settings, Wish
from bot.messages import birthdays
from bot.nudges import answers, engine
from bot.nudges.models import Nudge
from bot.org import people as org_people
from bot.org.availability import working_hours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.refusals import common
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack import home
from bot.slack.dispatcher import Actor
from bot.slack.home import Visitor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows import fun_tank
from bot.workflows.nudges import CHECK_DUE, KINDS

GIVE = JobName("birthdays.give")
ABOUT = "occasion"
GREETING_EXPIRY = timedelta(days=7)
"""How late a greeting may still be sent."""


async def plan_occasions(session: AsyncSession, team: Team, ids: Iterable[str], *, now: datetime) -> list[Occasion]:
    """Return the next birthdays and anniversaries of these members of a team; delete those no longer wanted."""
    people = await org_people.fetch_people(session, team.workspace_id, sorted(ids))
    homes = await queries.home_teams(
        session, team, [each.id for each in people.values() if rules.has_private_wish(each)]
    )
    rows = [
        row
        for person in people.values()
        for kind in Kind
        if rules.is_celebrated_in(person, kind, team, homes)
        for row in rules.rows_to_plan(team, person, kind, now)
    ]
    if rows:
        await session.execute(insert(session, Occasion).on_conflict_do_nothing(), rows)
    theirs = await queries.lock_upcoming(session, team, people)
    kept = [each for each in theirs if rules.update_occasion(team, people[each.person_id], each, homes, now)]
    for each in theirs:
        if each not in kept:
            await session.delete(each)
    return kept


async def open_card(session: AsyncSession, team: Team, occasion: Occasion, *, now: datetime) -> bool:
    """Open a birthday or anniversary card for signing, some working days ahead; return whether this call opened it."""
    days, zone = Settings.of(team).sign, ZoneInfo(team.zone)
    is_before = now.astimezone(zone).date() < occasion.due_at.astimezone(zone).date()
    if occasion.opened_at or not days or not is_before or now < opens_at(team, occasion.due_at, days):
        return False
    person = await org_people.fetch_person(session, team.workspace_id, occasion.person_id)
    if BirthdayPreferences.of(person).visibility(Kind(occasion.kind)) is not Wish.PUBLIC:
        return False
    occasion.opened_at = now
    return True


async def sign(
    session: AsyncSession, actor: Actor, occasion_id: int, words: str, *, nudge_id: int = 0, now: datetime
) -> tuple[Team, Occasion]:
    """Sign a birthday or anniversary card, or replace the person's earlier signature.

    `nudge_id` is the nudge that invited the person to sign; 0 if the card was signed on Home.
    """
    team, occasion = await queries.find_open_card(session, *actor, occasion_id, lock=True)
    if not words:
        raise Refusal(common.ONE_LINE, field=WORDS)
    if len(words) > LONGEST_LINE:
        raise Refusal(common.line_too_long(LONGEST_LINE), field=WORDS)
    news = {"sealed": vault_of(session).encrypt(words), "signed_at": now}
    row = insert(session, SealedSignature).values(occasion_id=occasion.id, signer_id=actor.person_id, **news)
    await session.execute(row.on_conflict_do_update(index_elements=["occasion_id", "signer_id"], set_=news))
    await _mark_signed(session, actor, nudge_id, team, occasion, now)
    home.mark_changed(session, actor.workspace_id, [actor.person_id], now=now)
    return team, occasion


async def _mark_signed(
    session: AsyncSession, actor: Actor, nudge_id: int, team: Team, occasion: Occasion, now: datetime
) -> None:
    """Mark a card as signed in the nudge that invited the person to sign it, even if it was signed on Home."""
    if nudge_id:
        nudge: Nudge | None = await answers.find_nudge(session, *actor, nudge_id)
    else:
        person = await org_people.fetch_person(session, *actor)
        about = rules.notice_day(working_hours.person_hours(person, team), occasion).isoformat()
        nudge = await answers.latest_about(session, *actor, SIGN, about)
    rows = nudge.facts.get("rows", [nudge.facts]) if nudge else []
    if nudge and occasion.id in {row["occasion"] for row in rows}:
        given = {**nudge.facts.get("answers", {}), str(occasion.id): "signed"}
        facts = {**nudge.facts, "answers": given}
        await answers.answer_row(session, nudge, facts, KINDS, is_last=len(given) == len(rows), now=now)


async def congratulate_due(session: AsyncSession, team: Team, occasion_id: int, *, now: datetime) -> None:
    """Post the birthday or anniversary that is due, in one post with others that are due at the same time."""
    await membership.lock_team(session, team.id)
    due = await queries.find_people_due(session, team, occasion_id)
    await org_people.lock_people(session, team.workspace_id, due)
    given = await mark_celebrated(session, team, occasion_id, now=now)
    if given is None:
        return
    others = [
        await mark_celebrated(session, team, each, now=now)
        for each in await queries.find_ids_due_together(session, given)
    ]
    every = [given, *(each for each in others if each)]
    for alone in (each for each in every if not each.is_public):
        await _congratulate(session, team, [alone], now)
    if public := [each for each in every if each.is_public]:
        await _congratulate(session, team, public, now)


async def mark_celebrated(session: AsyncSession, team: Team, occasion_id: int, *, now: datetime) -> DueOccasion | None:
    """Mark a birthday or anniversary as done and return it, or return None if there is no post to make now.

    An occasion that has moved is scheduled for its new time.
    """
    found = await session.get(Occasion, occasion_id)
    if found is None:
        return None
    person = await org_people.fetch_person(session, team.workspace_id, found.person_id, lock=True)
    if team.is_closed or not await queries.belongs_to(session, team, person):
        await session.delete(found)
        return None
    if found not in await plan_occasions(session, team, [person.id], now=now):
        return None
    if found.due_at > now:
        await _schedule_greeting(session, team, found, now)
        return None
    kind, own = Kind(found.kind), BirthdayPreferences.of(person)
    first = own.date_of(kind)
    years = found.year - first.year if first and kind is Kind.ANNIVERSARY else 0
    given = DueOccasion(found, person, own.visibility(kind), years, await decrypt_signatures(session, found))
    found.given_at = now
    await session.execute(delete(SealedSignature).where(SealedSignature.occasion_id == found.id))
    is_again = not given.is_public and await queries.was_celebrated_elsewhere(session, found)
    return None if is_again else given


async def replan_person(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Reschedule a person's birthday and anniversary after they have changed their dates or visibility settings."""
    for team in await teams_queries.teams_of_person(session, person.workspace_id, person.id):
        await schedule_occasions(session, team, [person.id], now=now)


async def schedule_occasions(session: AsyncSession, team: Team, ids: Sequence[str], *, now: datetime) -> None:
    planned = await plan_occasions(session, team, ids, now=now)
    opened = []
    for occasion in planned:
        await _schedule_greeting(session, team, occasion, now)
        if await open_card(session, team, occasion, now=now):
            opened.append(occasion)
    if opened:
        await _schedule_teammate_checks(session, team, opened, now=now)


async def _schedule_greeting(session: AsyncSession, team: Team, occasion: Occasion, now: datetime) -> None:
    """Schedule the greeting for its due time. A scheduled greeting that is no longer wanted does nothing."""
    key = f"{ABOUT}:{occasion.id}:{occasion.due_at.isoformat()}"
    about = About(ABOUT, occasion.id)
    await scheduler.put(session, job=GIVE, key=key, team=team, about=about, due_at=occasion.due_at, now=now)


async def _schedule_teammate_checks(
    session: AsyncSession, team: Team, opened: Sequence[Occasion], *, now: datetime
) -> None:
    """Schedule teammates' nudge checks for the start of their day; the card counts toward their nudge budget."""
    members = [member.user_id for member in await membership.members(session, team)]
    theirs = {occasion.person_id for occasion in opened}
    told = [each for each in members if len(theirs) > 1 or each not in theirs]
    if at := await engine.wake(session, team.workspace_id, told, now=now):
        await scheduler.put_workspace_job(session, CHECK_DUE, team.workspace_id, due_at=at)
    home.mark_changed(session, team.workspace_id, told, now=now)


async def _congratulate(session: AsyncSession, team: Team, every: Sequence[DueOccasion], now: datetime) -> None:
    given = every[0]
    to = team.channel if given.is_public else given.person.dm
    post = birthdays.public_post(team, *every) if given.is_public else birthdays.private_post(team, given)
    await outbox.put(
        session, post, to=to, not_before=now, priority=Priority.RITUAL, hours_of=team, expires_at=now + GREETING_EXPIRY,
        key=post.card,
    )  # fmt: skip
    for more in birthdays.signed_posts(*every):
        await outbox.reply(session, more, under=birthdays.card_name(given), to=to, now=now)
    for each in every if given.is_public else ():
        await fun_tank.record_birthday(session, team, each.occasion, now=now)
    if any(each.occasion.opened_at for each in every):
        home.mark_changed(session, team.workspace_id, await membership.everybody(session, team), now=now)


async def home_section(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Return the Home blocks of the cards that somebody may sign, and of the invitation to enter their own dates."""
    cards = birthdays.home_section(await queries.open_cards_of(session, visitor.seats, now))
    is_invited = visitor.teams and settings.should_invite(visitor.person)
    return [*cards, *(birthdays.invitation() if is_invited else [])]
