"""Write the table in docs/privacy.md for `make docs`, from the declarations of personal data next to each model."""

import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import bot.db.migrations.metadata  # noqa: E402, F401
from bot.db.models import table  # noqa: E402
from bot.db.personal_data import DECLARED, WITH_ITS_PARENT, Column, Erase, Keep, Personal, Reader  # noqa: E402

PAGE = Path(__file__).with_suffix(".md")
START, END = (
    "<!-- Written by `make docs`; a test compares it with the code. -->\n",
    "<!-- End of the written part. -->\n",
)
HEAD = """\
| what | who can read it in Slack | whose export has it | what an erase does | how long |
| --- | --- | --- | --- | --- |
"""
THINGS = {
    "alert_rules": "alert rules",
    "asks": "questions to leaders whether they can help",
    "breaks": "breaks off the queue",
    "celebrations": "wins that somebody celebrated",
    "channel_members": "who is in a channel",
    "cheers": "reactions to a team's messages",
    "cover_slots": "launches: who covers an hour",
    "debriefs": "spikes: who was asked what held agents back",
    "disposable_keys": "keys of the pulse, encrypted",
    "erasures": "whose data is being erased, and hashes of those whose data has been",
    "followup_events": "roadblocks, ideas and promises: each step",
    "followup_supports": "votes and *Me too*",
    "followups": "roadblocks, ideas and promises",
    "hand_ups": "hand-ups",
    "hard_contact_months": "hard contacts: counts by month",
    "hard_contacts": "hard contacts, encrypted",
    "heads_ups": "launches that somebody announced",
    "homes": "when somebody opened Home",
    "idea_marks": "reactions to the card of an idea",
    "lanes": "to whom messages wait to be sent",
    "leader_weeks": "which weeks a leader was sent",
    "log_keys": "keys of the hashes in logs, encrypted",
    "meetings": "one-on-ones, shadowing and visits: requests and outcomes; the organizer's notes, encrypted",
    "members": "roles in teams",
    "notes": "one-on-ones: notes, encrypted",
    "notice_questions": "change notices: questions, encrypted",
    "notice_receipts": "change notices: who pressed what",
    "notices": "change notices",
    "nudge_checks": "how often somebody answered reminders in each hour of the day, if they agreed; when they are "
    "checked for reminders next",
    "nudges": "reminders and answers to them",
    "occasions": "birthdays and anniversaries of this year",
    "outbox": "messages to send, encrypted",
    "people": "name, time zone, Do Not Disturb, absences, choices, mutes and birthday",
    "personal_exports": "who waits for an export",
    "pulse_answers": "pulse: answers of a running round, encrypted",
    "pulse_comments": "pulse: comments that are shown, encrypted",
    "pulse_invitations": "pulse: who is asked, encrypted",
    "pulse_rounds": "pulse: results",
    "ritual_answers": "rituals: answers in a quiz",
    "ritual_pairs": "rituals: who had coffee with whom",
    "ritual_participations": "rituals: who took part",
    "ritual_runs": "rituals: hosts",
    "rituals": "rituals of a team's own",
    "rule_previews": "drafts of alert rules",
    "series": "pairs that have one-on-ones",
    "settings_changes": "audit log of settings",
    "shoutout_credits": "shout-outs: who was credited by whom",
    "shoutouts": "shout-outs; private ones encrypted",
    "signatures": "birthdays: signatures before the day, encrypted",
    "spikes": "spikes",
    "stints": "when a leader helped with a queue",
    "teams": "teams: sponsor and settings",
    "ticket_watches": "watched tickets, encrypted",
    "time_entries": "balance: how a leader's time was spent",
    "topics": "one-on-ones: topics, encrypted",
    "user_groups": "members of Slack's user groups",
    "visit_debriefs": "visits: the sponsor's notes, encrypted",
    "voice_months": "voice of the frontline: what the sponsor was sent, encrypted",
    "webhooks": "connections of alert tools: who made them",
}
"""What each table holds that is about people."""
READERS = {
    Reader.NOBODY: "nobody",
    Reader.NAMED: "only the people in it",
    Reader.LEADERS: "the team's leaders",
    Reader.TEAM: "the team",
    Reader.AS_CHOSEN: "whoever its writer chose",
    Reader.OPERATOR: "whoever runs Steward",
}
ERASES = {
    Erase.DELETE: "deleted",
    Erase.UNNAME: "name removed",
    Erase.CLEAR: "name removed",
    Erase.TAKE_OUT: "name removed",
    Erase.DELETE_WORDS: "name and words removed",
}
PEOPLE = {
    "agent_id": "the agent",
    "attendee_id": "who is asked",
    "author_id": "who wrote it",
    "by_id": "who took the step",
    "caller_id": "who called it",
    "changed_by": "who changed it",
    "comment_by": "who commented",
    "followups.author_id": "who raised it",
    "followups.owner_id": "the owner (of promises)",
    "giver_id": "the giver",
    "helper_id": "the leader who helped",
    "host_id": "the host",
    "id": "the person",
    "later_id": "the leader who comes later",
    "leader_id": "the leader",
    "named": "receivers whom the card names",
    "one_id": "both",
    "organizer_id": "who asks",
    "other_id": "both",
    "person_id": "the person",
    "receiver_id": "the receivers",
    "receivers": "the receivers",
    "recipient_id": "who it is promised to",
    "series.agent_id": "the agent",
    "signer_id": "who signed",
    "sponsor_id": "the sponsor",
    "user_id": "the person",
}
"""Words for columns with people, for all tables or, as `table.column`, for one."""
SEALED_PEOPLE = {"hard_contacts": "the agent", "ticket_watches": "the leader"}
"""Whose export has the rows of tables that name people only in encrypted values."""
PERIODS = {
    "asks.answered_at": "after a no",
    "asks.asked_at": "after they were asked",
    "breaks.asked_at": "after it was asked for",
    "celebrations.made_at": "after it was made",
    "followups.closed_at": "after it was closed",
    "hand_ups.raised_at": "after it was raised",
    "hard_contact_months.month": "for the counts",
    "hard_contacts.raised_on": "at most; usually until the second check-in or for three working days",
    "heads_ups.ends_at": "after its end",
    "homes.opened_at": "after Home was opened last",
    "leader_weeks.closed_at": "after it was sent",
    "meetings.ended_at": "after it ended",
    "meetings.ended_at 30": "after a no",
    "notes.made_at": "after they were written, once the two no longer meet",
    "notices.ended_at": "after it ended",
    "nudges.said_at": "after it was sent",
    "occasions.due_at": "after the day",
    "outbox.settled_at": "after it was sent, without its text",
    "pulse_comments.closed_at": "after the round closed",
    "pulse_rounds.closed_at": "after the round closed",
    "ritual_runs.starts_at": "after the day",
    "series.ended_at": "after the two stopped meeting",
    "settings_changes.changed_at": "after the change",
    "shoutouts.given_at": "after it was given",
    "shoutouts.made_at": "if it waits or was taken back",
    "shoutouts.made_at 7": "if it was only offered",
    "shoutouts.undone_at": "after it was taken back",
    "spikes.resolved_at": "after its end",
    "stints.ended_at": "after its end",
    "ticket_watches.asked_on": "after it was asked for",
    "time_entries.started_at": "after the time",
    "topics.made_at": "after they were written, once the two no longer meet",
    "voice_months.drafted_at": "after it was drafted",
}
"""What each period is counted from or concerns, by column, or by column and days."""
REASONS = {
    WITH_ITS_PARENT: "with what it belongs to",
    "gone when its form is": "until the form is closed",
    "one row a conversation": "while Steward is installed",
    "what Slack knows now": "while Slack says so",
    "what a team chose": "while the team exists",
    "what a workspace set up": "while Steward is installed",
    "who is in a team, while they are": "while they are in the team",
}
"""Words for the reasons of declarations without a period. Those that are not here are words already."""
HELD = tuple(DECLARED[model] for model in DECLARED if DECLARED[model].people or DECLARED[model].words)


