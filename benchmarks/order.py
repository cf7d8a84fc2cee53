"""How often neighbours in a conversation swap places when two replicas send at once (PostgreSQL).

Ours: two relays that claim lanes. Against it two senders that claim rows with FOR UPDATE SKIP LOCKED, hold them
while they send, and mark them, one row or ten at a time. Each conversation gets its messages in one burst; a
stand-in for Slack takes 5 to 60 ms over each and notes what arrived. Swapped: of two neighbours, the later came first.
"""

import asyncio
import itertools

import aiohttp
from sqlalchemy import text

from benchmarks import databases, figures
from benchmarks.arrivals import Arrivals, Standing
from bot import outbox
from bot.clock import Clock
from bot.database import Database
from bot.directory import Address
from bot.messages.post import Post
from bot.outbox.relay import Relay

ROUNDS = 3
WORKSPACES = [f"T{number}" for number in range(12)]
MESSAGES = 11
"""Not a multiple of ten, or batches of ten would keep the order by luck."""


async def by_lanes(replicas: list[Database], http: aiohttp.ClientSession) -> Arrivals:
    slack, clock = Arrivals(MESSAGES * len(WORKSPACES)), Clock()
    for workspace in WORKSPACES:
        async with replicas[0].begin() as session:
            for number in range(MESSAGES):
                to = Address(workspace, f"C{workspace}")
                await outbox.put(session, Post(str(number)), to=to, not_before=clock.now())
    relays = [Relay(database, Standing(database, http, slack), clock) for database in replicas]
    running = [asyncio.create_task(relay.run()) for relay in relays]
    await slack.has_all.wait()
    await asyncio.gather(*(relay.stop() for relay in relays))
    await asyncio.gather(*running)
    return slack


async def by_rows(replicas: list[Database], most: int) -> Arrivals:
    slack = Arrivals(MESSAGES * len(WORKSPACES))
    async with replicas[0].writer.begin() as connection:
        await connection.execute(text("CREATE TABLE IF NOT EXISTS line (id serial, place text, n int, sent bool)"))
        for workspace, number in itertools.product(WORKSPACES, range(MESSAGES)):
            line = {"place": f"C{workspace}", "n": number}
            await connection.execute(text("INSERT INTO line (place, n, sent) VALUES (:place, :n, false)"), line)
    await asyncio.gather(*(_send_rows(database, slack, most) for database in replicas))
    return slack


async def _send_rows(database: Database, slack: Arrivals, most: int) -> None:
    claim = text("SELECT * FROM line WHERE NOT sent ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED")
    rows = True
    while rows:
        async with database.writer.begin() as connection:
            claimed = (await connection.execute(claim, {"most": most})).all()
            for line in claimed:
                await slack.arrive(line.place, line.n)
                await connection.execute(text("UPDATE line SET sent = true WHERE id = :id"), {"id": line.id})
            rows = bool(claimed)


async def main() -> None:
    figures.title(f"Neighbours swapped, of {len(WORKSPACES)} × {MESSAGES} messages", "SQLAlchemy", "asyncpg")
    found: dict[str, list[float]] = {"claiming lanes": [], "claiming rows, 1 at a time": [], "10 at a time": []}
    async with databases.postgresql(replicas=2) as replicas, aiohttp.ClientSession() as http:
        for workspace in WORKSPACES:
            await databases.team(replicas[0], workspace, Clock().now())
        for _ in range(ROUNDS):
            for name, slack in zip(
                found, [await by_lanes(replicas, http), await by_rows(replicas, 1), await by_rows(replicas, 10)],
                strict=True,
            ):  # fmt: skip
                found[name].append(slack.swapped())
    figures.table("two replicas", "swapped, %")
    for name, shares in found.items():
        figures.row(name, figures.spread(shares, 1))


if __name__ == "__main__":
    asyncio.run(main())
