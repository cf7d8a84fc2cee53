"""Handlers for roadblocks: `/roadblock`, the form of a new one, buttons for its author, and forms of its steps."""

from collections.abc import Sequence
from datetime import date, datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.roadblocks import RoadblockPreferences, Shown
from bot.followups import queries
from bot.followups.models import Followup
from bot.followups.rules import Step
from bot.messages import callbacks
from bot.messages.errors import notice, which_team, with_words
from bot.messages.followups.cards import asked_writer
from bot.messages.followups.forms import ME_TOO, TEAM, TEXT, WHO, WHY
from bot.messages.roadblocks import cards as names
from bot.messages.roadblocks import forms, replies
from bot.messages.roadblocks.cards import DESTINATION, LINK, MINE, OPEN, SHOWN, THEME
from bot.messages.roadblocks.forms import LONGEST_ROADBLOCK
from bot.org import people
from bot.org.people import Person
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.org.workspaces import message_url
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, permalink, unescape
from bot.slack.outbox import outbox
from bot.slack.post import Payload, Post
from bot.workflows import roadblocks
from bot.workflows.followups import duplicates, owners
from bot.workflows.nudges import notice_look
from bot.workflows.roadblocks import Details
from handlers.payloads import (
    FormValues,
    form_values,
    names_in,
    parse_quoting,
    pressed_value,
    respond,
    show_form,
    with_mentions,
)

FORMS = (Step.ANSWER, Step.WAIT, Step.HAND_ON, Step.ASK_SPONSOR, Step.SEND_BACK)
"""Steps of a roadblock that need a form for a text, a day or a person."""
LISTS = {"": OPEN, "open": OPEN, "help": OPEN, "mine": MINE}
"""The list filter for each text after `/roadblock` that lists roadblocks instead of raising one."""
NOT_PUBLIC = ("directmessage", "privategroup")
"""The names that Slack gives to direct messages and private channels in the payload of a shortcut."""


def register(on: Dispatcher) -> None:
    on.command("/roadblock")(command)
    on.shortcut(names.MESSAGE)(open_form_or_ask_writer)
    on.view(names.FORM)(save)
    on.action(names.NEW)(open_new)
    on.action(names.FILTER)(filter_list)
    on.action(ME_TOO)(press_me_too)
    for name in (names.NAME, names.UNNAME, names.LEADERS, names.YES, names.YES_NAMED):
        on.action(name)(apply_author_choice)
    for name in (names.UNDO, names.SAME, names.BACK):
        on.action(name)(replace)


