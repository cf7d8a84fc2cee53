"""Roadblocks: a member raises one, named or not, a leader takes it, and the member confirms that it is cleared."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Private
from bot.errors import AnswerTooLate, Refusal
from bot.features.roadblocks import QUESTION_INTERVAL, Shown
from bot.features.visits.themes import THEMES
from bot.followups import queries
from bot.followups.models import UNSETTLED, Audience, Followup, Kind, Quoting, Reason, State
from bot.followups.rules import Role, Step
from bot.messages.followups.cards import View
from bot.messages.followups.forms import DAY, WHY
from bot.messages.followups.lists import MOST_LISTED, Listed
from bot.messages.roadblocks import replies
from bot.messages.roadblocks.cards import LINK, MINE, OPEN
from bot.messages.roadblocks.forms import DESTINATIONS, LONGEST_LINK, LONGEST_ROADBLOCK
from bot.org import people
from bot.org.availability import working_hours
from bot.org.availability.working_hours import add_working_days, working_days_between
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Role as TeamRole
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.slack.mrkdwn import shortened
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows.followups import steps
from bot.workflows.followups.limits import check_quoting, check_text, count_raised

UNDO_PERIOD = timedelta(minutes=10)


@dataclass(frozen=True)
class Details:
    """What a person enters about a new roadblock besides its text."""

    shown: Shown = Shown.WITHOUT_MY_NAME
    theme: str = ""
    destination: str = ""
    link: str = ""
    source: str = ""
    quoting: Quoting = Quoting.NO


NO_DETAILS = Details()


async def raise_roadblock(
    session: AsyncSession, actor: Actor, team: Team, text: str, details: Details = NO_DETAILS, *, now: datetime
) -> View:
    """Record a roadblock, and post its card: in the team's channel, or only to the team's leaders.

    Raises `Refusal` for a text that is empty or too long, and beyond the daily limit.
    """
    check_text(Kind.ROADBLOCK, text, LONGEST_ROADBLOCK)
    if len(details.link) > LONGEST_LINK:
        raise Refusal(common.too_long(LONGEST_LINK), field=LINK)
    check_quoting(details.quoting, is_named=details.shown is Shown.WITH_MY_NAME)
    await membership.lock_team(session, team.id)  # so that the second of two equal ones sees the first
    by = await people.fetch_person(session, *actor)
    await count_raised(session, actor, text, now=now)
    audience = Audience.LEADERS if details.shown is Shown.ONLY_LEADERS else Audience.TEAM
    this = await queries.add(
        session, team, Kind.ROADBLOCK, by.id, text, state=State.OPEN, audience=audience,
        is_named=details.shown is Shown.WITH_MY_NAME, source=details.source, now=now,
    )  # fmt: skip
    this.theme = details.theme if details.theme in THEMES else ""
    this.destination = details.destination if details.destination in DESTINATIONS else ""
    this.link = Private(details.link) if details.link else ""
    this.quoting = details.quoting
    return await steps.publish_new(session, team, this, by=by, now=now)


async def answer_author(session: AsyncSession, view: View, *, as_card: bool = False, now: datetime) -> Post:
    """Return the private answer to a new roadblock, which suggests a similar earlier one.

    With `as_card`, it is the author's card, which later steps replace.
    """
    this = view.followup
    found = await queries.find_resembling(session, view.team, Kind.ROADBLOCK, this.text, excluding=this.id, now=now)
    found = found if found and found.id < this.id else None
    author = view.people[this.author_id]
    is_over = found is not None and found.is_closed and found.reason == Reason.DONE
    ended_on = author.local(found.closed_at).date() if found and is_over and found.closed_at else None
    if found and found.is_closed and not is_over:
        found = None
    card = steps.personal_card(this, author.id) if as_card else None
    return replies.raised_answer(view, resembling=found, ended_on=ended_on, card=card)


async def lock_own(session: AsyncSession, actor: Actor, roadblock_id: int) -> tuple[Team, Followup]:
    """Lock and return a person's own open roadblock.

    Raises `AnswerTooLate` if it is closed, and `Refusal` if it isn't theirs.
    """
    team, this = await queries.lock_followup(session, actor.workspace_id, roadblock_id)
    if this.author_id != actor.person_id or this.kind != Kind.ROADBLOCK:
        raise Refusal(refusals.FOR_AUTHOR)
    if this.state not in UNSETTLED:
        raise AnswerTooLate(refusals.SETTLED[Kind.ROADBLOCK])
    return team, this


async def set_author_shown(
    session: AsyncSession, actor: Actor, roadblock_id: int, *, is_named: bool, now: datetime
) -> View:
    """Show or hide the author's name on every card."""
    team, this = await lock_own(session, actor, roadblock_id)
    this.is_named = is_named
    return await steps.publish(session, team, this, Step.KEEP, by=await people.fetch_person(session, *actor), now=now)


