"""Payloads of actions that need no button or form: commands, shortcuts, messages, reactions, joining and leaving.

`UWHO` stands for the outsider. Names, the channel, the queue and days in the payloads are the team's. Some of the
messages exist in the channel, and others never existed.
"""

import json
from collections.abc import Collection, Iterator
from typing import Any

from bot.slack.dispatcher import Kind
from tests.handlers.permissions.harness import GIVEN, IDEA, NOW, RITUAL, THANKED, WRITTEN, Act, command

TYPED = {
    "/1on1": ["", "help", "<@UANA>", "@ana", "<@UANA> done", "<@UKAI>", "topic", "topic <@UANA> pay", "topic pay",
        "ask", "ask <@UMAYA> soon", "done", "done <@UANA>", "done @ana"],
    "/balance": ["", "help", "log", "log strategy 90 staffing", "log people 30"],
    "/funtank": ["", "help", "celebrate", "celebrate the backlog is at zero", "rituals"],
    "/handup": ["", "help", "hard", "customer wants a refund", "<@UANA> is away", ":fire:"],
    "/idea": ["", "mine", "a macro for refunds"],
    "/promise": ["", "<@UANA> ask IT by Friday", "@ana ask IT", "ask IT in two weeks", "<@UKAI> ask IT"],
    "/queue": ["", "help", "break", "break 15", "break lunch", "calm", "calm phones", "done", "headsup",
        "headsup new prices", "history", "hooks", "join", "join 30 phones", "notes", "rules", "shadow",
        "shadow 30 phones", "spike phones 42 waiting"],
    "/roadblock": ["", "help", "mine", "the voucher tool logs us out", "<@UANA> is away", ":fire:"],
    "/shadow": ["", "help", "<@UANA>", "@ana", "<@UBEN> done", "done", "done <@UBEN> calm", "<@UKAI>", "visits",
        "visits done", "visits start", "visits pause", "visits resume"],
    "/shoutout": ["", "help", "mine", "team", "calm"],
    "/steward": ["", "help", "setup", "settings", "me", "away", "away 24 December", "back", "notice",
        "notice calls are recorded", "export", "audit", "pulse", "week", "voice", "queue hooks",
        "queue calm", "1on1 @ana", "banana"],
}  # fmt: skip
"""The texts typed after each command; those of shout-outs are in `THANKS`."""
THANKS = ["<@UANA> for calm", "@ana @ben for calm #calm", "private <@UANA> for calm", "<@UKAI> for calm"]
TO_ALL = ["<!channel> for calm", "@all for calm"]
NEVER = "1.000001"
LATER = f"{NOW.timestamp():.6f}"
PROFILE = {"id": "UWHO", "team_id": "T1", "is_admin": True, "is_owner": True, "tz": "UTC", "updated": 9, "profile": {}}
GROUP = {"id": "S1", "handle": "night", "users": ["UANA", "UWHO"], "date_update": 9}

CALLED = frozenset({"spikes", "asks", "spike_causes", "scheduled_jobs", "outbox", "lanes"})
"""Tables of spikes, which anybody in the channel can start by a message if the team has an alert rule for it."""
PROMISED = frozenset({"followups", "followup_events", "outbox", "lanes"})
"""Tables of promises, which leaders of other teams can make too, to anybody in the workspace."""
VOTED = frozenset({"idea_marks", "followup_supports", "outbox", "lanes"})
"""Tables of votes for ideas, which anybody in the workspace who sees the card can cast."""
WITHDRAWN = frozenset({"asks", "scheduled_jobs", "outbox", "lanes"})
"""Tables of asks, which are withdrawn as soon as the leader who was asked leaves."""


def doings() -> Iterator[Act]:
    for channel in ("C1", "D9"):
        for word, texts in TYPED.items():
            may = PROMISED if word == "/promise" else frozenset[str]()
            yield from (_typed(word, text, channel, may) for text in texts)
        yield from (_typed("/shoutout", text, channel, GIVEN) for text in THANKS)
        yield from (_typed("/shoutout", text, channel) for text in TO_ALL)
    for name in ("shoutouts:shortcut", "hand_ups:raise"):
        yield Act("shortcut", name, "anyone", json.dumps({"type": "shortcut", "callback_id": name}))
    for name in ("shoutouts:message", "promises:message", "roadblocks:message", "ideas:message"):
        for author in ("UWHO", "UANA", "UKAI", "UBOT", None):
            for ts in (WRITTEN, NEVER):
                yield _message_shortcut(name, author, ts)
    for name in ("zone", "country"):
        for value in ("", "lis", "ana", "phones"):
            said = {"type": "block_suggestion", "action_id": name, "block_id": name, "value": value}
            yield Act("block_suggestion", name, "anyone", json.dumps(said | {"view": {"id": "V1", "type": "modal"}}))
    yield from _events()


def _typed(word: str, text: str, channel: str, may: frozenset[str] = frozenset()) -> Act:
    return Act("slash_commands", word, f"{text!r} in {channel}", json.dumps(command(word, text, channel)), may)


def _message_shortcut(name: str, author: str | None, ts: str) -> Act:
    message = {"type": "message", "text": "done", "ts": ts} | ({"user": author} if author else {"bot_id": "B1"})
    said = {"type": "message_action", "callback_id": name, "message": message, "message_ts": ts}
    where = {"channel": {"id": "C1"}, "response_url": "https://x/1"}
    return Act("message_action", name, f"of {author} at {ts}", json.dumps(said | where))


