"""Cards and news of roadblocks, for the channel and for each person concerned."""

from collections.abc import Collection

from bot.features.visits.themes import theme_label
from bot.followups.models import Audience, Followup, Reason, State
from bot.followups.rules import INSIDERS, Role, Step
from bot.messages.followups.cards import REOPENS_BEFORE_SPONSOR, View, has_sponsor, with_reason
from bot.slack.mrkdwn import capitalize_first, count_noun, escape, shortened
from bot.text.formats import on

FORM = "roadblocks:form"
NEW = "roadblocks:new"
MESSAGE = "roadblocks:message"
NAME = "roadblocks:name"
UNNAME = "roadblocks:unname"
LEADERS = "roadblocks:leaders"
UNDO = "roadblocks:undo"
SAME = "roadblocks:same"
BACK = "roadblocks:back"
FILTER = "roadblocks:filter"
YES = "roadblocks:yes"
YES_NAMED = "roadblocks:yes_named"

SHOWN = "shown"
THEME = "theme"
DESTINATION = "destination"
LINK = "link"
OPEN = "open"
MINE = "mine"
"""Filters of the list; every other filter is a theme."""

LABELS = {
    Step.TAKE: "I'll take it",
    Step.ACCEPT: "I'll take it",
    Step.ANSWER: "It's cleared",
    Step.CONFIRM: "It's cleared",
    Step.REOPEN: "Still there",
    Step.WAIT: "Waiting for…",
    Step.HAND_ON: "Hand it over",
    Step.ASK_SPONSOR: "Ask the sponsor",
    Step.SEND_BACK: "Send it back",
    Step.HAND_BACK: "Give it back",
}
STEPS = tuple(LABELS)
CHANNEL = (Role.LEADER,)
SIGN = ":construction:"
VISIBLE = ", visible to leaders only"
LONGEST_PART = 300


def label(followup: Followup, step: Step) -> str:
    """Return the label of a step's button."""
    return "It's back" if step == Step.REOPEN and followup.is_closed else LABELS[step]


def headline(view: View, roles: Collection[Role]) -> str:
    """Describe the state of a roadblock."""
    this = view.followup
    if is_asked_sponsor(view, roles):
        where = f"in <#{view.team.channel_id}>"
        return f"{view.owner} is asking for your help with a roadblock {where}, and wrote this for you:"
    match this.state:
        case State.OPEN if Role.AUTHOR in roles:
            return f"You raised this roadblock{_how(this)}:"
        case State.OPEN:
            where = VISIBLE if this.audience == Audience.LEADERS else ""
            return f"{SIGN} {capitalize_first(view.author)} raised this roadblock{where}:"
        case State.OWNED if Role.OWNER in roles:
            by = f" and want to clear it by *{on(this.due_on)}*" if this.due_on else ""
            return f"You're working on this roadblock{by}{_help(view) or ':'}"
        case State.OWNED:
            by = f" and wants to clear it by *{on(this.due_on)}*" if this.due_on else ""
            return f"{SIGN} {view.owner} is working on this roadblock{by}:"
        case State.ANSWERED if Role.OWNER in roles and Role.AUTHOR not in roles:
            return "This roadblock was marked as cleared and is waiting for confirmation:"
        case State.ANSWERED if {Role.AUTHOR, Role.SUPPORTER} & set(roles):
            return "Is this roadblock cleared?"
        case State.ANSWERED:
            return "This roadblock was marked as cleared:"
        case State.CLOSED if this.reason != Reason.DONE:
            return "I didn't get an answer, so I haven't logged this roadblock. You can still log it with `/roadblock`."
        case State.CLOSED:
            return ":white_check_mark: This roadblock is cleared:"
        case _:
            return "Log this as a roadblock?"


def is_asked_sponsor(view: View, roles: Collection[Role]) -> bool:
    """Return whether the reader is a sponsor whom the owner has asked, and who has not answered yet."""
    is_outsider = Role.SPONSOR in roles and not INSIDERS & set(roles)
    return is_outsider and view.followup.with_sponsor_since is not None


def _how(this: Followup) -> str:
    where = VISIBLE if this.audience == Audience.LEADERS else ""
    return where if this.is_named else f"{where}{' and' if where else ''} with your name hidden"


def _help(view: View) -> str:
    count = view.followup.reopened_count
    if count < REOPENS_BEFORE_SPONSOR or view.followup.with_sponsor_since is not None or not has_sponsor(view):
        return ""
    often = "twice" if count == REOPENS_BEFORE_SPONSOR else f"{count} times"
    return f". It has been reopened {often}, so you could ask the sponsor for help."


