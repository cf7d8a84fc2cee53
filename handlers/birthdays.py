"""Birthdays as people meet them: a card to sign, and the invitation to enter their days."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.birthdays import queries, rules, settings
from bot.features.birthdays.models import Occasion
from bot.features.birthdays.nudges import SIGN
from bot.features.birthdays.rules import LONGEST_LINE, WORDS
from bot.messages.birthdays import forms
from bot.messages.birthdays.names import DECLINE, FORM, OPEN
from bot.nudges import answers
from bot.nudges.models import Nudge
from bot.org import people
from bot.org.availability import working_hours
from bot.org.teams.models import Team
from bot.slack import home
from bot.slack.dispatcher import Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.post import Payload, payload
from bot.workflows import birthdays
from bot.workflows import home as workflows_home
from bot.workflows.nudges import KINDS
from handlers.payloads import form_values, names_in, pressed_value, with_mentions


def register(on: Dispatcher) -> None:
    on.action(OPEN)(open_card)
    on.view(FORM)(sign)
    on.action(DECLINE)(decline_invitation)


async def open_card(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    _, occasion_id = forms.parse_metadata(pressed_value(body))
    async with sessions.reading() as session:
        team, occasion, words = await queries.card_with_words(
            session, body["team"]["id"], body["user"]["id"], occasion_id
        )
        names = await names_in(session, team.workspace_id, words)
    view = forms.sign_form(team, occasion, words, names, pressed_value(body))
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def sign(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, occasion_id = forms.parse_metadata(view["private_metadata"])
    workspace_id, by = context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        form = await with_mentions(session, workspace_id, form_values(view), WORDS, longest=LONGEST_LINE)
        words = clean(form[WORDS])
        team, occasion = await birthdays.sign(session, workspace_id, by, occasion_id, words, now=now)
        await _mark_signed(session, by, nudge_id, team, occasion, now)
        home.mark_changed(session, workspace_id, [by], now=now)
    await ack(response_action="update", view=payload(forms.signed_view(team, occasion)))


async def _mark_signed(
    session: AsyncSession, by: str, nudge_id: int, team: Team, occasion: Occasion, now: datetime
) -> None:
    """Mark a card as signed in the nudge that told of it, also when it was signed on Home."""
    if nudge_id:
        nudge: Nudge | None = await answers.find_nudge(session, team.workspace_id, by, nudge_id)
    else:
        person = await people.fetch_person(session, team.workspace_id, by)
        about = rules.notice_day(working_hours.person_hours(person, team), occasion).isoformat()
        nudge = await answers.latest_about(session, team.workspace_id, by, SIGN, about)
    rows = nudge.facts.get("rows", [nudge.facts]) if nudge else []
    if nudge and occasion.id in {row["occasion"] for row in rows}:
        given = {**nudge.facts.get("answers", {}), str(occasion.id): "signed"}
        facts = {**nudge.facts, "answers": given}
        await answers.answer_row(session, nudge, facts, KINDS, is_last=len(given) == len(rows), now=now)


async def decline_invitation(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Somebody would rather not enter their days: their Home asks no more."""
    async with sessions.begin() as session:
        person = await people.fetch_person(session, body["team"]["id"], body["user"]["id"], lock=True)
        settings.answer_invitation(person)
        await workflows_home.publish_opened(session, person, now=now)
    await ack()
