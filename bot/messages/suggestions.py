"""All commands, each with an example to copy and the words that people may use to ask for it.

Unknown commands and messages to the bot are answered with the nearest of these commands.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.slack.mrkdwn import PERSON, clean, escape, shortened, unescape
from bot.slack.post import Post

CLOSE_ENOUGH = 0.75
"""The minimum similarity of a typo.

A word of four letters with two of them swapped is similar enough; a word that shares only some letters is not.
"""
SHORTEST_GUESSED = 6
"""The shortest word that is matched with typos; nearly any shorter word would count as a typo of another."""
MOST_READ = 1000
"""How many characters of a message are read; people say first what they want."""
MOST_WORDS = 24
LONGEST_REPEATED = 2000
MARKUP = 1000
"""Characters allowed for links and mentions, which are not shown."""
WORD = re.compile(r"[^\W_]+(?:[-:'’][^\W_]+)*")
UMBRELLA = "steward"
APART = {
    "setup": r"set[\s-]+up",
    "shoutout": r"shout[\s-]+out",
    "funtank": r"fun[\s-]+tank",
    "1on1": r"(?:one|1)[\s-]+(?:on|to)[\s-]+(?:one|1)",
    "away": r"(?:time|days?)[\s-]+off",
    "handup": r"(?:hands?[\s-]+up|rais(?:e|ing)[\s-]+(?:a|my|your)[\s-]+hand)",
}
"""Names of commands that people write as several words."""
ANYWHERE_APART = {word: re.compile(rf"\b{apart}\b") for word, apart in APART.items()}
FIRST_APART = {word: re.compile(rf"^(\W*(?:{UMBRELLA}\s+)?){apart}\b", re.IGNORECASE) for word, apart in APART.items()}
STYLED = re.compile(r"([*_~`])(.*)\1", re.DOTALL)
AROUND = "/ ,:;–—-*_~`"
"""Characters around a command's name: its slash, punctuation, styling."""
MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^<>]*)?>")


@dataclass(frozen=True)
class Entry:
    """A command that people can type; `word` is the subcommand, empty for the command alone."""

    command: str
    word: str
    example: str
    does: str
    """The purpose of the command, as words that follow "to"."""
    also: str = ""
    """Synonyms, as people write them."""

    @property
    def typed(self) -> str:
        return f"{self.command} {self.word}".rstrip()


