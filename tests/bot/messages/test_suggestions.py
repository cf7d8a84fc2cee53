"""Suggestions of the closest command for messages and unknown subcommands."""

import pytest

from bot.messages import steward, suggestions
from bot.messages.suggestions import ENTRIES, HELP
from handlers import fun_tank
from handlers.spikes import listeners

ANA = "<@U0ANA00000>"


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        # nothing that resembles a command
        ("", "/steward help"),
        ("   \n", "/steward help"),
        ("help", "/steward help"),
        ("HELP!!", "/steward help"),
        ("/help", "/steward help"),
        ("hello", "/steward help"),
        ("Hi @steward, good morning :)", "/steward help"),
        ("👋", "/steward help"),
        (":wave:", "/steward help"),
        ("olá, ajuda?", "/steward help"),
        ("привет", "/steward help"),
        ("ありがとう", "/steward help"),
        ("asdf qwer", "/steward help"),
        ("banana", "/steward help"),
        (ANA, "/steward help"),
        # a command without its slash, with it, misspelled, or after /steward
        (f"shoutout {ANA} for the calm", "/shoutout"),
        (f"Shoutout {ANA}", "/shoutout"),
        (f"/shoutout {ANA} for the calm", "/shoutout"),
        (f"shoutot {ANA} for the calm", "/shoutout"),
        ("shoutout mine", "/shoutout mine"),
        ("queue", "/queue"),
        ("queue spike phones 42", "/queue spike"),
        ("Queue SPKIE phones 42", "/queue spike"),
        ("queue: calm phones", "/queue calm"),
        ("1on1", "/1on1"),
        ("1on1 topic more training", "/1on1 topic"),
        ("funtank celebrate zero backlog", "/funtank celebrate"),
        ("balance log people 30", "/balance log"),
        ("shadow @ana", "/shadow"),
        ("steward", "/steward"),
        ("steward setup", "/steward setup"),
        ("/steward away until Monday", "/steward away"),
        (f"steward shoutout {ANA} for the calm", "/shoutout"),
        ("steward queue clam phones", "/queue calm"),
        # a subcommand alone
        ("setup", "/steward setup"),
        ("seting", "/steward settings"),
        ("spike", "/queue spike"),
        ("back", "/steward back"),
        # a sentence about a topic
        (f"thank {ANA} for me please", "/shoutout"),
        ("can you help me thank Ana?", "/shoutout"),
        ("obrigada à Ana", "/shoutout"),
        ("I'm on vacation next week", "/steward away"),
        ("the phones are swamped", "/queue spike"),
        ("do I have a one-on-one today", "/1on1"),
        ("1:1 with maya?", "/1on1"),
        ("where do I set my birthday", "/steward me"),
        ("how do I connect Zendesk", "/queue hooks"),
        ("what is the fun tank", "/funtank"),
        ("how do we set up a team", "/steward setup"),
        ("I need some time off", "/steward away"),
        ("book a one on one", "/1on1"),
        # a word that is a command, but means something else in this sentence
        ("I'll be back, done with that", "/steward help"),
    ],
)
def test_command_closest_to_a_message_is_found(text: str, typed: str) -> None:
    assert suggestions.nearest_command(text).typed == typed


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"shoutout {ANA} for the calm", "/shoutout @ana for the calm"),
        (f"shoutot {ANA} for the calm", "/shoutout @ana for the calm"),
        ("queue spkie phones 42 & more", "/queue spike phones 42 &amp; more"),
        ("steward away until Friday", "/steward away until Friday"),
        (f"steward shoutout {ANA} for the `code`", "/shoutout @ana for the 'code'"),
        ("1on1\ntopic more training", "/1on1 topic more training"),
        ("/funtank celebrate zero backlog", "/funtank celebrate zero backlog"),
        ("queue - calm: phones", "/queue calm phones"),
        ("Queue, spike phones 42-50", "/queue spike phones 42-50"),
        (f"{ANA} shoutout for the calm", "/shoutout @ana for the calm"),
        ("  /queue", "/queue"),
        (f"Shout out {ANA} for the set up", "/shoutout @ana for the set up"),
        ("steward set up", "/steward setup"),
        ("1 on 1 topic more training", "/1on1 topic more training"),
        ("*shoutout* to all", "/shoutout to all"),
        ("`/queue spike phones 42`", "/queue spike phones 42"),
    ],
)
def test_command_without_a_slash_is_answered_with_the_correct_command_to_copy(text: str, line: str) -> None:
    assert f"`{line}`" in suggestions.answer(text, {"U0ANA00000": "ana"}).text


@pytest.mark.parametrize("text", ["", "hello", "thanks", "queue", "spike", "I am sick", "1on1 tpoic", "x" * 40_000])
def test_every_answer_to_a_message_contains_the_closest_command_example(text: str) -> None:
    assert f"`{suggestions.nearest_command(text).example}`" in suggestions.answer(text).text


def test_only_the_start_of_a_long_message_is_searched_for_a_command() -> None:
    assert suggestions.nearest_command("word " * 10_000 + "vacation") is HELP


@pytest.mark.parametrize(
    ("command", "typed", "held"),
    [
        ("/queue", "clam phones", "/queue calm phones"),
        ("/queue", "jion 30", "/queue join 30"),
        ("/1on1", "tpoic talk about training", "/1on1 topic talk about training"),
        ("/steward", "seting", "/steward settings"),
        ("/steward", "shoutot @ana for a slip", "/steward shoutout @ana for a slip"),
        ("/steward", "set up", "/steward setup"),
        ("/steward", "Set-up now", "/steward setup now"),
        ("/steward", "days off", "/steward away"),
        ("/steward", "shout out to all", "/steward shoutout to all"),
        ("/steward", "banana", "/steward"),
        ("/1on1", "propose @ana", "/1on1"),
        ("/1on1", "propse times to @ana", "/1on1"),
        ("/1on1", "banana", "/1on1"),
        ("/steward", "vacation", "/steward away until Monday"),
        ("/queue", "banana", "/queue"),
        ("/queue", "thanks ana", "/shoutout @ana for staying calm"),
        ("/queue", "webhook", "/queue hooks"),
        ("/funtank", "party", "/funtank celebrate the backlog is at zero"),
        ("/shadow visits", "strat", "/shadow visits start"),
        ("/balance", "dance", "/balance"),
    ],
)
def test_unknown_subcommand_is_answered_with_the_closest_command(command: str, typed: str, held: str) -> None:
    assert f"`{held}`" in suggestions.not_understood(command, typed)


@pytest.mark.parametrize("word", ["banana", "xyz", "b" * 30, "юридический", "help me"])
def test_unknown_subcommand_without_a_close_match_is_quoted_in_the_answer(word: str) -> None:
    assert suggestions.nearest_word(word, ["balance", "back", "settings"]) is None
    assert word in suggestions.not_understood("/steward", word) or word.startswith("help")


def test_every_subcommand_can_be_suggested() -> None:
    listed = {(entry.command, entry.word) for entry in ENTRIES}
    known = {("/queue", word) for word in listeners.WORDS} | {("/funtank", word) for word in fun_tank.WORDS}
    known |= {("/steward", word.split()[0]) for word in steward.WORDS}

    assert known - {("/queue", "help"), ("/queue", "notes"), ("/funtank", "help")} <= listed
