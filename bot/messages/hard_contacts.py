"""Messages of hard contacts: the form, the agent's card, the leader's card, and the line that leaders read in `/queue`.

Cards have random names, because the outbox stores the name of a card next to the person's id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    Element,
    InputBlock,
    ModalView,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
)

from bot.features.hard_contacts import ASK_TIMEOUT, BREAK_MINUTES, Act, Details, Settings
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import comma_joined, count_noun, escape, mention, shortened
from bot.slack.post import Post, context, modal, option
from bot.text.formats import clock

FORM, ANOTHER_FORM = "hard_contacts:form", "hard_contacts:another_form"
LEADER, TICKET = "leader", "ticket"
CHECK_IN, COVER, BREAK = "hard_contacts:check_in", "hard_contacts:cover", "hard_contacts:break"
DONE, ANOTHER, DROP = "hard_contacts:done", "hard_contacts:another", "hard_contacts:drop"
WATCH = "hard_contacts:watch"
LABELS = {
    Act.CHECK_IN: (CHECK_IN, "I'll check in now"),
    Act.COVER: (COVER, "Cover the queue"),
    Act.BREAK: (BREAK, f"Give them {BREAK_MINUTES} minutes off"),
}
LONGEST_TICKET = 200
LONGEST_PAGE = 2000
MOST_LEADERS = 100
"""Slack's limit on the options of a menu."""
ONLY_YOU = "Only you, the leader you pick, and I will know about this. I won't tell anyone else unless you ask me to."
WHY = "{agent} picked you. Only the two of you and I know about this. If you can't answer within {minutes} minutes, "
WHY += "I'll ask {agent} whether to ask another leader."


@dataclass(frozen=True)
class Choice:
    """A leader at work whom the agent can pick."""

    team: Team
    leader: Person


@dataclass(frozen=True)
class View:
    """A hard contact with the facts that its cards show."""

    contact_id: int
    details: Details
    team: Team
    agent: Person
    leader: Person
    now: datetime
    can_watch: bool = False
    """Whether the leader can be told when the ticket changes."""


def form(choices: Sequence[Choice], *, hand_up_id: int | None = None) -> ModalView:
    """Build the form of a new hard contact; `hand_up_id` is the hand-up that it ends, if any."""
    blocks: list[Block] = [
        _leader_menu(choices),
        InputBlock(
            "Ticket",
            PlainTextInput(TICKET, max_length=LONGEST_TICKET),
            block_id=TICKET,
            optional=True,
            hint="Its number, or a link to it.",
        ),
        context(ONLY_YOU, "privacy"),
    ]
    return modal("Report a hard contact", FORM, blocks, submit="Tell the leader", metadata=str(hand_up_id or ""))


def other_leader_form(choices: Sequence[Choice], contact_id: int) -> ModalView:
    """Build the form in which the agent picks another leader."""
    blocks: list[Block] = [_leader_menu(choices), context(ONLY_YOU, "privacy")]
    return modal("Ask another leader", ANOTHER_FORM, blocks, submit="Ask", metadata=str(contact_id))


def _leader_menu(choices: Sequence[Choice]) -> InputBlock:
    several = len({each.team.id for each in choices}) > 1
    options = [
        option(f"{each.leader.name} (#{each.team.name})" if several else each.leader.name, choice_value(each))
        for each in choices[:MOST_LEADERS]
    ]
    return InputBlock("Which leader may I tell?", StaticSelectMenu(LEADER, options), block_id=LEADER)


def choice_value(choice: Choice) -> str:
    return f"{choice.team.id}:{choice.leader.id}"


def agent_card(view: View) -> Post:
    """Build the agent's card: the progress, and the team's advice about abusive customers."""
    this, id = view.details, str(view.contact_id)
    text = _agent_headline(view)
    buttons: list[Element] = []
    if this.needs_another:
        buttons.append(Button("Ask another leader", action_id=ANOTHER, value=id, style="primary"))
    if this.needs_another or not this.is_answered:
        buttons.append(Button("Never mind", action_id=DROP, value=id))
    blocks: list[Block] = [SectionBlock(text, block_id="hard_contact")]
    if page := _page(view.team):
        blocks.append(SectionBlock(page, block_id="page"))
    if buttons:
        blocks.append(ActionsBlock(buttons, block_id="answers"))
    return Post(text, blocks, card=this.agent_card)


def _page(team: Team) -> str:
    """Return the team's advice about abusive customers, with the link to its rules."""
    said = Settings.of(team)
    lines = [shortened(escape(said.page), LONGEST_PAGE)] if said.page else []
    return "\n".join([*lines, *([f"<{said.link}|Our rules on abusive customers>"] if said.link else [])])


