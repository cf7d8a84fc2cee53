"""PostgreSQL addresses as providers hand them out: with libpq's words, or mistaken."""

import asyncio

import pytest

from bot.db import engines
from bot.errors import OperatorError

SSL_REQUEST = bytes.fromhex("0000000804d2162f")
URL = "postgresql+asyncpg://me:secret@db.example.com/steward"


@pytest.mark.parametrize(
    ("query", "dsn", "left"),
    [
        ("", None, {}),
        ("?sslmode=require", "postgresql://?sslmode=require", {}),
        ("?sslmode=verify-full&sslrootcert=/ca.pem", "postgresql://?sslmode=verify-full&sslrootcert=%2Fca.pem", {}),
        ("?sslmode=require&channel_binding=require", "postgresql://?sslmode=require", {}),
        ("?host=/run/postgresql", None, {"host": "/run/postgresql"}),
        ("?application_name=steward&connect_timeout=3", "postgresql://?application_name=steward", {}),
    ],
)
def test_words_of_libpq_are_passed_to_the_driver(query: str, dsn: str | None, left: dict[str, str]) -> None:
    url, arguments = engines.connection_arguments(URL + query)

    assert arguments.get("dsn") == dsn
    assert dict(url.query) == left
    assert arguments["timeout"] == (3 if "timeout" in query else engines.CONNECT_SECONDS)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"{URL}?pgbouncer=true", "unknown parameter pgbouncer"),
        ("postgresql+asyncpg://me:secret@x@host/name", "is not a valid URL"),
        ("postgresql+asyncpg://me@host:many/name", "is not a valid URL"),
    ],
)
def test_mistaken_address_is_refused_without_its_password(url: str, says: str) -> None:
    with pytest.raises(OperatorError, match=says) as error:
        engines.connection_arguments(url)
    assert "secret" not in str(error.value)


async def test_server_without_tls_is_refused_if_tls_is_required() -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readexactly(8))
        writer.write(b"N")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        engine = engines.postgresql(f"postgresql+asyncpg://me@127.0.0.1:{port}/steward?sslmode=require")
        with pytest.raises(ConnectionError, match="rejected SSL"):
            async with engine.connect():
                pass
        await engine.dispose()
    assert asked == [SSL_REQUEST]