def status(view: View, roles: Collection[Role]) -> str:
    """Return the small print: what the owner waits for, how many are affected, theme, destination, link, outcome."""
    this = view.followup
    if Role.SPONSOR in roles and not INSIDERS & set(roles):
        return ""
    if this.state in (State.ANSWERED, State.CLOSED) and this.outcome:
        return f"What was done: {shortened(escape(this.outcome), LONGEST_PART)}"
    parts = [
        waiting_line(this),
        "The sponsor has been asked for help" if this.with_sponsor_since else "",
        f"Affects {count_noun(view.supporters + 1, 'person').replace('persons', 'people')}" if view.supporters else "",
        theme_label(this.theme) if this.theme else "",
        f"Area: {this.destination}" if this.destination else "",
        f"Raised by {view.author}" if this.is_named and this.state != State.OPEN and Role.AUTHOR not in roles else "",
        source_link(this),
    ]
    return " · ".join(filter(None, parts))


def waiting_line(this: Followup) -> str:
    """Say what the owner waits for; empty if the owner waits for nothing."""
    if not this.waiting_until or this.state != State.OWNED:
        return ""
    return f"Waiting for {shortened(escape(this.waiting_for), LONGEST_PART)} until {on(this.waiting_until)}"


def source_link(this: Followup) -> str:
    """Return the link or ticket, unless it leads to a message that shows who an unnamed author is."""
    place = this.source.removeprefix("message:").replace(":", "/p").replace(".", "")
    if not this.link or (not this.is_named and this.source.startswith("message:") and place in this.link):
        return ""
    is_address = this.link.startswith(("https://", "http://")) and not any(mark in this.link for mark in "<>| ")
    label = "See the message" if place and place in this.link else "See more"
    return f"<{this.link}|{label}>" if is_address else escape(this.link)


def news(view: View, step: Step, text: str, by: str, role: Role) -> str:
    """Tell the author, the owner, the sponsor or a supporter about a step that somebody else took."""
    match step, role:
        case (Step.RAISE, Role.LEADER):
            return headline(view, {role})
        case ((Step.TAKE | Step.ACCEPT), (Role.AUTHOR | Role.LEADER)) if step == Step.ACCEPT or role == Role.AUTHOR:
            return f"{view.owner} is working on this roadblock:"
        case (Step.HAND_ON, Role.OWNER):
            return f"{by} handed this roadblock over to you:"
        case (Step.HAND_ON, Role.AUTHOR):
            return f"{view.owner} is working on this roadblock now:"
        case (Step.HAND_BACK, Role.AUTHOR) if view.followup.audience == Audience.PAIR:
            return f"{_handed_back(by)} The team doesn't know about it. To tell them, use `/roadblock`."
        case (Step.HAND_BACK, Role.AUTHOR):
            return f"{_handed_back(by)} I'll ask the team's leaders to take it."
        case (Step.WAIT, Role.AUTHOR):
            return f"{view.owner} has put this roadblock on hold:"
        case (Step.ASK_SPONSOR, Role.SPONSOR):
            return headline(view, {role})
        case (Step.ASK_SPONSOR, Role.AUTHOR):
            return f"{view.owner} needs help with this roadblock:"
        case (Step.SEND_BACK, Role.OWNER):
            return with_reason(f"{by} sent this roadblock back to you", text)
        case _:
            return _end(view, step, by, role)


def _handed_back(by: str) -> str:
    """Say who no longer works on a roadblock; `by` is empty if its owner is away or has lost the role."""
    return f"{by} is no longer working on this roadblock." if by else "Nobody is working on this roadblock any more."


def _end(view: View, step: Step, by: str, role: Role) -> str:
    match step, role:
        case (Step.ANSWER, Role.AUTHOR | Role.SUPPORTER):
            return f"{by} says this roadblock is cleared. Is it?"
        case (Step.ANSWER, Role.OWNER):
            return f"{by} says this roadblock is cleared:"
        case (Step.CONFIRM, Role.OWNER):
            return ":white_check_mark: This roadblock is cleared. Thank you."
        case ((Step.CONFIRM | Step.EXPIRE), Role.SUPPORTER):
            return headline(view, {role})
        case (Step.EXPIRE, Role.OWNER):
            return ":white_check_mark: Nobody said that this roadblock is still there, so I've closed it:"
        case (Step.EXPIRE, Role.AUTHOR) if view.followup.reason == Reason.DONE:
            return "I haven't heard from you, so I've closed this roadblock. If it isn't cleared, press *It's back*."
        case (Step.REOPEN, Role.OWNER):
            return f"This roadblock is back with you{_help(view) or ':'}"
        case (Step.REOPEN, Role.AUTHOR | Role.LEADER):
            return "This roadblock is back:"
        case _:
            return ""