async def show_to_leaders_only(session: AsyncSession, actor: Actor, roadblock_id: int, *, now: datetime) -> View:
    """Delete the card in the channel; from now on only leaders read the roadblock, each on a card of their own."""
    team, this = await lock_own(session, actor, roadblock_id)
    this.audience = Audience.LEADERS
    await outbox.delete(session, this.card, to=team.channel, now=now)
    return await steps.publish(session, team, this, Step.RAISE, by=await people.fetch_person(session, *actor), now=now)


async def undo(session: AsyncSession, actor: Actor, roadblock_id: int, *, now: datetime) -> None:
    """Withdraw a person's own roadblock within ten minutes."""
    _, this = await lock_own(session, actor, roadblock_id)
    if now - this.raised_at > UNDO_PERIOD:
        raise Refusal(refusals.TOO_LATE)
    await steps.take_step(session, actor, roadblock_id, Step.WITHDRAW, now=now)


async def add_me_too(session: AsyncSession, actor: Actor, roadblock_id: int, *, now: datetime) -> Post:
    """Count a team member who has the same roadblock. Raises `Refusal` for its author and people already counted."""
    team, this = await queries.lock_followup(session, actor.workspace_id, roadblock_id)
    roles = await queries.find_roles(session, team, this, actor.person_id)
    if Role.MEMBER not in roles:
        raise Refusal(refusals.NOT_IN_TEAM)
    if this.kind != Kind.ROADBLOCK or this.state not in (State.OPEN, State.OWNED):
        raise AnswerTooLate(refusals.SETTLED[this.kind])
    if Role.AUTHOR in roles:
        raise Refusal(refusals.OWN_ROADBLOCK)
    if not await queries.add_support(session, this, actor.person_id, now=now):
        raise Refusal(refusals.COUNTED_ALREADY)
    person = await people.fetch_person(session, *actor)
    await steps.publish(session, team, this, Step.KEEP, by=person, now=now)
    return Post(replies.COUNTED)


async def answer(session: AsyncSession, actor: Actor, roadblock_id: int, outcome: str, *, now: datetime) -> View:
    """Record that a roadblock is cleared, and what was done. If nobody can confirm that, close it at once."""

    def store(this: Followup, by: Person) -> None:
        this.outcome = Private(outcome)

    if not outcome:
        raise Refusal(refusals.NO_OUTCOME, field=WHY)
    view = await steps.take_step(session, actor, roadblock_id, Step.ANSWER, text=outcome, change=store, now=now)
    confirming = set(await queries.find_confirming(session, view.team, view.followup)) - {actor.person_id}
    if confirming:
        return view
    await queries.take_step(session, view.followup, Step.EXPIRE, None, (), now=now)
    by = await people.fetch_person(session, *actor)
    return await steps.publish(session, view.team, view.followup, Step.CONFIRM, by=by, now=now)


async def wait(session: AsyncSession, actor: Actor, roadblock_id: int, why: str, until: date, *, now: datetime) -> View:
    """Record what the owner waits for, and until when. Reminders pause until then, and do not count these days."""

    def store(this: Followup, by: Person) -> None:
        routine, today = working_hours.person_hours(by, team), by.local(now).date()
        age = working_days_between(routine, this.owned_on or today, today)
        this.waiting_for, this.waiting_until = Private(why), until
        this.owned_on = add_working_days(routine, until, -max(age, QUESTION_INTERVAL))

    if not why:
        raise Refusal(refusals.NO_REASON, field=WHY)
    by = await people.fetch_person(session, *actor)
    if until <= by.local(now).date():
        raise Refusal(refusals.NOT_LATER, field=DAY)
    team, _ = await queries.lock_followup(session, actor.workspace_id, roadblock_id)
    return await steps.take_step(session, actor, roadblock_id, Step.WAIT, change=store, now=now)


