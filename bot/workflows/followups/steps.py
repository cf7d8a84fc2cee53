"""Take a step in a follow-up: change its row, edit its cards, and tell everyone concerned."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features import promises as promises_feature
from bot.features import roadblocks as roadblocks_feature
from bot.features.ideas import nudges as ideas_nudges
from bot.followups import queries, rules
from bot.followups.models import Audience, Followup, Kind, State
from bot.followups.rules import Role, Step
from bot.messages import promises
from bot.messages.followups import cards
from bot.messages.followups.cards import Texts, View
from bot.messages.followups.lists import Listed
from bot.messages.ideas import cards as ideas
from bot.messages.roadblocks import cards as roadblocks
from bot.org import people
from bot.org.availability import working_hours
from bot.org.availability.working_hours import WorkingHours, add_working_days
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import message_url
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack import home
from bot.slack.dispatcher import Actor
from bot.slack.mrkdwn import capitalize_first, permalink
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Card
from bot.slack.post import Post
from bot.workflows import fun_tank
from bot.workflows.nudges import close_reminders, end_reminders, notice_activity
from bot.workflows.voice import posts as voice_posts

Change = Callable[[Followup, Person], None]
"""A function that stores the facts of a step, given the follow-up and the person who took the step."""
TEXTS: Mapping[str, Texts] = {Kind.IDEA: ideas, Kind.PROMISE: promises, Kind.ROADBLOCK: roadblocks}
REMINDERS: Mapping[Kind, Sequence[str]] = {
    Kind.IDEA: (ideas_nudges.ANSWER, ideas_nudges.LESSON),
    Kind.PROMISE: (promises_feature.DUE,),
    Kind.ROADBLOCK: (roadblocks_feature.DUE, roadblocks_feature.TAKE, roadblocks_feature.OWNED),
}
"""The kinds of nudges about each kind of follow-up. A step taken by the nudged person answers them."""
REMINDER_KINDS = {kind for kinds in REMINDERS.values() for kind in kinds}
LAST_CALL = JobName("followups.ask_whether_kept")
PROMISE_DAYS = 5
"""In how many working days a promise is due if no day is given, and when it is reopened with too little time left."""
FEWEST_DAYS = 2
"""With fewer days at work left, a promise that is reopened gets another date."""


def keep_as_is(followup: Followup, by: Person) -> None:
    """Change nothing; the default of a step."""


async def take_step(
    session: AsyncSession, actor: Actor, followup_id: int, step: Step, *, text: str = "", change: Change = keep_as_is,
    now: datetime,
) -> View:  # fmt: skip
    """Take a step in a follow-up on behalf of a person, with all its effects.

    Raises `AnswerTooLate` if the step is no longer valid, and `Refusal` if the person may not take it.
    """
    team, followup = await queries.lock_followup(session, actor.workspace_id, followup_id)
    roles = await queries.find_roles(session, team, followup, actor.person_id)
    person, former, before = await people.fetch_person(session, *actor), followup.owner_id, followup.state
    await queries.take_step(session, followup, step, actor.person_id, roles, text=text, now=now)
    if step in (Step.TAKE, Step.ACCEPT, Step.KEEP):
        rules.own(followup, person.id, person.local(now).date())
    change(followup, person)
    if step == Step.REOPEN and followup.kind == Kind.PROMISE:
        await _extend_reopened(session, team, followup, now)
    elif step == Step.REOPEN:
        await _release_former_leader(session, team, followup)
    kinds, to = REMINDERS[Kind(followup.kind)], team.workspace_id
    if followup.state != before:
        await end_reminders(session, to, kinds, followup.id, by=person.id, now=now)
    else:
        await close_reminders(session, to, kinds, followup.id, by=person.id, for_all=False, now=now)
    await notice_activity(session, actor, now=now)
    return await publish(session, team, followup, step, by=person, former=former, text=text, now=now)


async def _release_former_leader(session: AsyncSession, team: Team, followup: Followup) -> None:
    """Remove the owner of a reopened roadblock or idea if they no longer lead or sponsor the team."""
    if followup.owner_id in await membership.leaders_and_sponsor(session, team):
        return
    followup.owner_id = followup.owned_on = None
    followup.state = State.OPEN


async def _extend_reopened(session: AsyncSession, team: Team, promise: Followup, now: datetime) -> None:
    """Give the owner of a reopened promise five working days if they have less than two days at work left for it."""
    if promise.owner_id is None or promise.due_on is None:
        return
    owner = await people.fetch_person(session, team.workspace_id, promise.owner_id)
    routine, today = working_hours.person_hours(owner, team), owner.local(now).date()
    if promises_feature.count_days_at_work(routine, today, promise.due_on) < FEWEST_DAYS:
        day = promises_feature.find_day_back(routine, today)
        promise.due_on = add_working_days(routine, day, PROMISE_DAYS)


async def publish_new(session: AsyncSession, team: Team, followup: Followup, *, by: Person, now: datetime) -> View:
    """Post the card of a new follow-up where its audience reads it, and tell everyone concerned except `by`."""
    view = await publish(session, team, followup, Step.RAISE, by=by, now=now)
    await post_in_channel(session, view, now=now)
    return view


async def post_in_channel(session: AsyncSession, view: View, *, now: datetime) -> None:
    """Post a follow-up's card in the team's channel, if the team reads it."""
    if view.followup.audience == Audience.TEAM and not view.team.is_closed:
        post = cards.channel_card(TEXTS[view.followup.kind], view, view.followup.card)
        await outbox.put(session, post, to=view.team.channel, not_before=now)


async def publish(
    session: AsyncSession, team: Team, followup: Followup, step: Step, *, by: Person | None,
    former: str | None = None, text: str = "", now: datetime,
) -> View:  # fmt: skip
    """Edit the cards of a follow-up after a step, tell everyone concerned except `by`, and change the fun tank's level.

    `by` is None if the bot has taken the step, which closes all reminders. `former` owned the follow-up before it.
    """
    if by is None:
        kinds = REMINDERS[Kind(followup.kind)]
        await end_reminders(session, team.workspace_id, kinds, followup.id, now=now)
    await session.flush()
    view = await load_view(session, team, followup, former)
    await voice_posts.show_step(session, view, step, now=now)
    await voice_posts.follow_quote(session, view, now=now)
    if step == Step.WITHDRAW:
        await _delete_cards(session, view, now)
        return view
    if followup.audience == Audience.TEAM:
        post = cards.channel_card(TEXTS[followup.kind], view, followup.card)
        await outbox.change(session, post, to=team.channel, now=now)
    concerned = await find_concerned(session, view)
    before = {former: Role.LEADER} if former else {}
    for person_id, role in (before | concerned).items():
        person = view.people.get(person_id)
        if person and person.may_join:
            await _tell(session, view, step, by, text, person, role, now)
    if followup.is_closed:
        await fun_tank.record_followup_done(session, team, followup, now=now)
    elif step == Step.REOPEN:
        await fun_tank.record_followup_reopened(session, team, followup, now=now)
    await _plan_last_call(session, view, now)
    home.mark_changed(session, team.workspace_id, view.people, now=now)
    return view


async def _plan_last_call(session: AsyncSession, view: View, now: datetime) -> None:
    """Schedule asking on the afternoon of a promise's day whether it is done."""
    this, owner = view.followup, view.people.get(view.followup.owner_id or "")
    if this.kind != Kind.PROMISE or this.state != State.OWNED or this.due_on is None or owner is None:
        return
    routine = working_hours.person_hours(owner, view.team)
    if (at := promises_feature.find_last_call(routine, this.due_on, now)) and at > now:
        await schedule_last_call(session, view.team, this, at, key=f"{this.about}:{this.due_on}", now=now)