def _events() -> Iterator[Act]:
    for tab in ("home", "messages"):
        yield _event("app_home_opened", user="UWHO", channel="D9", tab=tab)
    here = {"user": "UWHO", "channel": "C1"}
    yield _event("member_joined_channel", {"members"}, {"channel_members", "channels"}, **here)
    yield _event("member_left_channel", facts={"members", "channel_members", "channels", *WITHDRAWN}, **here)
    yield _event("dnd_updated_user", user="UWHO", dnd_status={"dnd_enabled": True, "next_dnd_start_ts": 1})
    for name in ("user_change", "team_join"):
        yield _event(name, user=PROFILE)
    yield _event("subteam_created", facts={"user_groups"}, subteam=GROUP)
    yield _event("subteam_updated", facts={"user_groups"}, subteam=GROUP)
    yield _event(
        "subteam_members_changed", subteam_id="S1", added_users=["UWHO"], removed_users=["UANA"], date_update=9
    )
    for channel in ("C1", "C2", "C404"):
        for kind in ("channel", "group"):
            whose = {"channels", "teams", "homes"} if channel == "C1" else set()
            yield _event(f"{kind}_rename", facts=whose, channel={"id": channel, "name": "renamed"})
            for end in ("archive", "deleted", "left", "unarchive"):
                yield _event(f"{kind}_{end}", facts=whose, channel=channel)
    yield _event("app_uninstalled", facts={"installations"})
    yield _event("tokens_revoked", facts={"installations"}, tokens={"bot": ["UBOT"], "oauth": []})
    yield from _messages()
    yield from _reactions()


def _event(name: str, may: Collection[str] = (), facts: Collection[str] = (), **event: Any) -> Act:
    said = {"type": "event_callback", "event": {"type": name, "event_ts": LATER, **event}}
    about = " ".join(str(event.get(each, "")) for each in ("subtype", "text", "reaction", "channel", "item"))
    return Act("event_callback", name, about, json.dumps(said), frozenset(may), frozenset(facts))


def _messages() -> Iterator[Act]:
    marks = {"cheered_messages", "cheers"}
    yield _message("kudos to <@UANA> for calm", GIVEN)
    yield _message("thanks <@UANA>")
    yield _message("so sad, she passed away", facts=marks)
    yield _message("my condolences", facts=marks, thread_ts=WRITTEN)
    yield _message("calm customers", thread_ts=RITUAL)
    yield _message("FIRING phones: 60 waiting (limit 20)", CALLED)
    yield _message("FIRING phones: 60 waiting", subtype="bot_message", bot_id="B9", username="ana")
    yield _message("<@UBOT> hooks of <@UANA>", facts={"outbox", "lanes"})
    for text in ("help", "hooks", "notes of <@UANA>", "kudos to <@UANA> for calm"):
        yield _message(text, channel="D9", channel_type="im")
    for ts in (WRITTEN, THANKED, NEVER):
        yield from _edits(ts)


def _message(text: str, may: Collection[str] = (), facts: Collection[str] = (), **more: Any) -> Act:
    there = {"channel": "C1", "channel_type": "channel", **more}
    return _event("message", may, facts, user="UWHO", text=text, ts=LATER, **there)


def _edits(ts: str) -> Iterator[Act]:
    """Yield an edit and a deletion of a message, as if the outsider had written it."""
    where = {"channel": "C1", "channel_type": "channel", "ts": LATER}
    was = {"type": "message", "user": "UWHO", "ts": ts, "text": "kudos to <@UBEN> for calm"}
    now = {**was, "text": "kudos to <@UANA> for calm", "edited": {"user": "UWHO", "ts": LATER}}
    yield _event("message", GIVEN, subtype="message_changed", message=now, previous_message=was, **where)
    alert = {**now, "text": "FIRING phones: 60 waiting (limit 20)"}
    yield _event("message", CALLED | GIVEN, subtype="message_changed", message=alert, previous_message=was, **where)
    yield _event("message", GIVEN, subtype="message_deleted", deleted_ts=ts, previous_message=was, **where)


def _reactions() -> Iterator[Act]:
    places = [{"type": "message", "channel": "C1", "ts": ts} for ts in (WRITTEN, THANKED, RITUAL, IDEA, NEVER)]
    for name in ("reaction_added", "reaction_removed"):
        for item in [*places, {"type": "file", "file": "F1"}]:
            for author in ("UANA", "UBOT", "UKAI", None):
                for emoji, may in (
                    ("raised_hands", GIVEN), ("tada", frozenset()), ("cry", frozenset()), ("+1", frozenset()),
                ):  # fmt: skip
                    glad = may | {"cheered_messages", "cheers"}
                    glad |= VOTED if emoji == "+1" else set()
                    yield _event(name, glad, user="UWHO", reaction=emoji, item=item, item_user=author)


KINDS = {
    "slash_commands": Kind.COMMAND,
    "block_actions": Kind.ACTION,
    "view_submission": Kind.VIEW,
    "shortcut": Kind.SHORTCUT,
    "message_action": Kind.SHORTCUT,
    "block_suggestion": Kind.OPTIONS,
    "event_callback": Kind.EVENT,
}
"""The kind of listener for each of Slack's payload types."""
