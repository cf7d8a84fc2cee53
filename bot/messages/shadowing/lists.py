"""Build the answer to `/shadow`: whom to sit with next and why, and what is booked."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import ActionsBlock, Block, Button, ContextBlock, HeaderBlock, SectionBlock, Text

from bot.features.shadowing.rules import Assignment
from bot.features.shadowing.settings import Settings
from bot.meetings.models import Meeting
from bot.meetings.settings import ShadowingPreferences
from bot.messages.meetings import on_the_way
from bot.messages.mentions import distinct_names, which_person
from bot.messages.settings import own_buttons
from bot.messages.shadowing.names import ASK
from bot.messages.shadowing.nudges import ask_buttons, explain_choice, suggestion_text
from bot.messages.times import when
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention
from bot.slack.post import Post

WORDS = {
    "@ana": "asks Ana for a session, at the next time that works for you both",
    "done": "wraps up the latest session: what you learnt, a roadblock you'll take on, a thank-you",
    "done @ana": "does the same, even for a session I didn't book",
    "visits": "shows sponsor visits (leaders: `start`, `pause`, `resume`; sponsor: `done`)",
    "help": "shows this list",
}
NOBODY = "No suggestion for <#{}> right now: everyone I can ask has had a turn recently or has one coming up."
MOST_NAMESAKES = 10


def usage() -> Post:
    words = "\n".join(f"• `/shadow {word}` {what}" for word, what in WORDS.items())
    return Post(f"*Shadowing*\n• `/shadow` shows who to sit with next and what is booked\n{words}")


def overview(
    turns: Sequence[tuple[Team, Assignment | None]], shadows: Sequence[Meeting], reader: Person, now: datetime
) -> Post:
    """Show a leader whom to sit with next, and which sessions are booked."""
    blocks: list[Block] = []
    for team, turn in turns:
        blocks += _next(team, turn, reader, now)
    blocks += on_the_way(shadows, reader, "planned")
    note = (
        "`/shadow @ana` asks someone else, `/shadow done` wraps up a session. I ask the agent first, and they can say "
        "no."
    )
    return Post("Who to sit with next", [*blocks, ContextBlock([Text(note)], block_id="note")])


def home_section(shadows: Sequence[Meeting], reader: Person) -> list[Block]:
    """Show a person's upcoming shadowing sessions on the Home tab."""
    found = on_the_way(shadows, reader, "planned")
    return [HeaderBlock("Shadowing", block_id="shadowing"), *found] if found else []


def _next(team: Team, turn: Assignment | None, reader: Person, now: datetime) -> list[Block]:
    id = f"next_{team.id}"
    if turn is None:
        return [SectionBlock(NOBODY.format(team.channel_id), block_id=id)]
    agent, minutes = turn.agent.person, Settings.of(team).minutes
    at = when(turn.at, reader)
    both = f"*{at}* works for you both. I'll ask {agent.shown} first."
    text = f"{suggestion_text(mention(agent.id), minutes)} {explain_choice(turn, now)} {both}"
    buttons = ask_buttons(0, agent.id, agent.name, int(turn.at.timestamp()))
    return [SectionBlock(text, block_id=id), ActionsBlock([*buttons], block_id=f"answers_{id}")]


def for_agents(reader: Person, shadows: Sequence[Meeting]) -> Post:
    """Explain shadowing to an agent, with the button to opt out."""
    own = ShadowingPreferences.of(reader)
    text = (
        "From time to time, a leader asks to sit with an agent to see what the work is like. It's not an appraisal. I "
        "ask you first, and you can say no without giving a reason."
    )
    choice = "I ask you each time." if own.may_be_asked else "You've chosen not to be asked."
    return Post(
        text,
        [
            SectionBlock(text, block_id="told"),
            *on_the_way(shadows, reader, "planned"),
            SectionBlock(f"{choice} You can change that here or in `/steward me`, *{own.title}*.", block_id="choice"),
            *own_buttons([own]),
        ],
    )


def request_answer(agent: Person, shadow: Meeting, reader: Person) -> Post:
    name, at = mention(agent.id), when(shadow.starts_at, reader)
    return Post(f"I've asked {name} for a shadowing session: {at}. I'll tell you when {name} answers.")


def which_agent(people: Sequence[Person]) -> Post:
    """Ask which of several people with the same name is meant, with a button for each."""
    names = distinct_names(people)
    blocks: list[Block] = [
        SectionBlock(escape(name), block_id=f"agent_{id}", accessory=Button("Ask", action_id=ASK, value=f"0:{id}:0"))
        for id, name in list(names.items())[:MOST_NAMESAKES]
    ]
    return Post(which_person(people), [SectionBlock(which_person(people), block_id="which"), *blocks])