async def schedule_last_call(
    session: AsyncSession, team: Team, promise: Followup, at: datetime, *, key: str, now: datetime
) -> None:
    """Schedule the job that asks a promise's owner one last time whether it is done, once for each key.

    The job reads the promise when it runs, so a promise that has ended or moved by then needs no cancellation.
    """
    about = About("followup", promise.id)
    await scheduler.put(session, job=LAST_CALL, key=f"{LAST_CALL}:{key}", team=team, about=about, due_at=at, now=now)


async def _tell(
    session: AsyncSession, view: View, step: Step, by: Person | None, text: str, person: Person, role: Role,
    now: datetime,
) -> None:  # fmt: skip
    """Post the news of a step as a person's card, replacing their earlier card; without news, edit the earlier card."""
    this, texts, said = view.followup, TEXTS[view.followup.kind], ""
    if by is None or person.id != by.id:
        said = texts.news(view, step, text, _name_of(view, by), role)
    if said:
        await outbox.delete(session, personal_card(this, person.id), to=person.dm, now=now)
        await post_card(session, view, person, said, now=now, hours_of=None if by else view.team)
    elif role == Role.OWNER and step in (Step.RAISE, Step.TAKE, Step.ACCEPT):
        await outbox.show(session, await _build_card(session, view, person), to=person.dm, now=now)
    else:
        await outbox.change(session, await _build_card(session, view, person), to=person.dm, now=now)


async def post_card(
    session: AsyncSession, view: View, person: Person, told: str, *, now: datetime, hours_of: Team | None = None
) -> None:
    """Post a person's card with `told` as its headline."""
    post = await _build_card(session, view, person, told)
    await outbox.put(session, post, to=person.dm, not_before=now, hours_of=hours_of)


async def _build_card(session: AsyncSession, view: View, person: Person, told: str = "") -> Post:
    roles = await queries.find_roles(session, view.team, view.followup, person.id)
    name = personal_card(view.followup, person.id)
    return cards.card(TEXTS[view.followup.kind], view, roles, name=name, told=told)


