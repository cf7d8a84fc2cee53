"""The parser of shout-outs in messages and commands: who is thanked, and who is only mentioned."""

import re

import pytest

from bot.features.shoutouts.nudges import PASSING_THANKS
from bot.features.shoutouts.settings import Settings
from bot.messages.shoutouts.parser import Thanks, parse_command, parse_manner, parse_message

PHRASES = Settings().phrases
PEOPLE = {"ana": "UANA", "ben": "UBEN", "chidi": "UCHIDI", "dina": "UDINA", "eli": "UELI", "night": "SNIGHT"}


def sent(text: str) -> str:
    """Format a text as Slack sends it: `@ben` becomes a mention, `>` is escaped."""
    text = re.sub(r"^>", "&gt;", text, flags=re.MULTILINE)
    for name, ref in PEOPLE.items():
        text = text.replace(f"@{name}", f"<@{ref}>" if ref[0] == "U" else f"<!subteam^{ref}>")
    return text


def thanks(whom: str, perhaps: str = "") -> Thanks:
    return Thanks(*(tuple(PEOPLE[name] for name in names.split()) for names in (whom, perhaps)))


def said(text: str) -> Thanks:
    return parse_message(sent(text), PHRASES)


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("Kudos to @ben for the phones and @dina for the mails", "ben dina"),
        ("Kudos to @ben for asking if the caller was well", "ben"),
        ("Kudos to @ben: if only all were so calm", "ben"),
        ("Kudos to @ben for the phones, @dina for the mails and @eli for the chat", "ben dina eli"),
        ("Kudos to @ben for the phones and to @dina for the mails", "ben dina"),
        ("Kudos to @ben for the phones; @dina for the mails", "ben dina"),
        ("Kudos to @ben for the phones — @dina because of the mails", "ben dina"),
        ("Kudos to @ben for the phones as well as @dina for the mails", "ben dina"),
        ("Kudos to @ben for the phones and @dina too", "ben dina"),
        ("Kudos to @ben for the phones and @dina as well", "ben dina"),
        ("Kudos to @ben, who took the phones, and @dina, who took the mails", "ben dina"),
        ("Kudos to @ben: phones, @dina: mails", "ben dina"),
        ("Kudos to @ben for the phones. And @dina for the mails!", "ben dina"),
        ("Kudos to @ben for the phones\n@dina for the mails", "ben dina"),
        ("Kudos an @ben für die Telefone und @dina für die Mails", "ben dina"),
        ("Kudos à @ben pour le téléphone et à @dina pour les mails", "ben dina"),
        ("Kudos a @ben por las llamadas y a @dina por los correos", "ben dina"),
        ("Kudos para @ben pelo turno e para @dina", "ben dina"),
        ("Kudos do @ben za telefony i @dina za maile", "ben dina"),
        ("Kudos a @ben per le chiamate e @dina per le mail", "ben dina"),
        ("Kudos til @ben for telefonene og @dina for e-postene", "ben dina"),
        ("Kudos aan @ben voor de telefoon en @dina voor de mail", "ben dina"),
        ("Kudos to\n@ben\n@dina", "ben dina"),
        ("Kudos to @ben\n@dina", "ben dina"),
        ("Kudos to\n@ben\n@dina\nfor the handover", "ben dina"),
        ("Kudos to:\n• @ben\n• @dina", "ben dina"),
        ("Kudos to:\n• @ben for the phones\n• @dina for the mails", "ben dina"),
        ("Kudos to:\n- @ben – phones\n- @dina – mails", "ben dina"),
        ("Kudos to:\n• @ben took the phones\n• @dina took the mails", "ben dina"),
        ("Kudos to:\n    ◦ @ben\n    ◦ @dina", "ben dina"),
        ("Kudos to:\n1. @ben\n2. @dina", "ben dina"),
        ("Kudos to:\n1) @ben, phones\n2) @dina, mails", "ben dina"),
        ("Kudos to:\na) @ben\nb) @dina", "ben dina"),
        ("Kudos to\n• :tada: @ben\n• 🎉 @dina", "ben dina"),
        ("• Kudos to @ben for the phones\n• Kudos to @dina for the mails", "ben dina"),
        ("Kudos to @ben for the phones and props to @dina", "ben dina"),
        ("Kudos to @night and @ben", "night ben"),
        ("Kudos @ben @dina @eli", "ben dina eli"),
        ("Kudos to @ben\n&amp;\n@dina", "ben dina"),
        ("Kudos to everybody who never gave up on a hard day:\n• @ben\n• @dina", "ben dina"),
        ("Kudos to everyone on the late shift — @ben, @dina", "ben dina"),
        ("Kudos to everyone in @night", "night"),
        ("Kudos to @ben - phones\n@dina - mails", "ben dina"),
        ("Kudos to @ben (phones), @dina (mails) and @eli (chat)", "ben dina eli"),
    ],
)
def test_everybody_in_a_list_of_names_gets_the_shoutout(text: str, whom: str) -> None:
    assert said(text) == thanks(whom)