def _agent_headline(view: View) -> str:
    this, leader = view.details, view.leader.shown
    if this.is_leader_gone:
        return f"I'm sorry this happened. {leader} no longer leads the team. Shall I ask another leader?"
    if this.needs_another:
        return f"I'm sorry this happened. {leader} hasn't answered yet. Shall I ask another leader?"
    if not this.is_answered:
        until = clock(view.agent.local(this.asked_at + ASK_TIMEOUT), view.agent.locale)
        return (
            f"I'm sorry this happened. I've told {leader}, and nobody else. If there's no answer by {until}, "
            "I'll ask you whether to tell someone else."
        )
    said = [ACTS_TOLD[act] for act in Act if act in this.acts]
    return f"{leader} {comma_joined(said)}."


ACTS_TOLD = {
    Act.CHECK_IN: "is going to check in with you now",
    Act.COVER: "is covering the queue",
    Act.BREAK: f"says you can take {BREAK_MINUTES} minutes off",
}


def leader_card(view: View) -> Post:
    """Build the leader's card: what the leader can do, and until when."""
    this, agent = view.details, mention(view.agent.id)
    text = f"A customer treated {agent} badly. How can you help?"
    if this.is_answered:
        text = f"Thanks. I've told {agent}. When you've checked in, press *Done*."
    blocks: list[Block] = [SectionBlock(text, block_id="hard_contact"), *_ticket(view)]
    blocks.append(ActionsBlock([*_act_buttons(view), *(_done(view) if this.is_answered else [])], block_id="answers"))
    if not this.is_answered:
        blocks.append(context(WHY.format(agent=view.agent.shown, minutes=ASK_TIMEOUT.seconds // 60), "why"))
    return Post(text, blocks, card=this.leader_card)


def _ticket(view: View) -> list[Block]:
    """Build the line with the ticket, and a button to watch it if that is possible."""
    if not view.details.ticket:
        return []
    return _watch(view) or [context(_ticket_line(view), "facts")]


def _watch(view: View) -> list[Block]:
    if not view.can_watch:
        return []
    button = Button("Tell me when this ticket changes", action_id=WATCH, value=str(view.contact_id))
    return [SectionBlock(_ticket_line(view), accessory=button, block_id="facts")]


def _ticket_line(view: View) -> str:
    return f"Ticket: {escape(view.details.ticket)}"


def _act_buttons(view: View) -> list[Element]:
    id, left = str(view.contact_id), [act for act in Act if act not in view.details.acts]
    return [Button(LABELS[act][1], action_id=LABELS[act][0], value=id) for act in left]


def _done(view: View) -> list[Element]:
    return [Button("Done", action_id=DONE, value=str(view.contact_id), style="primary")]


def reminder(view: View, *, is_second: bool) -> Post:
    """Build the leader's card for when it is time to check in, or to do so once more."""
    again = " once more" if is_second else ""
    text = (
        f"Please check in with {mention(view.agent.id)}{again}: two minutes is enough. What you two say stays between "
        "you. Press *Done* afterwards."
    )
    blocks: list[Block] = [
        SectionBlock(text, block_id="hard_contact"),
        *_watch(view),
        ActionsBlock(_done(view), block_id="answers"),
    ]
    return Post(text, blocks, card=view.details.leader_card)


def checked_in_card(view: View) -> Post:
    """Build the leader's card after the first check-in."""
    text = "Thanks. I'll remind you to check in once more on the next working day."
    return Post(text, [SectionBlock(text, block_id="hard_contact"), *_watch(view)], card=view.details.leader_card)


def closed_leader_card(details: Details) -> Post:
    """Build the text that replaces a leader's card once there is nothing left to do."""
    return _plain(
        details.leader_card, "Thanks. There's nothing left to do, and I've deleted my record of who was involved."
    )


def handed_over_card(details: Details) -> Post:
    """Build the text that replaces the card of a leader who is no longer asked."""
    return _plain(details.leader_card, "You don't need to do anything more about this. Thanks.")


def closed_agent_card(details: Details) -> Post:
    """Build the text that replaces the agent's card once the record of the hard contact is deleted."""
    text = "This is closed, and I've deleted my record of who was involved. If it happens again, type `/handup hard`."
    return _plain(details.agent_card, text)


def _plain(card: str, text: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="hard_contact")], card=card)


def month_line(team: Team, month: date, count: int) -> list[Block]:
    """Build the line with a past month's count for a team's leaders; nothing if the count is 0."""
    if not count:
        return []
    text = f"{count_noun(count, 'hard contact')} in {month:%B}"
    return [context(text, f"hard_contacts_{team.id}")]