ENTRIES = [
    Entry(
        "/shoutout", "", "/shoutout @ana for staying calm", "thank someone",
        "shoutouts shout-out shout-outs thank thanks thankyou thx ty kudos props praise praising recognise recognize "
        "recognition appreciate appreciation grateful obrigado obrigada gracias merci danke dank grazie",
    ),
    Entry("/shoutout", "mine", "/shoutout mine", "see the thanks you gave and got", "received"),
    Entry("/shoutout", "team", "/shoutout team", "see your team's shout-outs from the last seven days"),
    Entry(
        "/promise", "", "/promise @ana ask IT about the voucher tool by Friday", "promise something by a date",
        "promises promised commit commitment pledge followup follow-up",
    ),
    Entry(
        "/roadblock", "", "/roadblock the voucher tool logs us out every hour", "say what is in the way",
        "roadblocks blocker blockers blocked obstacle obstacles hindrance impediment stuck",
    ),
    Entry("/roadblock", "mine", "/roadblock mine", "see the roadblocks you raised or took"),
    Entry(
        "/idea", "", "/idea a macro for refunds under 20 euros", "suggest what could be better",
        "ideas suggest suggestion suggestions improvement improvements proposal propose-an-idea wish",
    ),
    Entry("/idea", "mine", "/idea mine", "see your open ideas, and those you're looking into"),
    Entry(
        "/handup", "", "/handup customer wants a refund over the limit", "ask a leader to come to you now",
        "handups hand-up hand-ups supervisor escalate escalation",
    ),
    Entry(
        "/queue", "", "/queue", "see the queues",
        "queues backlog tickets inbox",
    ),
    Entry(
        "/queue", "spike", "/queue spike phones 42 waiting", "report that a queue is over its limit",
        "spikes overloaded overflow swamped drowning flooded overwhelmed busy waiting alert incident",
    ),
    Entry("/queue", "calm", "/queue calm phones", "report that a queue is calm again", "calmer resolved quiet"),
    Entry("/queue", "join", "/queue join 30", "help in a queue for 30 minutes"),
    Entry("/queue", "shadow", "/queue shadow", "sit with someone in the queue for 30 minutes"),
    Entry("/queue", "done", "/queue done", "end your time in the queue"),
    Entry(
        "/queue", "break", "/queue break 15", "ask for 15 minutes off the queue", "breaks coffee-break breather",
    ),
    Entry(
        "/queue", "headsup", "/queue headsup", "announce a launch to your team",
        "launch launches release campaign heads-up announce",
    ),
    Entry("/queue", "history", "/queue history", "see the spikes from the last 8 weeks", "statistics stats"),
    Entry(
        "/queue", "hooks", "/queue hooks", "connect the tools that watch your queues",
        "hook webhook webhooks integration integrations zendesk pagerduty grafana datadog freshdesk intercom",
    ),
    Entry("/queue", "rules", "/queue rules", "choose which messages are alerts", "rule alerts pattern patterns"),
    Entry(
        "/1on1", "", "/1on1", "see your one-on-ones",
        "1on1s 1-on-1 1-on-1s 1:1 1:1s 1-1 1-1s one-on-one one-on-ones oneonone one_on_ones one2one meeting "
        "meetings propose",
    ),
    Entry(
        "/1on1", "topic", "/1on1 topic more time for training", "add a topic to your next one-on-one",
        "topics agenda discuss",
    ),
    Entry("/1on1", "ask", "/1on1 ask", "ask your leader for a one-on-one"),
    Entry("/1on1", "done", "/1on1 done @ana", "record a one-on-one you had"),
    Entry("/shadow", "", "/shadow", "see who to sit with next", "shadowing shadows sit beside"),
    Entry("/shadow", "done", "/shadow done @ana", "write down what you learned from shadowing someone"),
    Entry("/shadow", "visits", "/shadow visits", "see your sponsor's visits", "visit sponsor sponsors"),
    Entry("/shadow visits", "", "/shadow visits", "see your sponsor's visits"),
    Entry("/shadow visits", "done", "/shadow visits done", "answer three questions about your visit"),
    Entry("/shadow visits", "start", "/shadow visits start", "offer your sponsor a visit"),
    Entry("/shadow visits", "pause", "/shadow visits pause", "pause your sponsor's visits"),
    Entry("/shadow visits", "resume", "/shadow visits resume", "resume your sponsor's visits"),
    Entry("/balance", "", "/balance", "see how you spent your last two weeks", "balanced workload"),
    Entry("/balance", "log", "/balance log strategy 90 staffing", "log time", "logged timesheet strategy"),
    Entry(
        "/handup", "hard", "/handup hard", "tell one leader that a customer treated you badly",
        "abuse abusive insult insulted threat threatened",
    ),
    Entry("/funtank", "", "/funtank", "see how full the fun tank is", "fun tank mood morale joy gauge"),
    Entry(
        "/funtank", "celebrate", "/funtank celebrate the backlog is at zero", "celebrate something with your team",
        "celebration celebrations celebrating win wins party congratulations congrats",
    ),
    Entry(
        "/funtank", "rituals", "/funtank rituals", "see and change your team's rituals",
        "ritual coffee trivia kickoff kick-off",
    ),
    Entry("/steward", "", "/steward", "see what's planned for the next two weeks",
        "overview upcoming calendar schedule"),
    Entry("/steward", "setup", "/steward setup", "make a channel a team", "set-up onboard onboarding install"),
    Entry(
        "/steward", "settings", "/steward settings", "change how your team works",
        "setting configure configuration config preferences timezone values goals",
    ),
    Entry(
        "/steward", "me", "/steward me", "see what I know about you and change your preferences",
        "privacy gdpr data profile notifications mute unsubscribe birthday birthdays anniversary anniversaries",
    ),
    Entry(
        "/steward", "away", "/steward away until Monday", "pause my reminders",
        "vacation vacations holiday holidays leave pto ooo sick absence absent snooze pause",
    ),
    Entry(
        "/steward", "notice", "/steward notice refunds over 50 euros need a second pair of eyes",
        "post a change notice, or see the current ones", "announcement announce change policy rule launch",
    ),
    Entry(
        "/steward", "pulse", "/steward pulse", "see how your team's monthly pulse works",
        "survey surveys poll polls questionnaire enps anonymous anonymously",
    ),
    Entry(
        "/steward", "week", "/steward week", "see your week so far (leaders)",
        "weekly summary recap digest review report",
    ),
    Entry(
        "/steward", "voice", "/steward voice", "see the past monthly messages to the sponsor (leaders, sponsor)",
        "frontline monthly month report sponsor",
    ),
    Entry(
        "/steward", "export", "/steward export", "get your team's data as CSV files",
        "csv download excel spreadsheet",
    ),
    Entry("/steward", "audit", "/steward audit", "see who changed which setting", "log changes changed"),
    Entry("/steward", "back", "/steward back", "end your absence", "returned"),
    Entry("/steward", "help", "/steward help", "see everything you can type"),
]  # fmt: skip
HELP = ENTRIES[-1]
COMMANDS = {entry.command[1:]: entry for entry in ENTRIES if not entry.word}
"""Commands without a subcommand, by name."""
THREE_TO_TRY = [ENTRIES[0], next(entry for entry in ENTRIES if entry.typed == "/steward"), HELP]
ANYWHERE = {
    "setup": next(entry for entry in ENTRIES if entry.word == "setup"),
    "away": next(entry for entry in ENTRIES if entry.word == "away"),
    **{name: entry for entry in ENTRIES for name in entry.also.split()},
    **{name: entry for name, entry in COMMANDS.items() if name != UMBRELLA},
}
"""Entries by words that have the same meaning anywhere in a sentence."""
ALONE = {**{entry.word: entry for entry in reversed(ENTRIES) if entry.word}, **ANYWHERE}
"""Like `ANYWHERE`, with words that ask for an entry only if they are the whole message, such as `back`."""