@pytest.mark.parametrize(
    ("text", "whom", "perhaps"),
    [
        ("Kudos to @ben for the phones and @dina", "ben", "dina"),
        ("Kudos to @ben for the phones, the mails and @dina", "ben", "dina"),
        ("Kudos to @ben for the phones. @dina was great too!", "ben", "dina"),
        ("Kudos to @ben for the phones, thanks to @dina", "ben", "dina"),
        ("Kudos to @ben for the phones together with @dina", "ben", "dina"),
        ("Kudos to @ben or @dina", "ben", "dina"),
        ("Kudos to @ben for it, and last but not least @dina", "ben", "dina"),
        ("Kudos to @ben: great!\n@dina: please call 4711", "ben", "dina"),
        ("Kudos to @ben for the phones\n@dina took the mails", "ben", "dina"),
        ("Kudos to @ben\n@dina please call 4711", "ben", "dina"),
        ("Kudos to @ben\n\n@dina", "ben", "dina"),
        ("Kudos to @ben for helping @chidi and @dina for the mails", "ben", "dina"),
        ("Kudos to @ben for the phones\n• @dina: check 4711", "ben", "dina"),
        ("Kudos to @ben for the phones and @night", "ben", "night"),
        ("Kudos an @ben für die Telefone und @dina", "ben", "dina"),
    ],
)
def test_ambiguous_name_later_in_a_message_is_reported_as_a_possible_receiver(
    text: str, whom: str, perhaps: str
) -> None:
    assert said(text) == thanks(whom, perhaps)


@pytest.mark.parametrize(
    "text",
    [
        "Kudos to @ben for helping @chidi",
        "Kudos to @ben for helping @chidi with 4711",
        "Kudos to @ben for helping @chidi and @dina with 4711",
        "Kudos to @ben for talking to @chidi and to @dina",
        "Kudos to @ben for taking calls and helping @dina",
        "Kudos to @ben for saving @dina’s day",
        "Kudos to @ben, cc @dina",
        "Kudos to @ben (fyi @dina)",
        "Kudos to @ben and not @dina",
        "Kudos to @ben. @dina can you call 4711?",
        "Kudos to @ben\n@dina can you call 4711?",
        "Kudos to @ben for the phones. No kudos to @dina today",
        "Kudos not to @dina but to @ben",
        "Kudos from me and @dina to @ben",
        "Kudos von @dina an @ben",
        "What did @dina say? Kudos to @ben",
    ],
)
def test_person_who_is_only_mentioned_in_a_shoutout_is_not_thanked(text: str) -> None:
    assert said(text) == thanks("ben")


@pytest.mark.parametrize(
    "text",
    [
        "> where is my order?\nKudos to @ben for answering that one",
        "> one\n> two\nKudos to @ben\n> kudos to @dina",
        "Kudos to @ben\n> kudos to @dina",
        "Kudos to @ben\n&gt;&gt;&gt; kudos to @dina\nkudos to @eli",
        "it`s late. Kudos to @ben",
        "mind the ` key\nKudos to @ben for finding it",
        "Kudos to @ben for fixing `foo",
        "```\n&gt;&gt;&gt; print('kudos to @dina')\n```\nKudos to @ben",
        "use ``` for code\nKudos to @ben for telling us",
        "`kudos to @dina` is how to thank. Kudos to @ben",
        "```kudos to @dina``` and kudos to @ben",
        "`a` ` `b` Kudos to @ben",
    ],
)
def test_thanks_are_found_in_lines_around_quotes_and_code_but_not_inside(text: str) -> None:
    assert said(text) == thanks("ben")