async def command(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Record a roadblock, list the open ones if nothing is typed, or open the form if something was refused."""
    typed = clean(unescape(body.get("text") or ""))
    if (word := typed.casefold()) in LISTS:
        async with sessions.reading() as session:
            team = await _team_meant(session, actor, body["channel_id"])
            post = await roadblocks.list_roadblocks(session, actor, team, LISTS[word])
        await notice_look(sessions, actor, now=now)
        await ack(post.payload())
        return
    details: Details | None = None
    try:
        async with sessions.begin() as session:
            team = await _team_meant(session, actor, body["channel_id"], typed)
            person = await people.fetch_person(session, *actor)
            details = Details(RoadblockPreferences.of(person).shown)
            raised = await roadblocks.raise_roadblock(session, actor, team, typed, details, now=now)
            answer = await roadblocks.answer_author(session, raised, now=now)
    except Refusal as refused:
        if refused.field is None or details is None:
            raise
        async with sessions.reading() as session:
            view = await _build_form(session, actor, [team], text=typed, shown=details.shown, refusal=refused.sentence)
        await show_form(client, body, view)
        await ack()
        return
    await ack(answer.payload())


async def _team_meant(session: AsyncSession, actor: Actor, channel_id: str, typed: str = "") -> Team:
    choice = await teams_queries.team_meant(session, *actor, channel_id=channel_id)
    if len(choice) > 1:
        raise Refusal(with_words(which_team(choice), typed))
    return choice[0]


async def _build_form(
    session: AsyncSession, actor: Actor, teams: Sequence[Team], *, text: str = "", shown: Shown | None,
    link: str = "", source: str = "", refusal: str = "",
) -> ModalView:  # fmt: skip
    named = await names_in(session, actor.workspace_id, text)
    return forms.form(teams, text=unescape(text, named), shown=shown, link=link, source=source, refusal=refusal)


async def open_new(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """Open an empty roadblock form, from the list's button."""
    async with sessions.reading() as session:
        team = await teams_queries.own_team(session, *actor, callbacks.number(pressed_value(body)))
        person = await people.fetch_person(session, *actor)
        view = await _build_form(session, actor, [team], shown=RoadblockPreferences.of(person).shown)
    await show_form(client, body, view)
    await ack()


async def open_form_or_ask_writer(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open the form with the text of the actor's own message, or ask the writer of another person's message."""
    message, channel = body["message"], body["channel"]
    is_public = channel["id"].startswith("C") and channel.get("name") not in NOT_PUBLIC
    text = clean(unescape(message.get("text") or ""))
    if message.get("user") != actor.person_id:
        sentence = await _ask_writer(sessions, actor, body, text, is_public=is_public, now=now)
        await client.views_open(trigger_id=body["trigger_id"], view=notice(sentence).to_dict())
        await ack()
        return
    async with sessions.reading() as session:
        teams = await teams_queries.team_meant(session, *actor, channel_id=channel["id"])
        person = await people.fetch_person(session, *actor)
        link, source = await _place(session, actor, body) if is_public else ("", "")
        shown = RoadblockPreferences.of(person).shown if is_public else None
        view = await _build_form(session, actor, teams, text=text, shown=shown, link=link, source=source)
    await show_form(client, body, view)
    await ack()


async def _ask_writer(
    sessions: Sessions, actor: Actor, body: Payload, text: str, *, is_public: bool, now: datetime
) -> str:
    if not is_public:
        raise Refusal(refusals.PRIVATE_WORDS)
    async with sessions.begin() as session:
        team = await _team_meant(session, actor, body["channel"]["id"])
        link, source = await _place(session, actor, body)
        writer = await roadblocks.ask_writer(
            session, actor, team, writer_id=body["message"].get("user") or "", text=text, link=link, source=source,
            now=now,
        )  # fmt: skip
    return asked_writer(writer.shown)


async def _place(session: AsyncSession, actor: Actor, body: Payload) -> tuple[str, str]:
    """Return the message's permalink, and the key under which a roadblock stores it as its source."""
    channel_id, ts = body["channel"]["id"], body["message"]["ts"]
    return permalink(await message_url(session, actor.workspace_id), channel_id, ts), f"message:{channel_id}:{ts}"


async def save(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Record the roadblock entered in the form, and send its author a card by DM."""
    team_id, source = callbacks.parts(view["private_metadata"].replace("|", ":", 1), 2)
    async with sessions.begin() as session:
        filled = await with_mentions(session, actor.workspace_id, form_values(view), TEXT, longest=LONGEST_ROADBLOCK)
        team = await teams_queries.own_team(session, *actor, callbacks.number(filled[TEAM] or team_id))
        if not filled[SHOWN]:
            raise Refusal(refusals.NO_CHOICE, field=SHOWN)
        details = Details(
            callbacks.parse_choice(Shown, filled[SHOWN]), filled[THEME] or "", filled[DESTINATION] or "",
            clean(filled[LINK] or ""), source, parse_quoting(filled),
        )  # fmt: skip
        raised = await roadblocks.raise_roadblock(session, actor, team, clean(filled[TEXT] or ""), details, now=now)
        post = await roadblocks.answer_author(session, raised, as_card=True, now=now)
        await outbox.put(session, post, to=raised.people[actor.person_id].dm, not_before=now)
    await ack()


async def filter_list(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Show the list of roadblocks with another filter."""
    team_id, chosen = callbacks.parts(pressed_value(body), 2)
    async with sessions.begin() as session:
        team = await teams_queries.own_team(session, *actor, callbacks.number(team_id))
        await respond(session, body, await roadblocks.list_roadblocks(session, actor, team, chosen or OPEN), now)
    await ack()


async def press_me_too(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Count the actor among those who have the same roadblock, and confirm that privately."""
    id = callbacks.number(pressed_value(body))
    async with sessions.begin() as session:
        post = await roadblocks.add_me_too(session, actor, id, now=now)
        team, _ = await queries.find_followup(session, actor.workspace_id, id)
        await outbox.post_ephemeral(session, post, to=team.channel, user_id=actor.person_id, now=now)
    await ack()


async def apply_author_choice(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Apply what the author chose: who sees their roadblock, or to log their message as one. Then update the answer."""
    id, name = callbacks.number(pressed_value(body)), body["actions"][0]["action_id"]
    async with sessions.begin() as session:
        match name:
            case names.LEADERS:
                view = await roadblocks.show_to_leaders_only(session, actor, id, now=now)
            case names.YES | names.YES_NAMED:
                view = await roadblocks.accept_offer(session, actor, id, is_named=name == names.YES_NAMED, now=now)
            case _:
                view = await roadblocks.set_author_shown(session, actor, id, is_named=name == names.NAME, now=now)
        await respond(session, body, await roadblocks.answer_author(session, view, now=now), now)
    await ack()


async def replace(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Undo the actor's new roadblock, or replace it with an earlier one."""
    value, name = pressed_value(body), body["actions"][0]["action_id"]
    async with sessions.begin() as session:
        if name == names.UNDO:
            await roadblocks.undo(session, actor, callbacks.number(value), now=now)
            post = Post(replies.UNDONE)
        else:
            new_id, earlier_id = callbacks.numbers(value, 2)
            act = duplicates.support_earlier if name == names.SAME else duplicates.reopen_earlier
            earlier = await act(session, actor, new_id, earlier_id, now=now)
            post = replies.joined_answer(earlier) if name == names.SAME else replies.reopened_answer(earlier)
        await respond(session, body, post, now)
    await ack()


async def build_form(
    session: AsyncSession, step: Step, roadblock: Followup, team: Team, by: Person, now: datetime
) -> ModalView:
    """Build the form that a step of a roadblock needs."""
    match step:
        case Step.ANSWER:
            return forms.answer_form(roadblock.id)
        case Step.WAIT:
            return forms.wait_form(roadblock.id)
        case Step.HAND_ON:
            return forms.hand_on_form(roadblock.id)
        case Step.ASK_SPONSOR:
            return forms.sponsor_form(roadblock.id)
        case _:
            return forms.send_back_form(roadblock.id)


async def take_step(
    session: AsyncSession, actor: Actor, step: Step, roadblock_id: int, filled: FormValues, day: date | None,
    now: datetime,
) -> None:  # fmt: skip
    """Take the step of a roadblock whose form was filled in."""
    why = clean(filled[WHY] or "")
    match step:
        case Step.ANSWER:
            await roadblocks.answer(session, actor, roadblock_id, why, now=now)
        case Step.WAIT if day:
            await roadblocks.wait(session, actor, roadblock_id, why, day, now=now)
        case Step.HAND_ON:
            await owners.hand_on(session, actor, roadblock_id, filled[WHO] or "", now=now)
        case Step.ASK_SPONSOR:
            await roadblocks.ask_sponsor(session, actor, roadblock_id, why, now=now)
        case _:
            await roadblocks.send_back(session, actor, roadblock_id, why, now=now)
