"""Message history of the three weeks before the first morning, read from `history.txt`."""

import re
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from sandbox import rich_text
from sandbox.clock import HOME, timestamp
from sandbox.seed import ALERT_BOT, channel_id, user_id
from sandbox.slack_types import Json
from sandbox.store import Store

STORY = Path(__file__).with_name("history.txt")
DAY = re.compile(r"## (?P<days>\d+)")
POST = re.compile(r"(?P<time>\d\d:\d\d) #(?P<channel>\S+) (?P<who>\w+): (?P<text>.+)")
REPLY = re.compile(r"  > (?P<time>\d\d:\d\d) (?P<who>\w+): (?P<text>.+)")
REACTION = re.compile(r"  \+ (?P<name>\S+) (?P<who>.+)")


class HistoryMessage(NamedTuple):
    """A message of the history, with the id of its channel."""

    channel: str
    message: Json


def write(store: Store, start: datetime, team: Json) -> None:
    for channel, message in read_history(start, team):
        store.put_message(channel, message)


def read_history(start: datetime, team: Json) -> list[HistoryMessage]:
    """Return the messages of `history.txt`, with their replies and reactions."""
    story: list[HistoryMessage] = []
    day = start
    for number, line in enumerate(STORY.read_text(encoding="utf-8").splitlines()):
        if found := DAY.fullmatch(line):
            day = start - timedelta(days=int(found["days"]))
        elif found := POST.fullmatch(line):
            root = HistoryMessage(channel_id(found["channel"]), _message(day, number, found, team))
            story.append(root)
        elif found := REPLY.fullmatch(line):
            reply = HistoryMessage(root.channel, _message(day, number, found, team))
            _thread(root.message, reply.message)
            story.append(reply)
        elif found := REACTION.fullmatch(line):
            _react(story[-1].message, found["name"], found["who"].split())
    return story


def _message(today: datetime, number: int, line: re.Match[str], team: Json) -> Json:
    at = datetime.combine(today.astimezone(HOME).date(), time.fromisoformat(line["time"]), HOME)
    ts = timestamp(at + timedelta(microseconds=100 * number + 19))
    if line["who"] == "queuewatch":
        return alert(ts, line["text"])
    text = re.sub(r"@(\w+)", lambda name: f"<@{user_id(name[1])}>", line["text"])
    return {
        "type": "message",
        "user": user_id(line["who"]),
        "text": text,
        "ts": ts,
        "team": team["id"],
        "blocks": rich_text.blocks(text, block_id=f"h{number}"),
    }


def alert(ts: str, text: str) -> Json:
    """Build an alert as a classic app posts it: a `bot_message` without a user."""
    color = "good" if text.startswith("RESOLVED") else "danger"
    return {
        "type": "message",
        "subtype": "bot_message",
        "bot_id": ALERT_BOT,
        "username": "queuewatch",
        "text": text,
        "ts": ts,
        "attachments": [{"id": 1, "color": color, "fallback": text, "text": text}],
    }


def _thread(root: Json, reply: Json) -> None:
    root.setdefault("reply_count", 0)
    users = root.setdefault("reply_users", [])
    if reply["user"] not in users:
        users.append(reply["user"])
    root["reply_count"] += 1
    root |= {"thread_ts": root["ts"], "reply_users_count": len(users), "latest_reply": reply["ts"]}
    root |= {"is_locked": False, "subscribed": False}
    reply |= {"thread_ts": root["ts"], "parent_user_id": root["user"]}


def _react(message: Json, name: str, who: list[str]) -> None:
    users = [user_id(person) for person in who]
    message.setdefault("reactions", []).append({"name": name, "users": users, "count": len(users)})
