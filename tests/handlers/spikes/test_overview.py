"""Tests of the overview that `/queue` shows, its buttons, the history of spikes, and queues on Home."""

import csv
import io

import pytest
from sqlalchemy import select

from bot.features.spikes.models import State
from bot.features.spikes.settings import Settings, SpikePreferences
from bot.org.people import Person
from bot.org.teams.models import Team
from handlers.spikes import commands
from tests.handlers.drivers import dm, settled
from tests.handlers.spikes.drivers import MINUTE, asks, latest, queue, stints
from tests.harness import Answer, Json, World, eventually


async def shown(world: World, name: str) -> Json:
    """Return the latest overview, an ephemeral message to a person."""
    return (await world.slack.notes(name))[-1]


async def press(world: World, name: str, action_id: str, nth: int = 0) -> None:
    note = await shown(world, name)
    rows = [block["elements"] for block in note["blocks"] if block["type"] == "actions"]
    found = [each for row in rows for each in row if each["action_id"] == action_id][nth]
    await world.slack.do(
        "actions", user=name, channel="harbour-support", ts=note["ts"], action_id=action_id, value=found["value"]
    )
    await settled(world)


def buttons(answer: Answer) -> list[str]:
    rows = [block["elements"] for block in answer.ack["blocks"] if block["type"] == "actions"]
    return [each["text"]["text"] for row in rows for each in row]


async def own(world: World, name: str, chosen: SpikePreferences) -> None:
    async with world.database.begin() as session:
        chosen.keep((await session.scalars(select(Person).where(Person.name == name))).one())


async def listed(world: World, *queues: str) -> None:
    async with world.database.begin() as session:
        Settings(queues=list(queues)).keep((await session.scalars(select(Team))).one())


async def test_overview_lists_calm_queues_without_buttons(tuesday: World) -> None:
    assert "As far as I know, no queue is over its limit." in (await queue(tuesday, "ana", "")).text
    await listed(tuesday, "phones", "Chat")

    answer = await queue(tuesday, "ana", "")
    assert "Calm: *Chat*, *phones*." in answer.text
    assert buttons(answer) == []


async def test_overview_lets_leaders_join_a_spike_and_anybody_report_a_queue_as_calm(tuesday: World) -> None:
    await listed(tuesday, "phones", "chat")
    await queue(tuesday, "ana", "spike phones 42")
    await tuesday.move(MINUTE)
    agents = await queue(tuesday, "ben", "")
    assert (
        ":rotating_light: *phones* is at *42*, over its limit. Started at 10:30. I'm asking a leader to help."
        in agents.text
    )
    assert "Calm: *chat*." in agents.text
    assert buttons(agents) == ["It's calm"]

    assert buttons(await queue(tuesday, "tom", "")) == ["Join 30 min", "It's calm"]
    await press(tuesday, "tom", "spikes:come")
    assert (await latest(tuesday)).state == State.COVERED
    assert await asks(tuesday) == [("maya", "withdrawn")]
    now = await shown(tuesday, "tom")
    assert "You're in the *phones* queue until 11:01." in str(now)
    assert "<@U0TOM00000> is in the queue until 11:01." in str(now)
    assert "Join 30 min" not in str(now)

    await press(tuesday, "ben", "spikes:is_calm")
    assert (await latest(tuesday)).ended_how == "person"
    assert "*phones* is calm again" in str(await shown(tuesday, "ben"))
    assert "Calm: *chat*, *phones*." in str(await shown(tuesday, "ben"))


async def test_leader_who_joins_from_the_overview_after_the_spike_has_ended_is_thanked(tuesday: World) -> None:
    await queue(tuesday, "ana", "spike phones")
    await queue(tuesday, "tom", "")
    await queue(tuesday, "ana", "calm phones")
    await press(tuesday, "tom", "spikes:come")

    assert "It's already calm again. Thanks for stepping in!" in str(await tuesday.slack.notes("tom"))
    assert await stints(tuesday) == []


async def test_overview_does_not_name_a_helper_who_prefers_not_to_be_named(tuesday: World) -> None:
    await own(tuesday, "tom", SpikePreferences(is_named=False))
    await queue(tuesday, "ana", "spike phones")
    await queue(tuesday, "tom", "join 30")

    answer = await queue(tuesday, "ana", "")
    assert "A leader is in the queue until 11:00." in answer.text
    assert "TOM" not in str(answer.ack)