@pytest.mark.parametrize(
    "text", ["> kudos to @ben", "&gt;&gt;&gt;\nkudos to @ben", "`kudos to @ben`", "```\nkudos @ben\n```"]
)
def test_shoutout_in_a_quote_or_code_is_ignored(text: str) -> None:
    assert said(text) == Thanks()


@pytest.mark.parametrize(
    "text",
    [
        "*Kudos* to @ben", "Kudos to *@ben*", "_Kudos to_ ~@ben~", "*_Kudos_* to *_@ben_*",
        "Kudos! @ben you saved the day", "Kudos!! @ben", "Kudos... @ben", "Kudos… @ben", "Kudos, @ben", "Kudos: @ben",
        "Kudos – @ben", "KUDOS @ben", "“Kudos” to @ben", "(kudos to @ben)", "Shout out to @ben", "Shout-out to @ben",
        "Shoutout to @ben", "SHOUTOUT: @ben", "shout-out @ben", "Shout outs to @ben", "Big shoutouts to @ben!",
        "Shout-out goes to @ben", "Hats-off to @ben", "hats off, @ben", "Props to our @ben",
        "Kudos goes out to my teammate @ben", "Ku\u200bdos to @ben", "Kudos\u00a0to\u00a0@ben", "Kudos\nto\n@ben",
        "Kudos :tada: @ben", "No, kudos to @ben!", "It wasn't easy, but kudos to @ben",
        "I can't say it enough: kudos to @ben", "No problem at all. Kudos to @ben", "props and kudos to @ben",
        "Can we get a shout-out to @ben!", "Who is on duty? Kudos to @ben",
        "Kudos to @ben for asking “what does she need?” again", "Kudos to the @ben", "Kudos to @ben’s second try",
        "Kudos to @ben for 4711. Anything else?",
    ],
)  # fmt: skip
def test_styling_punctuation_and_spelling_do_not_affect_who_is_thanked(text: str) -> None:
    assert said(text) == thanks("ben")


@pytest.mark.parametrize(
    "text",
    [
        "I would give kudos to @ben if he had answered",
        "I'd give kudos to @ben and @dina if they had been here",
        "Ich gäbe Kudos an @ben, wenn er geantwortet hätte",
        "Daría kudos to @ben si hubiera venido",
        "no kudos to @ben today", "hold the kudos to @ben until tomorrow", "let’s skip the kudos to @ben",
        "No more kudos to @ben", "not kudos to @ben", "I didn't give kudos to @ben",
        "I didn’t give kudos to @ben", "we didn\u00b4t say kudos to @ben", "we never gave kudos to @ben",
        "nobody said kudos to @ben", "no props or kudos to @ben", "without kudos to @ben", "kein Kudos an @ben heute",
        "pas de kudos à @ben", "sin kudos a @ben", "nessun kudos a @ben", "geen kudos voor @ben",
        "ingen kudos til @ben", "żadnych kudos dla @ben", "*no* kudos to @ben", "No shout-out to @ben",
        "Who wants to give kudos to @ben?", "Who wants to give kudos to @ben", "kudos to @ben?",
        "Kudos? @ben come here", "Should we give kudos to @ben", "Did anybody give a shout out to @ben?",
        "Wer gibt Kudos an @ben?", "Qui donne des kudos à @ben ?", "¿Quién da kudos a @ben?",
        "if you want to give kudos to @ben",
        "Who’s giving kudos to @ben", "Anyone up for kudos to @ben", "anti-kudos to @ben", "zero kudos to @ben",
        "I refuse to give kudos to @ben", "Shall I say\u00a0kudos to @ben\uff1f", "kudos to all of you",
        "props. @ben come here", "Kudos everyone! @ben, can you call", "hats off to the very best of all people @ben",
        "proposition @ben", "kudos from @ben", "Kudos to nobody, @ben", "shout out if you need help @ben",
        "good morning @ben", "", "kudos",
    ],
)  # fmt: skip
def test_negated_thanks_questions_and_other_uses_of_a_phrase_thank_nobody(text: str) -> None:
    assert said(text).whom == ()


