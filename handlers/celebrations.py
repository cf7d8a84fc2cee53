"""What a team is glad about without a command: many reactions to one message, and a card for a teammate."""

from datetime import datetime, timedelta

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes
from bot.emoji import bare
from bot.features.celebrations import cheering, marks
from bot.features.celebrations import words as celebrations_words
from bot.features.celebrations.cheering import COUNTS, Cheer, Words
from bot.features.celebrations.settings import Settings
from bot.features.occasions import cards, settings
from bot.features.occasions.cards import LONGEST, SIGN, WORDS
from bot.features.occasions.tables import Occasion
from bot.hours import routine
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import celebrations as messages
from bot.messages.occasions import signing
from bot.messages.occasions.invitation import DECLINE
from bot.messages.occasions.signing import FORM, OPEN
from bot.messages.post import Payload, payload
from bot.messages.text import clean
from bot.nudges import answering
from bot.nudges.tables import Nudge
from bot.outbox import outbox
from bot.teams import finding
from bot.teams.tables import Team
from handlers.forms import answers, mentioning, names_in
from handlers.presses import pressed
from schedules import home, tank
from schedules.nudges import RULES

FRESH = timedelta(days=3)
BY_PEOPLE = (None, "file_share", "thread_broadcast", "message_changed")


def register(on: Listeners) -> None:
    on.event("message")(hear)
    on.event("reaction_added")(react)
    on.event("reaction_removed")(react)
    on.action(OPEN)(open_card)
    on.view(FORM)(sign)
    on.action(DECLINE)(decline)


async def hear(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    """Words of grief, an outage or a poll: nothing there is celebrated. Others cost nothing, replies a read."""
    said = _words(event, now)
    if said is None or not (said.mark or said.thread):
        return
    async with sessions.reading() as session:
        team = await finding.of_channel(session, body["team_id"], said.channel_id)
        if team is None or not (said.mark or await cheering.is_mourned(session, team, said)):
            return
    async with sessions.begin() as session:
        await cheering.hear(session, team, said)


def _words(event: Payload, now: datetime) -> Words | None:
    """What a person wrote lately, or wrote anew."""
    message = event.get("message") or event
    if event.get("subtype") not in BY_PEOPLE or message.get("bot_id") or not message.get("ts"):
        return None
    ts, thread = message["ts"], message.get("thread_ts")
    if cheering.said_at(ts) < now - COUNTS:
        return None
    mark = celebrations_words.mark_of(message.get("text") or "")
    return Words(event["channel"], ts, thread if thread != ts else None, mark)


async def react(body: Payload, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    """A reaction to what a person wrote in a team's channel."""
    item, bot_id, author_id = event["item"], context.bot_user_id, event.get("item_user")
    if item["type"] != "message" or bot_id in (event["user"], author_id) or not author_id:
        return
    emoji = bare(event["reaction"])
    async with sessions.reading() as session:
        team = await finding.of_channel(session, body["team_id"], item["channel"])
    if team is None or not (Settings.of(team).reactions and marks.matter(emoji, Settings.of(team).glad)):
        return
    is_on = event["type"] == "reaction_added"
    seen = Cheer(item["channel"], item["ts"], author_id, event["user"], emoji, event["event_ts"], is_on=is_on)
    async with sessions.begin() as session:
        if cheered := await cheering.cheer(session, team, seen, now=now):
            made, people = cheered
            await outbox.comment(
                session, messages.cheered(people), ts=seen.ts, to=team.channel, now=now, hours_of=team,
                expires_at=now + FRESH,
            )  # fmt: skip
            await tank.celebrated(session, team, f"celebration:{made.id}", now=now)


async def open_card(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    _, occasion_id = signing.remembered(pressed(body))
    async with sessions.reading() as session:
        team, occasion, words = await cards.signed_by(session, body["team"]["id"], body["user"]["id"], occasion_id)
        names = await names_in(session, team.workspace_id, words)
    view = signing.sign_form(team, occasion, words, names, pressed(body))
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def sign(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, occasion_id = signing.remembered(view["private_metadata"])
    workspace_id, by = context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        form = await mentioning(session, workspace_id, answers(view), WORDS, longest=LONGEST)
        words = clean(form[WORDS])
        team, occasion = await cards.sign(session, workspace_id, by, occasion_id, words, now=now)
        await _note(session, by, nudge_id, team, occasion, now)
        homes.touch(session, workspace_id, [by], now=now)
    await ack(response_action="update", view=payload(signing.signed(team, occasion)))


async def _note(session: AsyncSession, by: str, nudge_id: int, team: Team, occasion: Occasion, now: datetime) -> None:
    """Mark a card as signed in the nudge that told of it, also when it was signed on Home."""
    if nudge_id:
        nudge: Nudge | None = await answering.one(session, team.workspace_id, by, nudge_id)
    else:
        person = await directory.person(session, team.workspace_id, by)
        about = cards.told_on(routine.of_person(person, team), occasion).isoformat()
        nudge = await answering.latest(session, team.workspace_id, by, SIGN, about)
    rows = nudge.facts.get("rows", [nudge.facts]) if nudge else []
    if nudge and occasion.id in {row["occasion"] for row in rows}:
        given = {**nudge.facts.get("answers", {}), str(occasion.id): "signed"}
        facts = {**nudge.facts, "answers": given}
        await answering.answer_row(session, nudge, facts, RULES, is_last=len(given) == len(rows), now=now)


async def decline(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Somebody would rather not enter their days: their Home asks no more."""
    async with sessions.begin() as session:
        person = await directory.person(session, body["team"]["id"], body["user"]["id"], lock=True)
        settings.answer_invitation(person)
        await home.show(session, person, now=now)
    await ack()
