"""Messages and forms of the setup: the greeting, the form, the preview, and the first card."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ExternalSelectMenu,
    HeaderBlock,
    InputBlock,
    ModalView,
    SectionBlock,
    UserMultiSelectMenu,
    UserSelectMenu,
)

from bot.errors import Refusal
from bot.features.fun_tank import settings as tank
from bot.features.fun_tank.rules import FULL
from bot.features.shoutouts import settings
from bot.messages import inputs
from bot.org.availability import holidays, working_hours
from bot.org.channels import Channel
from bot.org.people import Person
from bot.org.teams.models import Member, Role, Team
from bot.org.teams.reach import Barrier
from bot.org.teams.settings import Goals
from bot.refusals import common
from bot.slack.mrkdwn import comma_joined, count_noun, escape, mention, mentions, shortened
from bot.slack.post import Post, context, modal, option
from bot.text.formats import clock, on, short

OPEN = "setup:open"
FORM = "setup:form"
PREVIEW = "setup:preview"
LEADERS = "leaders"
DEPUTIES = "deputies"
SPONSOR = "sponsor"
ZONE = "zone"
LAST = "Leaders I ask last. Add them to the leaders above too."


class Told(Protocol):
    """A ritual as shown in a preview."""

    @property
    def title(self) -> str: ...

    @property
    def told(self) -> str: ...


Coming = Sequence[tuple[datetime, Told]]
BARRIERS = {
    Barrier.LEFT: "their Slack account is deactivated",
    Barrier.NO_DAYS: "they have no working days in `/steward me`",
    Barrier.QUIET: "Do Not Disturb is on throughout their working hours",
}


def form(channel: Channel, by: Person) -> ModalView:
    """Build the setup form with defaults; the leader is the person who opens it, until they pick somebody else."""
    intro = (
        f"This makes *#{escape(channel.name)}* a team of everyone in the channel and everyone who joins it. "
        "The defaults are fine to start with, and you can change them any time."
    )
    blocks: list[Block] = [
        SectionBlock(intro, block_id="intro"),
        *people_fields(leaders=[by.id], zone=by.zone),
        *inputs.build_inputs(
            working_hours.WorkingHoursSettings(), hints={"country": "Leave empty to use the country of your time zone."}
        ),
        *inputs.build_inputs(settings.Settings(), ["values"]),
        *inputs.build_inputs(Goals()),
    ]
    return modal("A new team", FORM, blocks, submit="Preview", metadata=channel.id)


def people_fields(
    *, leaders: Sequence[str], deputies: Sequence[str] = (), sponsor_id: str | None = None, zone: str
) -> list[Block]:
    """Build the form fields for leaders, deputies, sponsor and time zone."""
    lead = UserMultiSelectMenu(action_id=LEADERS, initial_users=list(leaders) or None)
    deputy = UserMultiSelectMenu(action_id=DEPUTIES, initial_users=list(deputies) or None)
    sponsor = UserSelectMenu(action_id=SPONSOR, initial_user=sponsor_id)
    clock = ExternalSelectMenu(action_id=ZONE, initial_option=option(zone, zone), min_query_length=2)
    return [
        InputBlock("Leaders", lead, block_id=LEADERS),
        InputBlock("Deputies", deputy, block_id=DEPUTIES, optional=True, hint=LAST),
        InputBlock("Sponsor", sponsor, block_id=SPONSOR, optional=True, hint="A senior leader who supports the team."),
        InputBlock("Time zone", clock, block_id=ZONE, hint="Type a big city in your time zone, like Lisbon."),
    ]


def form_metadata(channel_id: str, form: dict[str, Any]) -> str:
    """Return the values of the filled-in setup form as the preview's metadata."""
    kept = json.dumps({"channel": channel_id, "form": form}, ensure_ascii=False, separators=(",", ":"))
    if len(kept) > LONGEST_METADATA:
        raise Refusal(common.GOALS_TOO_LONG, field=f"{Goals.feature}.goals")
    return kept