def nearest_word(word: str, among: Iterable[str]) -> str | None:
    """Return the word that a typo most likely means, or None."""
    known = list(among)
    if word in known:
        return word
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=CLOSE_ENOUGH)), None)


def nearest_command(text: str) -> Entry:
    """Return the command that a message most likely asks for; `HELP` if nothing in the message points to a command."""
    return _find_leading_command(words := _words(text)) or _find_named_command(words, ENTRIES) or HELP


def _words(text: str) -> list[str]:
    said = MENTION.sub(" ", text[:MOST_READ]).casefold()
    for word, apart in ANYWHERE_APART.items():
        said = apart.sub(word, said)
    return WORD.findall(said)[:MOST_WORDS]


def _join_command_name(text: str) -> str:
    """Return a text with its command's name joined: `shout out` becomes `shoutout`."""
    for word, apart in FIRST_APART.items():
        text = apart.sub(rf"\g<1>{word}", text)
    return text


def _find_leading_command(words: list[str]) -> Entry | None:
    """Return the command, with its subcommand if any, that a text begins with, even without the slash."""
    if words[:1] == [UMBRELLA] and len(words) > 1 and (found := _find_leading_command(words[1:])):
        return found
    name = nearest_word(words[0], COMMANDS) if words else None
    if name is None:
        return None
    theirs = {entry.word: entry for entry in ENTRIES if entry.command == f"/{name}" and entry.word}
    word = nearest_word(words[1], theirs) if len(words) > 1 else None
    return theirs[word] if word else COMMANDS[name]


