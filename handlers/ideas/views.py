"""Handlers for forms of ideas: a new idea, and the steps that need a form."""

from datetime import date, datetime

from slack_bolt.async_app import AsyncAck
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.visits.themes import THEMES
from bot.followups.models import Followup, Reason
from bot.followups.rules import Step
from bot.messages import callbacks
from bot.messages.followups.forms import TEAM, TEXT, WHO, WHY
from bot.messages.ideas import forms
from bot.messages.ideas.forms import AGAIN, ENDS, HIDDEN, LONGEST_IDEA, OTHER, QUESTION, REASON, THEME
from bot.org import people
from bot.org.people import Person
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.post import Payload, payload
from bot.workflows.ideas import decisions, merges, offers, submissions
from handlers.payloads import FormValues, form_values, parse_day, parse_quoting, with_mentions

FORMS = (Step.START, Step.CLOSE, Step.HAND_ON, Step.MERGE, Step.SPLIT)
"""Steps of an idea that need a form for a reason, a day or a choice."""


async def save(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Save the new idea that was entered in the form."""
    filled = form_values(view)
    team_id, source = callbacks.parts(view["private_metadata"], 2)
    theme = filled[THEME] if filled[THEME] in THEMES else ""
    async with sessions.begin() as session:
        team = await teams_queries.own_team(session, *actor, callbacks.number(filled[TEAM] or team_id))
        filled = await with_mentions(session, actor.workspace_id, filled, TEXT, longest=LONGEST_IDEA)
        post = await submissions.raise_idea(
            session, actor, team, text=clean(filled[TEXT] or ""), is_named=not filled[HIDDEN], theme=theme,
            source=source, quoting=parse_quoting(filled), now=now,
        )  # fmt: skip
        if source:
            await offers.mark_saved(session, actor, source, now=now)
    await ack(response_action="update", view=payload(forms.closing_form(post)))


async def build_form(
    session: AsyncSession, step: Step, idea: Followup, team: Team, by: Person, now: datetime
) -> ModalView:
    """Build the form that a step of an idea needs."""
    match step:
        case Step.START:
            return forms.start_form(idea)
        case Step.HAND_ON:
            return forms.hand_on_form(idea, await decisions.find_leaders(session, team, excluding=by.id))
        case Step.MERGE:
            return forms.merge_form(idea, await merges.find_targets(session, idea))
        case Step.SPLIT:
            return forms.split_form(idea)
        case _:
            return forms.close_form(idea)


async def take_step(
    session: AsyncSession, actor: Actor, step: Step, idea_id: int, filled: FormValues, day: date | None, now: datetime
) -> None:
    """Take the step of an idea whose form was filled in."""
    match step:
        case Step.START:
            ends_on, question = await _day(session, actor, filled, ENDS, now), clean(filled[QUESTION] or "")
            await decisions.start(session, actor, idea_id, ends_on=ends_on, question=question, now=now)
        case Step.HAND_ON:
            await decisions.hand_on(session, actor, idea_id, str(filled[WHO]), now=now)
        case Step.MERGE:
            await merges.merge(session, actor, idea_id, callbacks.number(filled[OTHER]), now=now)
        case Step.SPLIT:
            await merges.split(session, actor, idea_id, now=now)
        case _:
            reason, why = callbacks.parse_choice(Reason, filled[REASON]), clean(filled[WHY] or "")
            again = await _day(session, actor, filled, AGAIN, now)
            await decisions.close(session, actor, idea_id, reason=reason, why=why, ask_again_on=again, now=now)


async def _day(session: AsyncSession, actor: Actor, filled: FormValues, name: str, now: datetime) -> date | None:
    by = await people.fetch_person(session, *actor)
    return parse_day(filled, name, by.zone, now)
