"""Recognition of messages in which the writer commits to doing something."""

import pytest

from bot.text.commitments import commits


@pytest.mark.parametrize(
    "text",
    [
        "I'll look into it", "I’ll look into the voucher tool tomorrow.", "Good point, I will ask IT",
        "Thanks! I'll check.", "Thanks Tom, I'll check",
        "Let me find out.", "I'm going to talk to the warehouse", "OK - leave it with me",
        "Sorry about that. I'll fix it!",
        "> why does it log out?\nI'll look into it", "sure, I'll get back to you", "I'll definitely raise that",
        "I'll ask what they need. OK?", "ill chase them",
    ],
)  # fmt: skip
def test_commitment_of_a_messages_writer_is_recognized(text: str) -> None:
    assert commits(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "hello", "I'll be late", "I'll have lunch", "Shall I look into it?", "I'll look into it?",
        "I won't look into it", "thanks, Tom said I'll check", "thanks Tom said I'll check",
        "I will not ask IT again", "Tom said I'll look into it", "Ben: I'll check", "“I'll look into it”, he said",
        "> I'll look into it", "&gt; I'll look into it", "`I'll check`", "if I'll check that, it breaks",
        "you'll check that",
        "They said they will look into it", "Can you ask IT?", "I never said that I'll check", "I'll never ask again",
        "She'll fix it", "Let me know", "let us check together",
    ],
)  # fmt: skip
def test_message_without_a_commitment_by_its_writer_is_ignored(text: str) -> None:
    assert not commits(text)


def test_longest_possible_message_is_checked_for_commitments_quickly() -> None:
    assert not commits("sure " * 8000 + "x" * 4000)
