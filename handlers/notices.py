"""Change notices: `/steward notice`, what leaders do with a notice, and what its readers do."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.notices import queries
from bot.features.notices.rules import (
    CHANGE,
    DEFAULT_VALIDITY,
    DETAILS,
    EDIT,
    ENDS_ON,
    LINK,
    LONGEST_ANSWER,
    LONGEST_DETAILS,
    STARTS_ON,
    Edit,
    NoticeText,
)
from bot.messages import callbacks
from bot.messages.errors import with_words
from bot.messages.notices import cards, forms
from bot.org.teams.models import Team
from bot.refusals import notices as refusals
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, clean_lines
from bot.slack.post import Payload, payload
from bot.workflows.notices import posts, readers
from handlers.payloads import (
    FormValues,
    form_values,
    names_in,
    parse_day,
    pressed_value,
    respond,
    show_form,
    with_mentions,
)


def register(on: Dispatcher) -> None:
    on.action(cards.NEW)(open_new)
    on.view(forms.FORM)(post)
    on.action(cards.EDIT)(open_edit)
    on.view(forms.EDIT_FORM)(edit)
    on.action(cards.ANSWER)(open_answer)
    on.view(forms.ANSWER_FORM)(answer)
    on.action(cards.WITHDRAW)(withdraw)
    on.action(cards.GOT_IT)(mark_read)
    on.action(cards.UNCLEAR)(open_question)
    on.view(forms.QUESTION_FORM)(ask)


async def show(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, words: str, sessions: Sessions, now: datetime
) -> None:
    """Answer `/steward notice`: the form for what was typed, else the list of valid notices.

    A leader whose team has no valid notice gets the form, too.
    """
    async with sessions.reading() as session:
        team, leads = await readers.find_team(session, actor, body["channel_id"])
        listed = None if words else await readers.list_notices(session, actor, team, leads=leads)
        if listed is None:
            await _check_may_post(session, actor, team, words, now)
    if listed is None:
        await show_form(client, body, forms.new_form(team, words, posts.today_of(team, now)))
        await ack()
        return
    await ack(listed.payload())


async def _check_may_post(session: AsyncSession, actor: Actor, team: Team, words: str, now: datetime) -> None:
    """Check before the form opens whether the notice may be posted; a refusal repeats what was typed."""
    try:
        await posts.check_may_post(session, team, actor.person_id, now=now)
    except Refusal as refusal:
        raise Refusal(with_words(refusal.sentence, words)) from None


async def open_new(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        team = await posts.find_team(session, actor, callbacks.number(pressed_value(body)))
        await posts.check_may_post(session, team, actor.person_id, now=now)
    await show_form(client, body, forms.new_form(team, "", posts.today_of(team, now)))
    await ack()


async def post(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    team_id = callbacks.number(view["private_metadata"])
    async with sessions.begin() as session:
        draft = await _read_draft(session, actor, form_values(view), team_id, now)
        await posts.post(session, actor, team_id, draft, now=now)
    await ack()


async def _read_draft(
    session: AsyncSession, actor: Actor, filled: FormValues, team_id: int, now: datetime
) -> NoticeText:
    """Return what was typed into the form of a notice, with typed names of people as mentions."""
    team = await posts.find_team(session, actor, team_id)
    today = posts.today_of(team, now)
    form = await with_mentions(session, actor.workspace_id, filled, CHANGE, DETAILS, longest=LONGEST_DETAILS)
    starts_on = parse_day(filled, STARTS_ON, team.zone, now) or today
    return NoticeText(
        clean(form[CHANGE]), clean_lines(form[DETAILS]), clean(filled[LINK] or ""), starts_on,
        parse_day(filled, ENDS_ON, team.zone, now) or starts_on + DEFAULT_VALIDITY,
    )  # fmt: skip


async def open_edit(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        found, _ = await posts.find_led(session, actor, callbacks.numbers(pressed_value(body), 2)[0])
        names = await names_in(session, actor.workspace_id, found.change, found.details)
    await show_form(client, body, forms.edit_form(found, names))
    await ack()


async def edit(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    notice_id, edits = callbacks.numbers(view["private_metadata"], 2)
    filled = form_values(view)
    if not filled[EDIT]:
        raise Refusal(refusals.PICK_EDIT, field=EDIT)
    async with sessions.begin() as session:
        found = await queries.find_notice(session, actor.workspace_id, notice_id)
        draft = await _read_draft(session, actor, filled, found.team_id, now)
        kind = callbacks.parse_choice(Edit, filled[EDIT])
        await posts.edit(session, actor, notice_id, draft, kind, edits=edits, now=now)
    await ack()


async def open_answer(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        found, _ = await posts.find_led(session, actor, callbacks.numbers(pressed_value(body), 2)[0])
        questions = await queries.list_questions(session, found)
        names = await names_in(session, actor.workspace_id, found.answer)
    await show_form(client, body, forms.answer_form(found, questions, names))
    await ack()


async def answer(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    notice_id, edition, version = callbacks.numbers(view["private_metadata"], 3)
    async with sessions.begin() as session:
        form = await with_mentions(session, actor.workspace_id, form_values(view), forms.WORDS, longest=LONGEST_ANSWER)
        await posts.answer(session, actor, notice_id, edition, clean_lines(form[forms.WORDS]), version=version, now=now)
    await ack()


async def withdraw(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        found = await posts.withdraw(session, actor, callbacks.numbers(pressed_value(body), 2)[0], now=now)
        await respond(session, body, cards.withdrawn(found), now)
    await ack()


async def mark_read(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await readers.mark_read(session, actor, *_pressed_notice(body), now=now)
    await ack()


async def open_question(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    notice_id, edition = _pressed_notice(body)
    async with sessions.reading() as session:
        found, _ = await readers.find_for_member(session, actor, notice_id, edition)
    await show_form(client, body, forms.question_form(found, f"{notice_id}:{edition}"))
    await ack()


def _pressed_notice(body: Payload) -> tuple[int, int]:
    """Return the notice and the edition of the pressed button; in a reminder, they follow the reminder's id."""
    value = pressed_value(body)
    notice_id, edition = callbacks.numbers(value, 3 if value.count(":") == 2 else 2)[-2:]
    return notice_id, edition


async def ask(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    notice_id, edition = callbacks.numbers(view["private_metadata"], 2)
    words = clean(form_values(view)[forms.WORDS] or "")
    async with sessions.begin() as session:
        await readers.mark_unclear(session, actor, notice_id, edition, words, now=now)
    await ack(response_action="update", view=payload(forms.asked_view(is_question=bool(words))))