async def test_leader_who_only_shadows_can_shadow_from_the_overview(tuesday: World) -> None:
    await own(tuesday, "tom", SpikePreferences.model_validate({"ready": "shadow only"}))
    await queue(tuesday, "ana", "spike phones")
    assert buttons(await queue(tuesday, "tom", ""))[0] == "Shadow 30 min"
    await press(tuesday, "tom", "spikes:come")

    assert [each.kind for each in await stints(tuesday)] == ["shadow"]


async def test_overview_of_twenty_queues_fits_into_one_message(tuesday: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST_CALLS", 20)
    for nth in range(20):
        await tuesday.slack.command("ana", f"spike line{nth:02} - {nth}", word="/queue")
    await settled(tuesday)
    answer = await queue(tuesday, "maya", "")

    assert "Also over the limit:" in str(answer.ack)
    assert len(answer.ack["blocks"]) <= 50


@pytest.mark.on_the_wire
async def test_history_of_spikes_has_charts_and_a_csv_file(tuesday: World) -> None:
    empty = await queue(tuesday, "maya", "history")
    assert "I haven't seen any spikes in <#C0HARBOURS>" in empty.text
    await queue(tuesday, "ana", "spike phones 42")
    await queue(tuesday, "tom", "join 30")
    await tuesday.move(12 * MINUTE)
    await queue(tuesday, "ana", "calm phones")

    answer = await queue(tuesday, "maya", "history")
    assert "*The last 8 weeks in <#C0HARBOURS>:* 1 spike.\n" in answer.text
    assert "By weekday: Tuesday (1). By hour: 10:00 (1)." in answer.text
    assert "data_visualization" not in str(answer.ack)
    charts = await dm(tuesday, "maya", "data_visualization")
    assert [each["type"] for each in charts["blocks"]] == ["section", "data_visualization", "data_visualization"]
    assert "U0" not in str(answer.ack).replace("U0STEWARD", "")
    await press(tuesday, "maya", "spikes:csv")
    _, row = csv.reader(io.StringIO((await file_of(tuesday, "maya")).decode("utf-8-sig")))
    assert row == ["2031-03-04 10:30", "Tuesday", "phones", "12", "42", "0"]


async def file_of(world: World, name: str) -> bytes:
    """Wait for a file in a person's DM, and return its content."""

    async def found() -> Json | None:
        said = await world.slack.messages("bot", name)
        return next((file for each in said for file in each.get("files", ())), None)

    file: Json = await eventually(found)
    async with world.http.get(file["url_private"]) as answer:
        return await answer.read()


async def test_agents_cannot_see_the_history_of_spikes(tuesday: World) -> None:
    assert "Only the team's leaders can see the history" in (await queue(tuesday, "ana", "history")).text
    assert "I haven't seen any spikes" in (await queue(tuesday, "grace", "history")).text


async def home(world: World, name: str) -> str:
    await world.slack.do("home/open", user=name)
    await settled(world)
    view = (await world.slack.look("home", user=name))["view"]
    return str(view["blocks"])


async def test_home_shows_queues_over_their_limit(tuesday: World) -> None:
    assert ":rotating_light:" not in await home(tuesday, "maya")
    await queue(tuesday, "ana", "spike phones 42")
    await tuesday.move(MINUTE)
    view = (await tuesday.slack.look("home", user="maya"))["view"]
    assert ":rotating_light: *phones* in <#C0HARBOURS> has been over its limit since 10:30." in str(view["blocks"])
    agents = await home(tuesday, "ana")
    assert "*phones* in" in agents
    assert "spikes:come" not in agents
    assert "*phones* in" not in await home(tuesday, "grace")

    await tuesday.slack.do("actions", user="maya", view_id=view["id"], action_id="spikes:come")
    await settled(tuesday)
    await dm(tuesday, "maya", "You're in the *phones* queue until 11:01.")
    assert "spikes:come" not in await home(tuesday, "maya")
    await queue(tuesday, "ana", "calm phones")
    await tuesday.move(MINUTE)
    view = (await tuesday.slack.look("home", user="maya"))["view"]
    assert ":rotating_light:" not in str(view["blocks"])


async def test_refusal_of_the_sixth_spike_report_of_a_day_repeats_the_typed_text(tuesday: World) -> None:
    answers = [await queue(tuesday, "ana", f"spike phones {number}") for number in range(42, 48)]

    assert (await latest(tuesday)).value == 46
    assert "phones 47" in answers[-1].text
    await queue(tuesday, "ben", "spike phones 60")
    assert (await latest(tuesday)).value == 60
