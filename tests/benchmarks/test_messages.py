"""Tests of `make messages`, which prints every message and form as people see it."""

import pytest

from benchmarks import messages

NAMES = {"UANA": "@ana", "C1": "#harbour-support"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<@UANA> met <@UBEN> in <#C1>", "@ana met @UBEN in #harbour-support"),
        ("<#C1|old-name> &amp; <https://slack.com|Slack>", "#harbour-support & Slack"),
        ("on <!date^1763373600^{date_long_pretty} at {time}|Monday at 10:00>.", "on Monday at 10:00."),
    ],
)
def test_mentions_dates_and_links_are_printed_as_slack_shows_them(line: str, expected: str) -> None:
    assert messages.readable(line, NAMES) == expected


async def test_messages_of_simulated_weeks_are_grouped_by_reader() -> None:
    lines = [*await messages.simulate_weeks(1, 4)]
    heads = [line for line in lines if line.startswith("\n## ")]

    assert heads[0].startswith("\n## #harbour-support: ")
    assert any("@lena, a leader" in head for head in heads)
    assert not [line for line in lines if "<@" in line or "<!date" in line]


def test_sample_of_docstrings_and_names_depends_only_on_seed() -> None:
    first, again, other = ([*messages.sample(20, seed)] for seed in (1, 1, 2))

    assert first == again != other
    assert len(first) == 3 * 21
