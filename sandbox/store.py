"""SQLite storage for the workspace's documents and messages, committed before each response is sent."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.slack_types import Json

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT, id TEXT, position INTEGER, body TEXT, PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS in_order ON documents (kind, position);
CREATE TABLE IF NOT EXISTS messages (
    channel TEXT, ts TEXT, thread TEXT, in_channel INTEGER, body TEXT, PRIMARY KEY (channel, ts)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS in_threads ON messages (channel, thread, ts) WHERE thread IS NOT NULL;
CREATE INDEX IF NOT EXISTS in_channels ON messages (channel, ts) WHERE in_channel;
"""


META = "meta"
TOLD = ("view", "home", "user", "channel", "usergroup", "bot")


class Store:
    """One SQLite connection, used from one thread, in WAL mode: committed transactions survive a killed process."""

    on_change: Callable[..., None] = staticmethod(lambda *changes: None)
    """Callback that receives the changes of each transaction after its commit."""

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._data = data
        self._lock = sqlite3.connect(data / "lock.sqlite3", isolation_level=None, timeout=0)
        self._db = sqlite3.connect(data / "sandbox.sqlite3", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(SCHEMA)
        self._changes: list[Json] = []
        self._meta: dict[str, Json | None] = {}
        """The documents of kind `meta` that have been read or written, because every call reads some of them."""

    def hold(self) -> None:
        """Lock the data folder until `close` or the end of the process; raise OSError if another sandbox uses it."""
        try:
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise OSError(f"Another sandbox is running in {self._data}; choose another folder") from None

    def close(self) -> None:
        self._lock.close()
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block in a transaction: commit, or roll back on an exception. Nested blocks join the outer one."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            self._meta.clear()
            self._changes.clear()
            raise
        self._db.execute("COMMIT")
        self._tell()

    def _changed(self, change: Json) -> None:
        self._changes.append(change)
        if not self._db.in_transaction:
            self._tell()

    def _tell(self) -> None:
        changes, self._changes = self._changes, []
        if changes:
            self.on_change(*changes)

    def get(self, kind: str, id: str) -> Json | None:
        if kind == META:
            if id not in self._meta:
                self._meta[id] = self._get(kind, id)
            kept = self._meta[id]
            return None if kept is None else dict(kept)
        return self._get(kind, id)

    def _get(self, kind: str, id: str) -> Json | None:
        row = self._db.execute("SELECT body FROM documents WHERE kind = ? AND id = ?", (kind, id)).fetchone()
        return _read(row[0]) if row else None

    def find(self, kind: str, key: str, value: str) -> Json | None:
        """Return the first document of a kind whose `key` has this value, or None."""
        found = self._db.execute(
            "SELECT body FROM documents WHERE kind = ? AND json_extract(body, ?) = ? ORDER BY position LIMIT 1",
            (kind, f"$.{key}", value),
        ).fetchone()
        return _read(found[0]) if found else None

    def put(self, kind: str, id: str, body: Json) -> None:
        """Insert or replace a document; a replaced document keeps its position."""
        self._db.execute(
            "INSERT INTO documents VALUES (?1, ?2, (SELECT ifnull(max(position), 0) + 1 FROM documents"
            " WHERE kind = ?1), ?3) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, id, json.dumps(body)),
        )
        if kind == META:
            self._meta[id] = body
        if kind in TOLD:
            self._changed({"what": kind, "id": id, "user": body.get("user")})

    def drop(self, kind: str, id: str) -> None:
        self._db.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, id))
        self._meta.pop(id, None)
        if kind in TOLD:
            self._changed({"what": kind, "id": id})

    def rewrite(self, change: Callable[[str], str]) -> None:
        """Replace the text of every document and message, and with it their ids, in a new store."""
        self._meta.clear()
        documents = self._db.execute("SELECT kind, id, position, body FROM documents").fetchall()
        messages = self._db.execute("SELECT channel, ts, thread, in_channel, body FROM messages").fetchall()
        self._db.execute("DELETE FROM documents")
        self._db.execute("DELETE FROM messages")
        for kind, id, position, body in documents:
            self._db.execute("INSERT INTO documents VALUES (?, ?, ?, ?)", (kind, change(id), position, change(body)))
        for channel, *rest, body in messages:
            self._db.execute("INSERT INTO messages VALUES (?, ?, ?, ?, ?)", (change(channel), *rest, change(body)))

    def keep_newest(self, kind: str, count: int) -> None:
        """Delete all documents of a kind except the newest `count`."""
        self._db.execute(
            "DELETE FROM documents WHERE kind = ?1 AND position <="
            " (SELECT max(position) FROM documents WHERE kind = ?1) - ?2",
            (kind, count),
        )

    def all(self, kind: str) -> list[Json]:
        """Return every document of a kind, in insertion order."""
        rows = self._db.execute("SELECT body FROM documents WHERE kind = ? ORDER BY position", (kind,))
        return [_read(body) for (body,) in rows]

    def message(self, channel: str, ts: str) -> Json | None:
        row = self._db.execute("SELECT body FROM messages WHERE channel = ? AND ts = ?", (channel, ts)).fetchone()
        return _read(row[0]) if row else None

    def put_message(self, channel: str, message: Json) -> None:
        ts, root = message["ts"], message.get("thread_ts")
        thread = root if root != ts else None
        in_channel = thread is None or message.get("subtype") == "thread_broadcast"
        self._db.execute(
            "INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?)",
            (channel, ts, thread, in_channel, json.dumps(message)),
        )
        self._changed({"what": "message", "channel": channel, "ts": ts, "thread": thread})

    def drop_message(self, channel: str, ts: str) -> None:
        self._db.execute("DELETE FROM messages WHERE channel = ? AND ts = ?", (channel, ts))
        self._changed({"what": "message", "channel": channel, "ts": ts})

    def newest_ts(self, channel: str) -> str | None:
        row = self._db.execute("SELECT max(ts) FROM messages WHERE channel = ?", (channel,)).fetchone()
        return str(row[0]) if row[0] else None

    def in_channel(self, channel: str, *, after: str, before: str, limit: int) -> list[Json]:
        """Return messages shown in the channel, not only in a thread, including ephemeral ones, newest first.

        `after` and `before` are exclusive `ts` bounds.
        """
        rows = self._db.execute(
            "SELECT body FROM messages WHERE channel = ? AND in_channel AND ts > ? AND ts < ? ORDER BY ts DESC LIMIT ?",
            (channel, after, before, limit),
        )
        return [_read(body) for (body,) in rows]

    def in_thread(self, channel: str, thread: str) -> list[Json]:
        """Return the replies of a thread, without its root, including ephemeral ones, oldest first."""
        rows = self._db.execute(
            "SELECT body FROM messages WHERE channel = ? AND thread = ? ORDER BY ts", (channel, thread)
        )
        return [_read(body) for (body,) in rows]


def _read(body: str) -> Json:
    document: Json = json.loads(body)
    return document