async def ask_sponsor(session: AsyncSession, actor: Actor, roadblock_id: int, note: str, *, now: datetime) -> View:
    """Ask the team's sponsor for help. The sponsor reads only the note that the owner writes for them."""

    def store(this: Followup, by: Person) -> None:
        this.with_sponsor_since, this.sponsor_note = now, Private(note)

    if not note:
        raise Refusal(refusals.NO_REASON, field=WHY)
    team, _ = await queries.lock_followup(session, actor.workspace_id, roadblock_id)
    if team.sponsor_id in (None, actor.person_id):
        raise Refusal(refusals.NO_SPONSOR, field=WHY)
    return await steps.take_step(session, actor, roadblock_id, Step.ASK_SPONSOR, change=store, now=now)


async def send_back(session: AsyncSession, actor: Actor, roadblock_id: int, why: str, *, now: datetime) -> View:
    """Send a roadblock back to its owner as the sponsor."""
    return await steps.take_step(session, actor, roadblock_id, Step.SEND_BACK, text=why, now=now)


async def list_roadblocks(session: AsyncSession, actor: Actor, team: Team, chosen: str = OPEN) -> Post:
    """Return the open roadblocks of a team that a person may read: all, their own, or those of one theme."""
    member = await membership.member(session, team, actor.person_id)
    is_leader = member is not None and member.role is TeamRole.LEADER
    readable = await queries.find_readable(
        session, team, Kind.ROADBLOCK, actor.person_id, is_member=member is not None, is_leader=is_leader
    )
    wanted = [each for each in readable if is_chosen(each, chosen, actor.person_id)]
    entries = [await _entry(session, team, each, actor.person_id) for each in wanted[:MOST_LISTED]]
    themes = sorted({each.theme for each in readable if each.theme}, key=[*THEMES].index)
    return replies.roadblock_list(team, entries, not_loaded=len(wanted) - len(entries), chosen=chosen, themes=themes)


async def _entry(session: AsyncSession, team: Team, roadblock: Followup, reader_id: str) -> Listed:
    view = await steps.load_view(session, team, roadblock)
    return Listed(view, await queries.find_roles(session, team, roadblock, reader_id))


def is_chosen(roadblock: Followup, chosen: str, person_id: str) -> bool:
    """Return whether a roadblock matches the list's filter."""
    if chosen == MINE:
        return person_id in (roadblock.author_id, roadblock.owner_id)
    return chosen in (OPEN, roadblock.theme)


async def ask_writer(
    session: AsyncSession, actor: Actor, team: Team, *, writer_id: str, text: str, link: str, source: str, now: datetime
) -> Person:
    """Ask the writer of a message, privately and once, whether it may become a roadblock. Return the writer.

    Raises `Refusal` if the writer is not in the team, or was asked before.
    """
    if not text:
        raise Refusal(refusals.NO_WORDS)
    if await membership.member(session, team, writer_id) is None:
        raise Refusal(refusals.CANNOT_ASK_WRITER)
    if await queries.has_source(session, team, Kind.ROADBLOCK, source):
        raise Refusal(refusals.ASKED_BEFORE)
    await count_raised(session, actor, "", now=now)
    asker = await people.fetch_person(session, *actor)
    writer = await people.fetch_person(session, actor.workspace_id, writer_id)
    this = await queries.add(
        session,
        team,
        Kind.ROADBLOCK,
        writer_id,
        shortened(text, LONGEST_ROADBLOCK),
        state=State.OFFERED,
        source=source,
        now=now,
    )
    this.link = Private(link)
    await queries.add_support(session, this, asker.id, now=now)
    post = replies.offer_card(await steps.load_view(session, team, this), asker.shown)
    await outbox.put(session, post, to=writer.dm, not_before=now)
    return writer


async def accept_offer(
    session: AsyncSession, actor: Actor, roadblock_id: int, *, is_named: bool, now: datetime
) -> View:
    """Raise the roadblock that the writer of a message was asked about, because the writer agreed."""

    def store(this: Followup, by: Person) -> None:
        this.is_named = is_named

    view = await steps.take_step(session, actor, roadblock_id, Step.RAISE, change=store, now=now)
    await steps.post_in_channel(session, view, now=now)
    return view