def _find_named_command(words: list[str], entries: Collection[Entry]) -> Entry | None:
    """Return the first command that one of the words names, exactly or with a typo."""
    known = {name: entry for name, entry in (ALONE if len(words) == 1 else ANYWHERE).items() if entry in entries}
    exact = next((known[word] for word in words if word in known), None)
    guessed = (nearest_word(word, known) for word in words if len(word) >= SHORTEST_GUESSED)
    return exact or next((known[name] for name in guessed if name), None)


def answer(text: str, names: Mapping[str, str] | None = None, *, is_last: bool = False) -> Post:
    """Answer a message to the bot; `names` has the names of the people it mentions, by id."""
    entry, words = nearest_command(text), _words(text)
    if entry is HELP:
        said = _three_to_try()
    elif words and _find_leading_command(words):
        line = _with_slash(text, entry, names or {})
        example = "" if line == entry.example else f" {_example(entry)}"
        said = f"That's a command, so it starts with a slash: {code(line)}.{example}"
    else:
        said = f"{_example(entry)} `/steward help` lists everything else."
    last = "\nI'll stay quiet here for an hour. `/steward help` always works." if is_last else ""
    return Post(said + last)


def _three_to_try() -> str:
    lines = "\n".join(f"• {code(entry.example)} to {entry.does}" for entry in THREE_TO_TRY)
    return f"I only understand commands. Three to try:\n{lines}"


def _example(entry: Entry) -> str:
    return f"To {entry.does}, type {code(entry.example)}."


def _with_slash(text: str, entry: Entry, names: Mapping[str, str]) -> str:
    """Return the typed text as a command to copy."""
    text = _join_command_name(text[: LONGEST_REPEATED + MARKUP].strip())
    text = styled[2] if (styled := STYLED.fullmatch(text)) else text
    words = list(WORD.finditer(MENTION.sub(lambda mention: " " * len(mention[0]), text)))
    has_umbrella = words[0][0].casefold() == UMBRELLA != entry.command[1:]
    replaced = words[: len(entry.typed.split()) + has_umbrella]
    before, after = text[: replaced[0].start()].rstrip(AROUND), text[replaced[-1].end() :].lstrip(AROUND)
    rest = clean(unescape(f"{before} {after}"))
    for id, name in names.items():
        rest = rest.replace(f"<@{id}>", f"@{name}")
    return f"{entry.typed} {rest}".rstrip()


def code(line: str) -> str:
    """Format a line to copy: as code, or in quotation marks if it has mentions, which code would show as ids."""
    shown = escape(shortened(line.replace("`", "'"), LONGEST_REPEATED))
    return f"“{shown}”" if PERSON.search(shown) else f"`{shown}`"


def not_understood(command: str, typed: str) -> str:
    """Answer an unknown subcommand with the nearest one and the words typed after it, or with an example."""
    typed = _join_command_name(typed)
    word, _, rest = typed.partition(" ")
    theirs = [entry for entry in ENTRIES if entry.command == command]
    words = {"help", *(entry.word for entry in theirs), *(COMMANDS if command == f"/{UMBRELLA}" else ())} - {""}
    if meant := nearest_word(word.casefold(), sorted(words)):
        return did_you_mean(command, f"{meant} {rest}".strip())
    entry = _find_named_command(_words(typed), theirs) or _find_named_command(_words(typed), ENTRIES) or theirs[0]
    return f"I don't know {code(f'{command} {typed}')}. {_example(entry)} {_more(command)}"


def did_you_mean(command: str, typed: str) -> str:
    """Answer a typo with the corrected line to copy, and an example."""
    line, word = f"{command} {typed}", typed.partition(" ")[0]
    examples = [entry.example for entry in ENTRIES if entry.command == command and entry.word == word]
    like = "".join(f" Example: {code(example)}." for example in examples if example != line)
    return f"Did you mean {code(line)}?{like} {_more(command)}"


def _more(command: str) -> str:
    return f"`{command.partition(' ')[0]} help` lists the rest."
