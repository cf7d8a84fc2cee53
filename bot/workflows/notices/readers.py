"""What people do with change notices: list them, say that they have read one, and ask about it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.features.notices import queries, rules
from bot.features.notices.models import Notice
from bot.features.notices.nudges import READ
from bot.messages.notices import cards, forms
from bot.org import people
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.org.workspaces import Address
from bot.refusals import notices as refusals
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import nudges, settings
from bot.workflows.notices import posts


async def find_team(session: AsyncSession, actor: Actor, channel_id: str) -> tuple[Team, bool]:
    """Return the team that a command is about, and whether the person leads it.

    Raises `Refusal` unless the person is in the team.
    """
    person = await people.fetch_person(session, *actor)
    team = await settings.team_meant(session, person, channel_id)
    member = await membership.member(session, team, actor.person_id)
    if member is None:
        raise Refusal(refusals.NOT_IN_TEAM)
    return team, member.role is Role.LEADER


async def list_notices(session: AsyncSession, actor: Actor, team: Team, *, leads: bool) -> Post | None:
    """Return the list of a team's valid notices; None for a leader if there are none."""
    valid = await queries.list_valid(session, [team.id])
    receipts = await queries.list_receipts(session, valid)
    if not leads:
        read = {each.notice_id for each in receipts if each.person_id == actor.person_id and each.is_clear}
        return cards.list_for_agent(team, valid, [each.id for each in valid if each.id not in read])
    counts = {
        notice.id: (
            sum(each.has_got_it for each in receipts if each.notice_id == notice.id),
            sum(not each.is_clear for each in receipts if each.notice_id == notice.id),
        )
        for notice in valid
    }
    return cards.list_for_leader(team, valid, counts) if valid else None


async def find_for_member(
    session: AsyncSession, actor: Actor, notice_id: int, edition: int, *, lock: bool = False
) -> tuple[Notice, Team]:
    """Return a notice and its team.

    Raises `AnswerTooLate` if the notice has a newer edition than `edition`, and `Refusal` for people outside the team.
    """
    found = await (queries.lock_notice if lock else queries.find_notice)(session, actor.workspace_id, notice_id)
    team = await session.get_one(Team, found.team_id)
    if edition != found.edition:
        raise AnswerTooLate(refusals.OLD_EDITION)
    if await membership.member(session, team, actor.person_id) is None:
        raise Refusal(refusals.NOT_IN_TEAM)
    return found, team


async def mark_read(session: AsyncSession, actor: Actor, notice_id: int, edition: int, *, now: datetime) -> None:
    """Record that a notice is clear to a person. Raises as `find_for_member` does."""
    await _record(session, actor, notice_id, edition, is_clear=True, now=now)


async def mark_unclear(
    session: AsyncSession, actor: Actor, notice_id: int, edition: int, words: str, *, now: datetime
) -> None:
    """Record that a notice is unclear to a person, and their question if there is one.

    Leaders get it in the morning, with others' questions. Raises as `find_for_member` does, and `Refusal` for a
    question that is too long.
    """
    if len(words) > rules.LONGEST_QUESTION:
        raise Refusal(refusals.too_long(rules.LONGEST_QUESTION, len(words)), field=forms.WORDS)
    found = await _record(session, actor, notice_id, edition, is_clear=False, now=now)
    if words:
        await queries.save_question(session, found, actor.person_id, words)


async def _record(
    session: AsyncSession, actor: Actor, notice_id: int, edition: int, *, is_clear: bool, now: datetime
) -> Notice:
    found, team = await find_for_member(session, actor, notice_id, edition, lock=True)
    if await queries.save_receipt(session, found, actor.person_id, is_clear=is_clear):
        await posts.show_card(session, team, found, now=now)
    await nudges.answer_about(session, actor, READ, found.about, now=now)
    if is_clear:
        await _shrink_reply(session, actor, found, now=now)
    return found


async def _shrink_reply(session: AsyncSession, actor: Actor, notice: Notice, *, now: datetime) -> None:
    """Shrink the answer that a person got after pressing *Unclear to me*, now that the notice is clear to them."""
    for receipt in await queries.list_receipts(session, [notice]):
        if receipt.person_id == actor.person_id:
            to = Address(actor.workspace_id, actor.person_id)
            await outbox.change(session, cards.answer_read(notice, receipt), to=to, now=now)