def preview_view(
    team: Team, members: Sequence[Member], by: Person, coming: Coming, reminders: Sequence[str], now: datetime,
    entered: str, unreachable: Mapping[str, Barrier],
) -> ModalView:  # fmt: skip
    """Preview everything that will be sent to a new team; closing the preview returns to the form.

    `unreachable` has the leaders whom the bot can never reach, by id.
    """
    will_be = f"*#{escape(team.name)}* will be a team with {_heads(members)}, led by {leaders_of(members)}."
    named = [member.user_id for member in members if member.role is Role.LEADER]
    told = mentions([id for id in (*named, team.sponsor_id) if id and id != by.id])
    quoted = "\n".join(f"> {line}" for line in welcome_post(team, members).text.splitlines())
    now_said = f"*In the channel, right away*\n{quoted}"
    by_dm = [f"*By DM, right away*\nTo {told}: their new role."] if told else []
    texts = [now_said, *by_dm, _to_leaders(reminders), _in_the_channel()]
    blocks = [
        SectionBlock(f"{will_be} I won't send anything until you press *Make it a team*.", block_id="team"),
        *(SectionBlock(_warning(*each), block_id=f"warning_{each[0]}") for each in unreachable.items()),
        *(SectionBlock(shortened(text, 2900), block_id=f"sent_{n}") for n, text in enumerate(texts)),
        *preview_text(team, coming, now),
    ]
    return modal("A new team", PREVIEW, blocks, submit="Make it a team", close="Change", metadata=entered)


def _warning(person_id: str, barrier: Barrier) -> str:
    return f":warning: I can't reach {mention(person_id)}: {BARRIERS[barrier]}."


def _to_leaders(reminders: Sequence[str]) -> str:
    about = "; ".join(reminders)
    return (
        "*To leaders and the sponsor, by DM in their working hours*\n"
        f"• New reminders about at most two subjects a day, in one card: {about}\n"
        "• On each leader's last working day of the week: a summary of their week, which counts as one "
        "of that day's two subjects\n"
        "• During a spike: a request to help, to one leader at a time\n"
        "• When an agent raises a hand, asks for a break or reports a hard contact: a request to one leader at a time\n"
        "• When a break starts: until when the agent is off the queue\n"
        "• One-on-ones and visits: agents choose from three times; then both get an invitation, and a card before and "
        "after each"
    )


def _in_the_channel() -> str:
    return "*In the channel when there's a reason*\n" + "\n".join(f"• {each}" for each in OCCASIONAL)


def created_view(team: Team, members: Sequence[Member], coming: Coming, now: datetime) -> ModalView:
    """Build the view that replaces the form: it confirms the new team and lists what is planned."""
    made = f":seedling: *#{escape(team.name)}* is now a team with {_heads(members)}."
    return ModalView(
        title="A new team",
        close="Done",
        blocks=[SectionBlock(made, block_id="made"), *preview_text(team, coming, now)],
        clear_on_close=True,
    )


def channel_greeting(channel_id: str) -> Post:
    """Greet a channel that is not a team yet."""
    text = f"{HELLO} {PURPOSE} To start, make this channel a team. You'll see a preview first."
    start = Button("Set it up", action_id=OPEN, value=channel_id, style="primary")
    return Post(
        text,
        [SectionBlock(text, block_id="hello"), ActionsBlock([start], block_id="start")],
        card=f"hello:{channel_id}",
    )


def team_greeting(team: Team) -> Post:
    """Return the bot's greeting to a channel once the channel is a team."""
    text = f"{HELLO} {PURPOSE} This channel is a team now."
    return Post(text, [SectionBlock(text, block_id="hello")], card=f"hello:{team.channel_id}")


def rejoined_greeting(team: Team) -> Post:
    """Greet a team's channel that the bot has joined again."""
    return Post(f"I'm back, and I can post in <#{team.channel_id}> again. `/steward` shows what's planned.")


def welcome_post(team: Team, members: Sequence[Member]) -> Post:
    """Introduce the bot to a new team."""
    text = (
        f"{HELLO} I help {leaders_of(members)} look after this team, with reminders and suggestions.\n"
        "Thank someone with `/shoutout @ana for staying calm`. `/steward` shows what's planned, and `/steward me` "
        "what I know about you."
    )
    return Post(text, [SectionBlock(text, block_id="hello")], card=f"welcome:{team.id}")