def render_table() -> str:
    """Return one row for each table, except those that say the same of the same thing."""
    return HEAD + "".join(dict.fromkeys(sorted(map(_row, HELD), key=str.lower)))


def render_page(page: str) -> str:
    """Return the page with a new table between the two marks, and everything else as it is."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}{render_table()}{END}{after}"


def _row(declared: Personal) -> str:
    cells = [
        THINGS[table(declared.model).name],
        READERS[declared.read_by],
        _joined(_exporters(declared)) or "nobody's",
        _joined(_erases(declared)) or "nothing to find",
        _joined(_periods(declared)),
    ]
    return f"| {' | '.join(cells)} |\n"


def _joined(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(words))


def _who(column: Column) -> str:
    return PEOPLE.get(f"{table(column.class_).name}.{column.key}") or PEOPLE[column.key]


def _exporters(declared: Personal) -> list[str]:
    name = table(declared.model).name
    return [SEALED_PEOPLE[name]] if declared.find_exported else [_who(each) for each in declared.exporters]


def _erases(declared: Personal) -> list[str]:
    if isinstance(declared.on_erase, Erase):
        return [ERASES[declared.on_erase]] if declared.people or declared.find_exported else []
    done = {column: ERASES[declared.erase_by(column)] for column in declared.people}
    alike = len({*done.values()}) == 1
    return [words if alike else f"for {_who(column)}: {words}" for column, words in done.items()]


def _periods(declared: Personal) -> list[str]:
    if isinstance(declared.keep, str):
        return [REASONS.get(declared.keep, declared.keep)]
    return [_period(each) for each in declared.periods]


def _period(keep: Keep) -> str:
    column, days = keep.counted_from, keep.period.days
    name = f"{table(column.class_).name}.{column.key}"
    return f"{days} days {PERIODS.get(f'{name} {days}') or PERIODS[name]}"


if __name__ == "__main__":
    PAGE.write_text(render_page(PAGE.read_text()))
