"""What `/shadow` shows: whom to sit beside next and why, what is planned, and the roadblocks one owns."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import ActionsBlock, Block, Button, ContextBlock, HeaderBlock, SectionBlock, Text

from bot.features.shadowing.rules import Turn
from bot.features.shadowing.settings import Settings
from bot.features.shadowing.wrap_ups import OwnedRoadblock
from bot.meetings.models import Meeting
from bot.meetings.settings import ShadowingPreferences
from bot.messages.meetings import on_the_way
from bot.messages.mentions import distinct_names, which_person
from bot.messages.settings import own_buttons
from bot.messages.shadowing.names import ASK, REMOVED
from bot.messages.shadowing.nudges import ask_buttons, invited, why
from bot.messages.times import on, when
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post

WORDS = {
    "@ana": "asks ana whether you may sit beside her, at the next time that suits you both",
    "done": "wraps up the latest one: what you learnt, a roadblock to own, a thank-you",
    "done @ana": "the same, also when you two sat together without a plan",
    "visits": "shows your sponsor's visits; `start`, `pause` and `resume` are for leaders, `done` is for the sponsor",
    "help": "shows this",
}
NOBODY = "Nobody waits for you at the moment: everybody had their turn lately, or has one on the way."
MOST_NAMESAKES = 10


def usage() -> Post:
    words = "\n".join(f"• `/shadow {word}` {what}" for word, what in WORDS.items())
    return Post(f"*Shadowing*\n• `/shadow` shows whom to sit beside next, and what is planned\n{words}")


def overview(
    turns: Sequence[tuple[Team, Turn | None]], shadows: Sequence[Meeting],
    roadblocks: Sequence[OwnedRoadblock], reader: Person, now: datetime,
) -> Post:  # fmt: skip
    """Everything at a glance, for a leader."""
    blocks: list[Block] = []
    for team, turn in turns:
        blocks += _next(team, turn, reader, now)
    blocks += on_the_way(shadows, reader, "planned") + _owned(roadblocks)
    note = "`/shadow @ana` asks somebody else, `/shadow done` wraps up. Everybody is asked first, and may say no."
    return Post("Whom to sit beside next.", [*blocks, ContextBlock([Text(note)], block_id="note")])


def at_home(shadows: Sequence[Meeting], roadblocks: Sequence[OwnedRoadblock], reader: Person) -> list[Block]:
    """On somebody's Home: what is on the way, and what a leader has taken on."""
    found = [*on_the_way(shadows, reader, "planned"), *_owned(roadblocks)]
    return [HeaderBlock("Sitting side by side", block_id="shadowing"), *found] if found else []


def _next(team: Team, turn: Turn | None, reader: Person, now: datetime) -> list[Block]:
    id = f"next_{team.id}"
    if turn is None:
        return [SectionBlock(f"<#{team.channel_id}>: {NOBODY}", block_id=id)]
    agent, minutes = turn.agent.person, Settings.of(team).minutes
    at = when(turn.at, reader)
    text = f"{invited(mention(agent.id), minutes)} {why(turn, now)} *{at}* suits you both. I ask them first."
    buttons = ask_buttons(0, agent.id, agent.name, int(turn.at.timestamp()))
    return [SectionBlock(text, block_id=id), ActionsBlock([*buttons], block_id=f"answers_{id}")]


def _owned(roadblocks: Sequence[OwnedRoadblock]) -> list[Block]:
    return [
        SectionBlock(
            f"*A roadblock you own*, by {on(each.due_on)}\n{shortened(escape(each.words), 500)}",
            block_id=f"roadblock_{each.id}",
            accessory=Button("Done", action_id=REMOVED, value=f"0:{each.id}"),
        )
        for each in roadblocks
    ]


def for_agents(reader: Person, shadows: Sequence[Meeting]) -> Post:
    """What it is, and how not to be asked."""
    own = ShadowingPreferences.of(reader)
    text = (
        "Now and then a leader would like to sit beside somebody for a while, to learn how the work feels and what "
        "gets in the way. It is not an appraisal. You are always asked first, and a no needs no reason."
    )
    choice = "I ask you each time; the button changes that." if own.may_be_asked else "You are not asked, as you chose."
    return Post(
        text,
        [
            SectionBlock(text, block_id="told"),
            *on_the_way(shadows, reader, "planned"),
            SectionBlock(f"{choice} `/steward me` has the same choice, *{own.title}*.", block_id="choice"),
            own_buttons([own]),
        ],
    )


def asking(agent: Person, shadow: Meeting, reader: Person) -> Post:
    at = when(shadow.starts_at, reader)
    return Post(f"I am asking {mention(agent.id)} for {at}. You hear from me when they have answered.")


def which_agent(people: Sequence[Person]) -> Post:
    """A name typed by hand is more than one person's: a button for each."""
    names = distinct_names(people)
    blocks: list[Block] = [
        SectionBlock(escape(name), block_id=f"agent_{id}", accessory=Button("Ask", action_id=ASK, value=f"0:{id}:0"))
        for id, name in list(names.items())[:MOST_NAMESAKES]
    ]
    return Post(which_person(people), [SectionBlock(which_person(people), block_id="which"), *blocks])


def out_of_the_way() -> Post:
    return Post(":white_check_mark: Out of the way. Thank you, from everybody who ran into it.")