def test_casual_thanks_follow_the_same_grammar_as_shoutout_phrases() -> None:
    assert parse_message(sent("Thanks @ben and @dina!"), PASSING_THANKS) == thanks("ben dina")
    assert parse_message(sent("no thanks @ben"), PASSING_THANKS) == Thanks()


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("danke an", "Danke an @ben"), ("obrigado", "OBRIGADO, @ben"), ("merci à", "Merci a\u0300 @ben"),
        ("хвала", "Хвала @ben"), ("great job", "great-job @ben"), ("ευχαριστώ", "Ευχαριστώ @ben"),
    ],
)  # fmt: skip
def test_custom_phrases_of_thanks_are_found_in_any_spelling(phrase: str, text: str) -> None:
    assert parse_message(sent(text), [phrase]) == thanks("ben")


@pytest.mark.parametrize(
    ("text", "whom", "perhaps"),
    [
        ("@ana + @ben for the handover", "ana ben", ""),
        ("@ana / @ben for the handover", "ana ben", ""),
        ("@ana & @ben for the handover", "ana ben", ""),
        ("@ana, @ben et @chidi pour tout", "ana ben chidi", ""),
        ("@ana\n@ben\nfor the handover", "ana ben", ""),
        ("• @ana – phones\n• @ben – mails", "ana ben", ""),
        ("*@ana* and _@ben_ for it", "ana ben", ""),
        ("to @ana for it", "ana", ""),
        ("kudos to @ana for it", "ana", ""),
        ("thank you @ana for all", "ana", ""),
        ("@ana for helping @ben", "ana", ""),
        ("@ana for the phones and @ben for the mails", "ana ben", ""),
        ("@ana for the phones and @ben", "ana", "ben"),
        ("@ana for asking why?", "ana", ""),
        ("@ana no kudos could be enough", "ana", ""),
        ("no kudos to @ana", "", ""),
        ("the queue was long and so came @ana", "", ""),
        ("mine", "", ""),
        ("", "", ""),
    ],
)
def test_shoutout_command_thanks_the_people_named_at_its_start(text: str, whom: str, perhaps: str) -> None:
    assert parse_command(sent(text)).thanks == thanks(whom, perhaps)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ana @ben.li for it", ("@ana", "@ben.li")), ("@ana.", ("@ana",)), ("@ana's day", ("@ana",)),
        ("<!channel> for it", ("@channel",)), ("@team for it", ("@team",)), ("ana@harbour.example", ()),
        ("<@U1|ana> and <!subteam^S1|@night>", ("U1", "S1")), ("the queue was long and <@U1> came", ("U1",)),
    ],
)  # fmt: skip
def test_names_in_a_shoutout_command_are_found_in_any_notation(text: str, names: tuple[str, ...]) -> None:
    assert parse_command(text).names == names


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("Shout-out to <@U1> for x", ["U1"]),
        ("KUDOS  to  <@U1|ana>, <@U2> &amp; <!subteam^S1|@n> for helping <@U3>", ["U1", "U2", "S1"]),
        ("Hats off to you, <@U1>!", ["U1"]),
        ("kudos <@U1>\nkudos <@U2>", ["U1", "U2"]),
        ("props. <@U1> come here", []),
        ("hats off to the very best of all people <@U1>", []),
        ("proposition <@U1>", []),
        ("&gt; kudos to <@U1>", []),
        ("`kudos to <@U1>`", []),
    ],
)
def test_shoutout_phrase_thanks_the_people_named_after_it(text: str, whom: list[str]) -> None:
    assert list(parse_message(text, Settings().phrases).whom) == whom


@pytest.mark.parametrize(
    ("text", "is_private", "kind", "rest"),
    [
        ("private good call <@U1> for x", True, "good call", "<@U1> for x"),
        ("Good call, private: <@U1>", True, "good call", "<@U1>"),
        ("private\u00a0<@U1>", True, "thanks", "<@U1>"),
        ("good-call\n<@U1>", False, "good call", "<@U1>"),
        ("*private* <@U1>", True, "thanks", "<@U1>"),
        ("privacy matters", False, "thanks", "privacy matters"),
    ],
)
def test_leading_words_make_a_shoutout_command_private_or_a_good_call(
    text: str, is_private: bool, kind: str, rest: str
) -> None:
    manner, words = parse_manner(text)

    assert (manner.is_private, manner.kind, words) == (is_private, kind, rest)