def describe_leaders(members: Sequence[Member]) -> str:
    """Return who leads a team, as the end of a sentence about the team."""
    leaders = mentions([member.user_id for member in members if member.role is Role.LEADER])
    return f"is led by {leaders}" if leaders else "has no leaders yet"


def leaders_of(members: Sequence[Member]) -> str:
    """Return mentions of the leaders, or "nobody yet"."""
    return mentions([member.user_id for member in members if member.role is Role.LEADER]) or "nobody yet"


def preview_text(team: Team, coming: Coming, now: datetime) -> list[Block]:
    """List what is planned for a new team in the next two weeks."""
    blocks: list[Block] = [
        HeaderBlock("The next two weeks", block_id="coming"),
        SectionBlock(shortened(rituals(team, coming) or "Nothing planned.", 2900), block_id="rituals"),
    ]
    off = _days_off(team, now)
    note = f"{city(team.zone)} time. Personal reminders wait for each person's working hours. {off}".strip()
    return [*blocks, context(note)]


def rituals(team: Team, coming: Coming) -> str:
    """List the planned rituals with their times, one per line, next one first."""
    by_title: dict[str, list[tuple[datetime, Told]]] = {}
    for each in sorted(coming, key=lambda each: each[0]):
        by_title.setdefault(each[1].title, []).append(each)
    return "\n".join(_line(team, said) for said in by_title.values())


def city(zone: str) -> str:
    """Return `Lisbon` for `Europe/Lisbon`."""
    return zone.rpartition("/")[2].replace("_", " ")


def _line(team: Team, said: Sequence[tuple[datetime, Told]]) -> str:
    local = [at.astimezone(ZoneInfo(team.zone)) for at, _ in said]
    times = {clock(at) for at in local}
    ritual = said[0][1]
    if len(times) == 1 and len(local) > MOST_DATES:
        when = f"every working day at {times.pop()}"
    elif len(times) == 1:
        when = f"{comma_joined(map(short, local))} at {times.pop()}"
    else:
        when = comma_joined(f"{short(at)} at {clock(at)}" for at in local)
    return f"• *{ritual.title}*: {when}\n   {ritual.told}"


def _days_off(team: Team, now: datetime) -> str:
    off = holidays.days_off(working_hours.team_hours(team).country, now.astimezone(ZoneInfo(team.zone)).date(), 15)
    named = [f"{on(day)} ({escape(name)})" for day, name in off]
    return f"Public {'holiday' if len(named) == 1 else 'holidays'}: {', '.join(named)}." if named else ""


def _heads(members: Sequence[Member]) -> str:
    leaders = sum(member.role is Role.LEADER for member in members)
    agents = len(members) - leaders
    return f"{count(leaders, 'leader')} and {count(agents, 'agent')}"


def count(number: int, what: str) -> str:
    """Return `no agents yet`, `1 agent` or `7 agents`."""
    return count_noun(number, what) if number else f"no {what}s yet"


HELLO = ":seedling: Hi, I'm Steward."
PURPOSE = "I help leaders look after their support team, with reminders and suggestions."
OCCASIONAL = (
    "Shout-outs, with the name of the person who gave them",
    "Spikes: one card each, until the spike is over",
    "Celebrations, and birthdays and anniversaries that people made public",
    "A question when the channel has been quiet for a while",
    f"A note when the fun tank is above {tank.Settings().high} out of {FULL}. Thanks, wins and rituals fill it; queue "
    "spikes drain it",
)
LONGEST_METADATA = 3000
MOST_DATES = 3
"""A ritual with more dates than this in two weeks takes place every working day."""


def ask_an_admin(admin_ids: Sequence[str]) -> str:
    """Tell somebody who cannot set up a team whom to ask."""
    whom = mentions(list(admin_ids), last="or") if admin_ids else "one of them"
    return (
        "Workspace admins and leaders of other teams can make this channel a team. "
        f"Ask {whom} to type `/steward setup` here. It takes a minute."
    )


def cannot_join(person: Person | None) -> str:
    if person is None:
        return common.UNKNOWN_PERSON
    if person.is_bot:
        return common.bot_cannot_join(person.shown)
    if person.has_left:
        return common.leaver_cannot_join(person.shown)
    return common.stranger_cannot_join(person.shown)
