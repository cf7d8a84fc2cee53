"""Samples of setup, settings, Home, `/steward`, absences, celebrations, nudge cards, and texts outside features."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

from slackblocks import Button, SectionBlock

from bot.features.balance.settings import BalancePreferences
from bot.features.birthdays.settings import BirthdayPreferences, Wish
from bot.features.celebrations.models import Celebration, Way
from bot.features.rituals.settings import RitualPreferences
from bot.features.shoutouts.settings import Announce, ShoutoutPreferences
from bot.features.shoutouts.settings import Settings as ShoutoutSettings
from bot.meetings.settings import ShadowingPreferences
from bot.messages import (
    absences,
    callbacks,
    celebrations,
    errors,
    home,
    inputs,
    invitations,
    mentions,
    settings,
    setup,
    steward,
    suggestions,
    times,
)
from bot.nudges import cards
from bot.nudges.cards import Item, Line, Row
from bot.nudges.hours import HourPreferences
from bot.org.availability.absences import AbsenceProblem
from bot.org.availability.slots import Busy
from bot.org.availability.working_hours import Day, WorkingHoursPreferences, WorkingHoursSettings, person_hours
from bot.org.channels import Channel
from bot.org.people import Person
from bot.org.teams.models import Role
from bot.org.teams.reach import Barrier
from bot.org.teams.settings import SettingsChange
from tests.bot.messages.samples.people import (
    ANA,
    BEN,
    CLOSED,
    DAY,
    DINA,
    GRACE,
    HOUR,
    LEADERS,
    LONG,
    MAYA,
    MEMBERS,
    NAMES,
    NOW,
    OTHER_TEAM,
    TEAM,
    TODAY,
    TOM,
    show,
)  # fmt: skip


def away(*spans: tuple[datetime, datetime]) -> Person:
    return Person("T1", ANA.id, ANA.name, ANA.zone, absences=spans)


MIDNIGHT = NOW.replace(hour=0)
AN_AFTERNOON = (MIDNIGHT + 14 * HOUR, MIDNIGHT + 18 * HOUR)
A_WEEK = (MIDNIGHT + 6 * DAY, MIDNIGHT + 13 * DAY)
A_YEAR = (MIDNIGHT + 40 * DAY, MIDNIGHT + 50 * DAY)
GONE_NOW = (MIDNIGHT - DAY, MIDNIGHT + 3 * DAY)
ADMIN = Person("T1", "UADA", "Ada", "Europe/Lisbon", is_admin=True)
AMERICAN = Person("T1", "UABE", "Abe", "America/New_York", locale="en-US")
BOT = Person("T1", "UBOT", "steward", is_bot=True)
LEFT = Person("T1", "ULEFT", "Lou", has_left=True)
STRANGER = Person("T1", "USTRAY", "Sam", is_stranger=True)
RESTING = Person("T1", DINA.id, DINA.name, DINA.zone, quiet_from=NOW, quiet_until=NOW + 10 * HOUR)
CHANNEL, SECOND = Channel("T1", "CHARBOUR", "harbour-support"), Channel("T1", "CPHONES", "phones")
QUESTION = SimpleNamespace(title="Question of the day", told="A question that is easy to answer.")
SUMMARY = SimpleNamespace(title="Weekly summary", told="The week's thanks in one post.")
COMING = [*((NOW + n * DAY, QUESTION) for n in (0, 1, 2, 3, 6, 7)), (NOW + 3 * DAY, SUMMARY), (NOW + 10 * DAY, SUMMARY)]
REMINDERS = ["one-on-ones due", "people nobody has thanked lately", "promises that are due", "change notices"]
BORN = BirthdayPreferences(birthday="14 March", birthday_wish=Wish.PUBLIC, began_on=date(2020, 3, 1))
OWN = [
    ShoutoutPreferences(announce=Announce.PRIVATE), BORN, BalancePreferences(), WorkingHoursPreferences(),
    HourPreferences(),
]  # fmt: skip
CHANGES = [
    SettingsChange("T1", TEAM.id, MAYA.id, NOW, "shoutouts.daily", 5, 3),
    SettingsChange("T1", TEAM.id, TOM.id, NOW, "people.leaders", [], [MAYA.id, TOM.id]),
    SettingsChange("T1", TEAM.id, TOM.id, NOW, "people.sponsor", None, GRACE.id),
]
CELEBRATION = Celebration("T1", TEAM.id, "delivery", Way.SAID, NOW, MAYA.id, "the backlog is at zero & stays there")
CELEBRATION.id = 1
MEETING = invitations.Meeting(
    "one-on-one:7@T1", "One-on-one: Maya and Ana", NOW + DAY, 45, 0, MAYA, ANA, "Bring whatever's on your mind."
)
SAME = Person("T1", "UANA2", "Ana", full_name="Ana Lopes")
ITEM = Item(
    "Nobody has thanked <@UANA> for 10 working days.", "You lead <#CHARBOUR>.", [Button("Thank them", action_id="x")]
)
TWO_BUTTONS = replace(ITEM, buttons=[*ITEM.buttons, Button("Not this time", action_id="y")])
ROWS = Item("Your 2 one-on-ones to plan.", "You lead them.", rows=[
    Row("<@UANA> asked for one.", [Button("Propose times", action_id="x")]), Row("<@UBEN>\nPlanned."),
])  # fmt: skip
HOURS = person_hours(ANA, TEAM)
CALLED = {"ana": [ANA], "ben": [BEN, SAME]}

BOTH_ROLES = [(TEAM, MEMBERS[1]), (OTHER_TEAM, None)]
SAMPLES = [
    show("an afternoon", absences.confirmation, away(AN_AFTERNOON), [AN_AFTERNOON], [], NOW),
    show(
        "in place of another, with something planned", absences.confirmation, away(A_WEEK, A_YEAR), [A_WEEK],
        [AN_AFTERNOON], NOW, (), [Busy({ANA.id, MAYA.id}, (A_WEEK[0] + 10 * HOUR, A_WEEK[0] + 11 * HOUR))],
    ),
    show("none", absences.listed, ANA, NOW),
    show("now and later", absences.listed, away(GONE_NOW, A_WEEK, A_YEAR), NOW),
    show("", absences.back, ANA, was_away=True, now=NOW),
    show("was not away, more to come", absences.back, away(A_WEEK), was_away=False, now=NOW),
    show("", absences.removed, A_WEEK, ANA, NOW),
    *(show(str(why), absences.refused, why, "until the cows <come> home") for why in AbsenceProblem),
    show("away", absences.away_now, away(GONE_NOW), NOW),
    show("there", absences.away_now, ANA, NOW),
    show("", absences.rows, away(A_WEEK), NOW),
    show("ends on a day off", absences.away_now, away((MIDNIGHT, MIDNIGHT + 4 * DAY)), NOW, [HOURS]),
    show("next year", absences.in_full, A_YEAR, ANA, NOW),
    show("", celebrations.card, CELEBRATION),
    show("", celebrations.confirmation, TEAM),
    show("", celebrations.many_reactions_reply, 7),
    show("nobody joined", celebrations.early_end_reply, 1, 30, [], others=False),
    show("two joined", celebrations.early_end_reply, 12, 30, [MAYA.id, TOM.id], others=False),
    show("some unnamed", celebrations.early_end_reply, 12, 30, [MAYA.id], others=True),
    show("one team", celebrations.form, [TEAM]),
    show("two teams, too long", celebrations.form, [TEAM, OTHER_TEAM], LONG * 4),
    show("", celebrations.closing_form, celebrations.confirmation(TEAM)),
    show("", errors.fit_to_section, errors.TRY_AGAIN),
    show("", errors.fit_to_field, "Say &lt;less&gt; &amp; mean it."),
    show("a passing fault", errors.note, errors.TRY_AGAIN),
    show("", errors.our_fault, "7f3a1c"),
    show("too slow", errors.note, errors.TOO_SLOW),
    show("", errors.notice, "Only the team's leaders can do that."),
    show("", errors.which_team, [TEAM, OTHER_TEAM]),
    show("", errors.with_words, "I don't know a queue called that.", "phones <42> waiting"),
    show("open", errors.closed_warning, TEAM, "I can't post anything"),
    show("closed", errors.closed_warning, CLOSED, "I can't post anything"),
    show("", errors.ritual_failed, "Question of the day"),
    show("", home.view, [SectionBlock("Hello.")]),
    show("more than fits", home.view, [SectionBlock("Hello.")] * 101),
    show("", home.hello, ANA, [TEAM], NOW),
    show("away", home.hello, away(GONE_NOW), [TEAM], NOW),
    show("other teams", home.hello_outside_teams, ANA, [ADMIN], has_teams=True),
    show("an admin, other teams", home.hello_outside_teams, ADMIN, [ADMIN], has_teams=True),
    show("no team yet", home.hello_outside_teams, ANA, [ADMIN, GRACE], has_teams=False),
    show("an admin, no team yet", home.hello_outside_teams, ADMIN, [ADMIN], has_teams=False),
    show("not invited", home.first_steps, []),
    show("in two channels", home.first_steps, [CHANNEL, SECOND]),
    show("", home.getting_started, TEAM, LEADERS, has_thanks=False),
    show("closed, nobody leads", home.getting_started, CLOSED, [], has_thanks=True),
    show("", home.team_at_a_glance, TEAM, LEADERS, 3),
    show("", home.team_with_buttons, TEAM, LEADERS, 3, may_change=True),
    show("closed, nobody leads", home.team_with_buttons, CLOSED, [], 0, may_change=False),
    show("", home.coming_sheet, TEAM, LEADERS, 3, COMING, NOW),
    show("nothing", home.coming_sheet, CLOSED, [], 0, [], NOW),
    show("", home.about_sheet, steward.personal_overview(DINA, [], OWN[:1], steward.Added(), NOW)),
    show("working hours", inputs.build_inputs, WorkingHoursSettings(country="PT")),
    show("shout-outs", inputs.build_inputs, ShoutoutSettings()),
    show("working hours", inputs.summary, WorkingHoursSettings(country="PT")),
    show("shout-outs", inputs.summary, ShoutoutSettings()),
    show("a number", inputs.describe_change, ShoutoutSettings, "daily", 5, 3),
    show("a list", inputs.describe_change, ShoutoutSettings, "values", ["empathy"], ["calm", "craft"]),
    show("days", inputs.format_value, [Day.MONDAY, Day.TUESDAY]),
    show("nothing", inputs.format_value, None),
    show("a time", inputs.format_value, time(9)),
    show("a day", inputs.format_value, TODAY),
    show("", inputs.label, Wish.PUBLIC),
    show("", invitations.links, MEETING),
    show("", invitations.request, MEETING, NOW),
    show("", invitations.cancel, replace(MEETING, sequence=1), NOW),
    show("names in a text", mentions.names_to_mentions, "thank @ana and @ben", CALLED),
    show("hers alone", mentions.name_for_field, ANA, CALLED),
    show("shared", mentions.name_for_field, BEN, CALLED),
    show("", mentions.mentions_to_names, "thank <@UANA> in <#CPHONES|phones>", NAMES),
    show("", mentions.field, "reason", "helping <@UBEN>", NAMES, longest=500),
    show("two with one name", mentions.distinct_names, [ANA, SAME, BEN]),
    show("", mentions.which_person, [ANA, SAME]),
    show("", settings.settings_list, TEAM, MEMBERS, [ShoutoutSettings(), WorkingHoursSettings()], []),
    show("changed, without sponsor", settings.settings_list, OTHER_TEAM, [], [ShoutoutSettings()], CHANGES),
    show("", settings.form, TEAM, WorkingHoursSettings()),
    show("", settings.people_form, TEAM, MEMBERS),
    show("birthday", settings.own_form, BORN),
    show("balance", settings.own_form, BalancePreferences()),
    show("the hour of reminders", settings.own_form, HourPreferences(is_learned=True)),
    show("", settings.own_buttons, OWN),
    show("", settings.saved_view, "Working hours", TEAM),
    show("without effect", settings.saved_view, "Balance", note=settings.NO_TEAM),
    show("in no team", settings.explain_no_effect, BORN, [], sponsors=False),
    show("a sponsor", settings.explain_no_effect, RitualPreferences(), [], sponsors=True),
    show("a leader", settings.explain_no_effect, ShadowingPreferences(), [Role.LEADER], sponsors=False),
    show("none", settings.explain_no_effect, BirthdayPreferences(birthday="14 March"), [Role.AGENT], sponsors=False),
    *(show(str(role), settings.new_role_note, TEAM, role, MAYA.id) for role in settings.Named),
    show("", setup.form, CHANNEL, MAYA),
    show("", setup.people_fields, leaders=[MAYA.id], deputies=[TOM.id], sponsor_id=GRACE.id, zone="Europe/Lisbon"),
    show("", setup.preview_view, TEAM, MEMBERS, MAYA, COMING, REMINDERS, NOW, "", {}),
    show("alone, out of reach", setup.preview_view, OTHER_TEAM, LEADERS[:1], MAYA, [], REMINDERS[:1], NOW, "",
         dict(zip("ABC", Barrier, strict=True))),
    show("", setup.created_view, TEAM, MEMBERS, COMING, NOW),
    show("", setup.channel_greeting, "CHARBOUR"),
    show("", setup.team_greeting, TEAM),
    show("", setup.rejoined_greeting, TEAM),
    show("", setup.welcome_post, TEAM, MEMBERS),
    show("two", setup.describe_leaders, LEADERS),
    show("nobody", setup.describe_leaders, []),
    show("two", setup.describe_leaders, MEMBERS),
    show("nobody", setup.describe_leaders, []),
    show("two", setup.leaders_of, MEMBERS),
    show("nobody", setup.leaders_of, []),
    show("", setup.preview_text, TEAM, COMING, NOW),
    show("nothing", setup.preview_text, TEAM, [], NOW + timedelta(days=20)),
    show("", setup.rituals, TEAM, COMING),
    show("at other times", setup.rituals, TEAM, [(NOW, SUMMARY), (NOW + DAY + HOUR, SUMMARY)]),
    show("", setup.city, "America/New_York"),
    *(show(str(number), setup.count, number, "agent") for number in (0, 1, 7)),
    show("known", setup.ask_an_admin, [ADMIN.id, GRACE.id]),
    show("unknown", setup.ask_an_admin, []),
    *(show(title, setup.cannot_join, who) for title, who in {
        "unknown": None, "a bot": BOT, "has left": LEFT, "from elsewhere": STRANGER,
    }.items()),
    show("", steward.usage),
    show("", steward.no_team_here),
    show("", steward.several_teams, [TEAM, OTHER_TEAM]),
    show("", steward.not_yours, TEAM, MEMBERS),
    show("", steward.overview, TEAM, MEMBERS, COMING, NOW),
    show("closed, without members", steward.overview, CLOSED, [], [], NOW),
    show("", steward.at_a_glance, TEAM, LEADERS, 1),
    show("", steward.closed_note, CLOSED),
    show("an agent", steward.personal_overview, away(A_WEEK), [(TEAM, MEMBERS[2])], OWN, steward.Added(), NOW),
    show("a deputy and sponsor", steward.personal_overview, RESTING, BOTH_ROLES, [BORN], steward.Added(), NOW),
    show("a greeting", suggestions.answer, "good morning"),
    show("a command without slash", suggestions.answer, "shoutot <@UANA> for the calm", {ANA.id: ANA.name}),
    show("a wish, the last answer", suggestions.answer, "the phones are swamped", is_last=True),
    show("", suggestions.code, "/shoutout <@UANA> for the `code`"),
    show("a slip", suggestions.not_understood, "/queue", "clam phones"),
    show("another command's", suggestions.not_understood, "/queue", "webhook"),
    show("unknown", suggestions.not_understood, "/1on1", "banana"),
    show("", suggestions.did_you_mean, "/steward", "settings"),
    show("", times.when, NOW, DINA),
    show("in an American format", times.when, NOW, AMERICAN),
    show("", times.short, NOW, DINA),
    show("in an American format", times.short, NOW, AMERICAN),
    show("", times.at_form, "x", "Suggest it", "When would suit you better?", DINA, TODAY, "", title="Another time"),
    show("one", cards.card, "nudges:1", [Line(1, ITEM)]),
    show("more buttons than fit in a row", cards.card, "nudges:1", [Line(1, TWO_BUTTONS)]),
    show("with rows, and some that ended", cards.card, "nudges:1", [
        Line(1, ROWS, may_snooze=False), *(Line(n, ITEM, ended) for n, ended in enumerate(cards.ENDED.values(), 2)),
    ]),
    show("a group that shares its menu", cards.card, "nudges:1", [
        *(Line(n, ITEM, group="a") for n in (1, 2)), Line(3, ITEM, "Not this time.", group="a"),
    ]),
    show(
        "the same question about two", cards.card, "nudges:1",
        [Line(n, replace(ITEM, text=f"Can you take it?\n>No. {n}"), group="a") for n in (1, 2)],
    ),
    show("", cards.home_section, [Line(1, ITEM), Line(2, ROWS)]),
    show("nothing", cards.home_section, []),
    show("", cards.describe_snooze, NOW + DAY, ANA),
    show("", cards.reasons, 1, ITEM, "people nobody has thanked lately"),
    show("", cards.date_form, 1),
    show("", cards.reminders, {"unthanked": "people nobody has thanked lately"}, [
        cards.Tally("due", "one-on-ones due", {"done": 2, "declined": 1, "ignored": 1, "snoozed": 1}),
        cards.Tally("visits", "sponsor visits", {"said": 1}),
        cards.Tally("sign", "cards to sign", {"done": 1, "ignored": 1}),
    ], ["cards to sign"]),
    show("nothing", cards.reminders, {}, [], []),
    show("", cards.unmuted, "people nobody has thanked lately"),
]  # fmt: skip

NOT_SHOWN = {
    callbacks.parts: "reads what a button carries",
    settings.settings_version: "a hash of what a form showed",
    setup.form_metadata: "what a preview remembers of its form",
    invitations.google_link: "an address, within `links`",
    invitations.outlook_link: "an address, within `links`",
    mentions.split_to_fit: "what `field` holds",
    inputs.parse_settings: "reads a form",
    suggestions.nearest_word: "compares words",
    suggestions.nearest_command: "finds a command; `answer` shows it",
}
