"""What people say in private on an ordinary day cannot be found in a stolen database without its key."""

from datetime import timedelta

from sqlalchemy import func, select, text

from bot.org.workspaces import Address
from bot.slack.outbox import outbox
from bot.slack.post import Post
from tests.bot.db.test_stolen_database import steal
from tests.handlers.drivers import settled
from tests.handlers.hard_contacts.drivers import raise_contact
from tests.harness import World

SAID = ("zephyr", "quagga", "nougat", "xylem", "88714711", "yttrium")
PUBLIC = "obelisk"
FILLED = ("shoutouts", "followups", "topics", "hand_ups", "hard_contacts", "outbox")


async def test_private_words_of_a_day_are_not_in_the_stolen_database(tuesday: World) -> None:
    zephyr, quagga, nougat, xylem, ticket, yttrium = SAID
    await tuesday.slack.command("maya", f"@ana for {PUBLIC}")
    await tuesday.slack.command("maya", f"private @ana for {zephyr}")
    await tuesday.slack.command("ana", f"the {quagga} logs us out", word="/roadblock")
    await tuesday.slack.command("ana", f"topic @maya {nougat}", word="/1on1")
    await tuesday.slack.command("ben", f"customer wants {xylem}", word="/handup")
    await raise_contact(tuesday, "ana", "maya", ticket)
    await settled(tuesday)
    async with tuesday.database.begin() as session:
        to, later = Address(tuesday.workspace.id, "U0MAYA0000"), tuesday.now + timedelta(days=1)
        await outbox.put(session, Post(f"about {yttrium}"), to=to, not_before=later)
    async with tuesday.database.reading() as session:
        rows = {name: await session.scalar(select(func.count()).select_from(text(name))) for name in FILLED}
    stolen = await steal(tuesday.database)

    assert all(rows.values()), rows
    assert PUBLIC.encode() in stolen
    assert [each for each in SAID if each.encode() in stolen] == []
