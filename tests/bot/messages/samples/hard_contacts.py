"""Samples of hard contacts: forms, both cards in every state, reminders, refusals, and the monthly count."""

from datetime import date
from typing import Any

from bot.features.hard_contacts import Act, Details, Settings
from bot.messages import hard_contacts
from bot.messages.hard_contacts import Choice, View
from bot.refusals import breaks as breaks_refusals
from bot.refusals import hard_contacts as refusals
from tests.bot.messages.samples.people import ANA, DAY, MAYA, NOW, OTHER_TEAM, TEAM, TOM, show, team

LINKED, SILENT = team(), team()
Settings(page="End it & <leave>.", link="https://harbour.example/rules").keep(LINKED)
Settings(page="").keep(SILENT)


def view(
    about: Any = TEAM, *acts: Act, ticket: str = "", now: Any = NOW, can_watch: bool = False, **more: Any
) -> View:  # fmt: skip
    answered = {"first_check_in_at": NOW, "second_check_in_at": NOW + DAY} if acts else {}
    details = Details(
        agent_id=ANA.id, leader_id=MAYA.id, ticket=ticket, asked_at=NOW, asked_ids=[MAYA.id],
        acts=list(acts), agent_card="dm:1", leader_card="dm:2", **answered, **more,
    )  # fmt: skip
    return View(1, details, about, ANA, MAYA, now, can_watch)


ASKED, CHECKED, ALL = view(), view(TEAM, Act.CHECK_IN), view(TEAM, *Act)
WATCHABLE = view(TEAM, Act.CHECK_IN, ticket="#4711", can_watch=True)
CHOICES = [Choice(TEAM, MAYA), Choice(TEAM, TOM)]

SAMPLES = [
    show("", hard_contacts.form, CHOICES),
    show("two teams, from a hand-up", hard_contacts.form, [*CHOICES, Choice(OTHER_TEAM, TOM)], hand_up_id=7),
    show("", hard_contacts.other_leader_form, CHOICES[1:], 1),
    show("asked", hard_contacts.agent_card, ASKED),
    show("asked, with a link", hard_contacts.agent_card, view(LINKED)),
    show("asked, no page", hard_contacts.agent_card, view(SILENT)),
    show("no answer", hard_contacts.agent_card, view(needs_another=True)),
    show("leader leads no more", hard_contacts.agent_card, view(needs_another=True, is_leader_gone=True)),
    *(show(act, hard_contacts.agent_card, view(TEAM, act)) for act in Act),
    show("everything", hard_contacts.agent_card, ALL),
    show("", hard_contacts.closed_agent_card, ASKED.details),
    show("asked", hard_contacts.leader_card, ASKED),
    show("asked, with a ticket", hard_contacts.leader_card, view(ticket="#12 <angry>")),
    show("checking in", hard_contacts.leader_card, CHECKED),
    show("checking in, with a ticket tool", hard_contacts.leader_card, WATCHABLE),
    show("everything", hard_contacts.leader_card, ALL),
    show("first", hard_contacts.reminder, CHECKED, is_second=False),
    show("second", hard_contacts.reminder, view(TEAM, Act.CHECK_IN, now=NOW + DAY), is_second=True),
    show("first, with a ticket tool", hard_contacts.reminder, WATCHABLE, is_second=False),
    show("", hard_contacts.checked_in_card, CHECKED),
    show("with a ticket tool", hard_contacts.checked_in_card, WATCHABLE),
    show("", hard_contacts.closed_leader_card, ASKED.details),
    show("", hard_contacts.handed_over_card, ASKED.details),
    show("none", hard_contacts.month_line, TEAM, date(2026, 10, 1), 0),
    show("some", hard_contacts.month_line, TEAM, date(2026, 10, 1), 4),
    show("unknown", refusals.nobody_at_work, ""),
    show("", refusals.nobody_at_work, "Monday, 23 November at 09:00"),
    show("", refusals.not_at_work, "@Maya"),
    show("", breaks_refusals.already_on_break, "@Ana"),
]

NOT_SHOWN = {hard_contacts.choice_value: "the value of an option"}