def _name_of(view: View, by: Person | None) -> str:
    """Return the name of the person who took a step, or words that hide an unnamed author; empty for the bot."""
    if by is None:
        return ""
    is_hidden = by.id == view.followup.author_id and by.id != view.followup.owner_id and not view.followup.is_named
    return capitalize_first(view.author) if is_hidden else by.shown


async def _delete_cards(session: AsyncSession, view: View, now: datetime) -> None:
    """Delete every card of a follow-up that was taken back."""
    this = view.followup
    await outbox.delete(session, this.card, to=view.team.channel, now=now)
    for person_id in await find_concerned(session, view):
        if person := view.people.get(person_id):
            await outbox.delete(session, personal_card(this, person_id), to=person.dm, now=now)
    home.mark_changed(session, this.workspace_id, view.people, now=now)


async def show_again(session: AsyncSession, team: Team, followup: Followup, *, now: datetime) -> None:
    """Edit all posted cards of a follow-up, because a name or words in it were removed. Nobody is told of it."""
    view = await load_view(session, team, followup)
    if followup.audience == Audience.TEAM and not team.is_closed:
        post = cards.channel_card(TEXTS[Kind(followup.kind)], view, followup.card)
        await outbox.change(session, post, to=team.channel, now=now)
    for person in view.people.values():
        if await outbox.is_posted(session, personal_card(followup, person.id), to=person.dm):
            await outbox.change(session, await _build_card(session, view, person), to=person.dm, now=now)


async def show_to(session: AsyncSession, view: View, person_id: str) -> Post:
    """Build the current card of a follow-up, to replace an ephemeral message whose button the person pressed."""
    roles = await queries.find_roles(session, view.team, view.followup, person_id)
    return cards.card(TEXTS[view.followup.kind], view, roles)


def personal_card(followup: Followup, person_id: str) -> str:
    """Return the name of a person's own card about a follow-up, in their DM."""
    return f"{followup.card}:{person_id}"


async def find_concerned(session: AsyncSession, view: View) -> dict[str, Role]:
    """Return the people to tell about a step of a follow-up, each with their most important role in it.

    Supporters, and the authors of ideas that were merged into it, are told only how it ends. Leaders are told about
    follow-ups that only leaders may read, and the sponsor about those for which the owner has asked for help. If the
    author has left, supporters are asked whether a roadblock is cleared.
    """
    this, found = view.followup, dict[str, Role]()
    if this.is_closed:
        found |= dict.fromkeys(await queries.find_supporters(session, this), Role.SUPPORTER)
        found |= dict.fromkeys(await queries.find_merged_authors(session, this), Role.MEMBER)
    if this.audience == Audience.LEADERS:
        as_what = Role.RECIPIENT if this.is_made_to_group else Role.LEADER
        found |= {each.user_id: as_what for each in await membership.leaders(session, view.team)}
    if this.sponsor_note and view.team.sponsor_id:
        found[view.team.sponsor_id] = Role.SPONSOR
    if this.kind == Kind.ROADBLOCK and this.state == State.ANSWERED:
        found |= dict.fromkeys(await queries.find_confirming(session, view.team, this), Role.SUPPORTER)
    found[this.author_id] = Role.AUTHOR
    if this.recipient_id:
        found[this.recipient_id] = Role.RECIPIENT
    if this.owner_id:
        found[this.owner_id] = Role.OWNER
    return found


async def load_view(session: AsyncSession, team: Team, followup: Followup, former: str | None = None) -> View:
    """Load the facts that messages about a follow-up show; `former` is the previous owner."""
    concerned = (followup.author_id, followup.owner_id, followup.recipient_id, team.sponsor_id, former)
    ids = {each for each in concerned if each}
    ids |= {each.user_id for each in await membership.leaders(session, team)}
    ids |= {*await queries.find_supporters(session, followup), *await queries.find_merged_authors(session, followup)}
    known = await people.fetch_people(session, team.workspace_id, ids)
    many = await queries.count_supporters(session, [followup.id])
    return View(followup, team, known, many.get(followup.id, 0), *await _find_merged_into(session, followup))


async def _find_merged_into(session: AsyncSession, followup: Followup) -> tuple[Followup | None, str]:
    """Return the idea that this one was merged into, and the link to its card, if there is one."""
    target = await session.get(Followup, followup.merged_into_id) if followup.merged_into_id else None
    card = await session.get(Card, (target.workspace_id, target.card)) if target else None
    url = permalink(await message_url(session, card.workspace_id), card.channel_id, card.ts) if card else ""
    return target, url


async def load_own(session: AsyncSession, owned: Sequence[Followup]) -> list[Listed]:
    """Load what a list of follow-ups shows to the person who owns them."""
    views = [await load_view(session, await session.get_one(Team, each.team_id), each) for each in owned]
    return [Listed(view, {Role.OWNER}) for view in views]


def due_day(routine: WorkingHours, day: date, today: date) -> date:
    """Return the due day for a follow-up that is wanted by `day`: that day, or the last working day before it."""
    return working_hours.last_working_day_by(routine, day, today)
