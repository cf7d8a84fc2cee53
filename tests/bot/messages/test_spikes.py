"""Spike cards: the person or tool that reported the spike, and the text of the report."""

from datetime import UTC, datetime

import pytest

from bot.features.spikes.models import Spike
from bot.messages.spikes import cards, lists
from bot.org.people import Person
from bot.org.teams.models import Team

NOW = datetime(2031, 3, 4, 10, tzinfo=UTC)
TEAM = Team("T1", "C1", "support", "Europe/Lisbon", None, NOW)


def about(source: str, title: str, reporter: Person | None) -> str:
    """Return the text of the last line of a spike's card."""
    spike = Spike("T1", 1, "chat", "chat", source, NOW, NOW, title=title, value=55)
    blocks = cards.card(TEAM, spike, [], reporter).payload()["blocks"]
    return next((str(block["elements"][0]["text"]) for block in blocks if block["block_id"] == "about"), "")


@pytest.mark.parametrize("title", ["waiting", "", "nobody can log in", "<@UANA> is alone"])
@pytest.mark.parametrize("name", ["Ben", "José Maria", "<!channel> & co"])
def test_spike_card_names_the_reporter_without_mentioning_them(title: str, name: str) -> None:
    said = about("person", title, Person("T1", "UBEN", name))

    assert "UBEN" not in said
    assert "<!channel>" not in said
    assert name in said or "&lt;!channel&gt; &amp; co" in said
    assert said.endswith(f"“{title}”") == bool(title)
    assert not said.startswith(name)


@pytest.mark.parametrize("title", ["Refunds pile up", ""])
@pytest.mark.parametrize(
    ("source", "name"),
    [
        *((sender, "") for sender in ("generic", "events", "message", "tickets", "brandnew")),
        ("grafana", "Grafana"), ("alertmanager", "Prometheus Alertmanager"), ("freshdesk", "Freshdesk"),
    ],
)  # fmt: skip
def test_spike_card_names_the_tool_only_if_it_has_a_product_name(source: str, name: str, title: str) -> None:
    assert about(source, title, None) == ": ".join(filter(None, (name, title)))


def test_spike_card_does_not_name_an_unknown_reporter() -> None:
    assert about("person", "", None)


def test_reply_to_a_spike_report_says_whether_a_leader_is_being_asked() -> None:
    asked, given_up = (Spike("T1", 1, "chat", "chat", "person", NOW, NOW, given_up_at=at) for at in (None, NOW))

    assert lists.reported_answer(asked, is_new=True) != lists.reported_answer(given_up, is_new=True)
    assert lists.reported_answer(asked, is_new=False) == lists.reported_answer(given_up, is_new=False)


@pytest.mark.parametrize(("value", "said"), [(None, 1), (42.0, 1)])
def test_spike_card_contains_the_limit_once(value: float | None, said: int) -> None:
    spike = Spike("T1", 1, "chat", "chat", "grafana", NOW, NOW, value=value, threshold=30)

    assert cards.card(TEAM, spike, [], None).text.count("limit") == said
