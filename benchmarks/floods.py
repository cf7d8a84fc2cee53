"""Benchmark of floods over HTTP: clients that send too much, too slowly or nothing to `steward run`."""

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import psutil

from benchmarks import databases
from benchmarks.processes import run_server, sandbox
from benchmarks.report import Chapter, Table, Verdict

SECONDS = 6.0
CROWD = 330
MOST_MB, MOST_MS = 20.0, 50.0
HEAD = "POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n"
PROOF = "x-slack-signature: v0=00\r\nx-slack-request-timestamp: {}\r\n"
CHUNK = b"x" * 65536
Cost = tuple[float, float]
Attack = Callable[[str, int], Awaitable[None]]


async def run(quick: bool) -> Chapter:
    seconds = 2.0 if quick else SECONDS
    found: dict[str, Cost] = {}
    async with steward() as (address, process):
        parts = urlsplit(address)
        host, port = str(parts.hostname), int(parts.port or 0)
        for name, attack in {NOBODY: send_nothing, **ATTACKS}.items():
            found[name] = await measure_attack(address, process, attack, (host, port, seconds))
    grown, waited = (max(each[nth] for each in found.values()) for nth in (0, 1))
    return Chapter(
        "Clients that send too much, too slowly or nothing", TEXT,
        [Table(["what", "additional memory, MB", "`/healthz` meanwhile, ms at most"],
               [[name, f"{mb:.1f}", f"{ms:.0f}"] for name, (mb, ms) in found.items()])],
        [
            Verdict("memory during each attack", f"at most {MOST_MB:.0f} MB more", f"{grown:.1f} MB", grown <= MOST_MB),
            Verdict("`/healthz` meanwhile", f"within {MOST_MS:.0f} ms, so the event loop is never blocked for longer",
                    f"{waited:.0f} ms at most", waited <= MOST_MS),
        ],
    )  # fmt: skip


@asynccontextmanager
async def steward() -> AsyncIterator[tuple[str, psutil.Process]]:
    """Start `steward run` over HTTP; yield its address and its process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with sandbox(folder / "slack") as slack:
            told = {
                "SLACK_API_URL": slack["SLACK_API_URL"], "SLACK_BOT_TOKEN": slack["SLACK_BOT_TOKEN"],
                "SLACK_SIGNING_SECRET": slack["SLACK_SIGNING_SECRET"], "STEWARD_DATA": str(folder / "data"),
                "STEWARD_KEYS": databases.KEY, "STEWARD_PORT": "0",
            }  # fmt: skip
            async with run_server("bot", "run", **told) as (address, _):
                children = psutil.Process().children()
                yield address, next(each for each in children if each.cmdline()[-1] == "run")


async def measure_attack(address: str, process: psutil.Process, attack: Attack, on: tuple[str, int, float]) -> Cost:
    """Return the growth of the server's memory during an attack, in MB, and its slowest health check in milliseconds.

    The attack runs in a separate process, so that the health check waits for nothing but the attacked process.
    """
    before, most, slowest = process.memory_info().rss, 0, 0.0
    flood = multiprocessing.get_context("spawn").Process(target=run_attack, args=(attack, *on))
    flood.start()
    async with aiohttp.ClientSession() as http:
        while flood.is_alive():
            began = time.perf_counter()
            async with http.get(f"{address}/healthz") as answer:
                await answer.read()
            slowest = max(slowest, (time.perf_counter() - began) * 1000)
            most = max(most, process.memory_info().rss - before)
            await asyncio.sleep(0.01)
    return most / 2**20, slowest


def run_attack(attack: Attack, host: str, port: int, seconds: float) -> None:
    """Run an attack on a server for `seconds`."""
    with suppress(TimeoutError):
        asyncio.run(asyncio.wait_for(attack(host, port), seconds))


async def send_body(host: str, port: int, head: str, size: int, pause: float = 0.0, chunk: bytes = CHUNK) -> None:
    """Send a request's headers and `size` bytes of body, or as many as the server accepts."""
    with suppress(ConnectionError):
        _, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(head.encode())
            for _ in range(max(1, size // len(chunk)) if size else 0):
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(pause)
            if not size:
                await asyncio.sleep(SECONDS)
        finally:
            writer.close()


def forged_headers() -> str:
    """Return headers with a false signature and a current timestamp."""
    return PROOF.format(int(time.time()))


async def send_nothing(host: str, port: int) -> None:
    """Send nothing, as a baseline of memory and delay."""
    await asyncio.sleep(SECONDS)


async def send_whole_body(host: str, port: int) -> None:
    await send_body(host, port, f"{HEAD}content-length: {300_000_000}\r\n\r\n", 300_000_000)


async def in_chunks(host: str, port: int) -> None:
    chunk = b"10000\r\n" + CHUNK + b"\r\n"
    await send_body(host, port, f"{HEAD}transfer-encoding: chunked\r\n\r\n", 300_000_000, chunk=chunk)


async def signed_forms(host: str, port: int) -> None:
    head = f"{HEAD}{forged_headers()}content-length: {20_000_000}\r\n\r\n"
    await asyncio.gather(*(send_body(host, port, head, 20_000_000) for _ in range(10)))


async def large_bodies(host: str, port: int) -> None:
    head = f"{HEAD}{forged_headers()}content-length: {1_000_000}\r\n\r\n"
    await asyncio.gather(*(send_body(host, port, head, 1_000_000, 0.2) for _ in range(CROWD)))


async def heads(host: str, port: int) -> None:
    await asyncio.gather(*(send_body(host, port, HEAD, 10_000, 0.1, b"a: b\r\n") for _ in range(CROWD)))


async def idle(host: str, port: int) -> None:
    await asyncio.gather(*(send_body(host, port, "", 0) for _ in range(CROWD)))


NOBODY = "nothing"
ATTACKS: dict[str, Attack] = {
    "300 MB without a signature": send_whole_body,
    "300 MB in chunks": in_chunks,
    "ten forms of 20 MB with a made-up signature": signed_forms,
    f"{CROWD} bodies of 1 MB, slowly": large_bodies,
    f"{CROWD} requests, one header at a time": heads,
    f"{CROWD} connections that send nothing": idle,
}
TEXT = """
`steward run` over HTTP, in its own process, during an attack over loopback. `/healthz` is requested all the time, and
its slowest answer is an upper bound for stalls of the event loop. Memory is the growth of the process.
"""
