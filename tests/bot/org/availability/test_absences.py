"""The parser of absences, which returns the start and the end of each."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.db.models import Span
from bot.org.availability.absences import AbsenceProblem, NoAbsence, is_away, merge_absence, parse_absences

NOW = datetime(2026, 11, 17, 16, tzinfo=UTC)
"""A Tuesday at 16:00 in Lisbon, 11:00 in New York and 21:30 in Kolkata."""
LISBON = "Europe/Lisbon"


def at(said: str, zone: str = LISBON) -> datetime:
    """Parse `23 Nov` or `23 Nov 09:00` in the winter of 2026/27."""
    day, month, *clock = said.split()
    year = 2027 if month in ("Jan", "Feb", "Mar") else 2026
    local = datetime.strptime(f"{day} {month} {year} {(clock or ['00:00'])[0]}", "%d %b %Y %H:%M")  # noqa: DTZ007
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("next week", "23 Nov", "30 Nov"),
        ("all next week", "23 Nov", "30 Nov"),
        ("on vacation next week", "23 Nov", "30 Nov"),
        ("for next week.", "23 Nov", "30 Nov"),
        ("the week after next", "30 Nov", "07 Dec"),
        ("the week of 7 December", "07 Dec", "14 Dec"),
        ("tomorrow", "18 Nov", "19 Nov"),
        ("Tomorrow!", "18 Nov", "19 Nov"),
        ("the day after tomorrow", "19 Nov", "20 Nov"),
        ("Monday", "23 Nov", "24 Nov"),
        ("on Monday", "23 Nov", "24 Nov"),
        ("next monday", "23 Nov", "24 Nov"),
        ("next friday", "27 Nov", "28 Nov"),
        ("tuesday", "24 Nov", "25 Nov"),
        ("Thurs", "19 Nov", "20 Nov"),
        ("Tuesday next week", "24 Nov", "25 Nov"),
        ("this weekend", "21 Nov", "23 Nov"),
        ("next month", "01 Dec", "01 Jan"),
        ("in January", "01 Jan", "01 Feb"),
        ("January 2027", "01 Jan", "01 Feb"),
        ("28 December", "28 Dec", "29 Dec"),
        ("December 28th", "28 Dec", "29 Dec"),
        ("the 28th of Dec", "28 Dec", "29 Dec"),
        ("Monday, 28 December", "28 Dec", "29 Dec"),
        ("2026-12-28", "28 Dec", "29 Dec"),
        ("2026/12/28", "28 Dec", "29 Dec"),
        ("28.12.", "28 Dec", "29 Dec"),
        ("28.12.26", "28 Dec", "29 Dec"),
        ("28/12", "28 Dec", "29 Dec"),
        ("12/28/2026", "28 Dec", "29 Dec"),
        ("28-12-2026", "28 Dec", "29 Dec"),
        ("the 28th", "28 Nov", "29 Nov"),
        ("tomorrow afternoon", "18 Nov 12:00", "19 Nov"),
        ("Friday morning", "20 Nov", "20 Nov 12:00"),
        ("tonight", "17 Nov 18:00", "18 Nov"),
    ],
)
def test_absence_for_a_future_day_or_week_starts_with_that_day_or_week(text: str, start: str, end: str) -> None:
    assert parse_absences(text, LISBON, NOW) == [(at(start), at(end))]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Thursday and Friday next week", [("26 Nov", "27 Nov"), ("27 Nov", "28 Nov")]),
        ("Monday, Wednesday and Friday next week", [("23 Nov", "24 Nov"), ("25 Nov", "26 Nov"), ("27 Nov", "28 Nov")]),
        ("Wednesday to Friday next week", [("25 Nov", "28 Nov")]),
        ("Wednesday to next Friday", [("18 Nov", "28 Nov")]),
        ("next Wednesday to Friday", [("25 Nov", "28 Nov")]),
        ("from Wed until Fri next week", [("25 Nov", "27 Nov")]),
        ("from Thursday until Tuesday next week", [("19 Nov", "24 Nov")]),
        ("Friday and Monday next week", [("20 Nov", "21 Nov"), ("23 Nov", "24 Nov")]),
        ("Friday and next week Monday", [("20 Nov", "21 Nov"), ("23 Nov", "24 Nov")]),
    ],
)
def test_week_typed_after_a_list_of_weekdays_applies_to_all_weekdays(text: str, days: list[tuple[str, str]]) -> None:
    assert parse_absences(text, LISBON, NOW) == [(at(start), at(end)) for start, end in days]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("from 28 Dec until 4 Jan", "28 Dec", "04 Jan"),
        ("from 28 December till 4 January", "28 Dec", "04 Jan"),
        ("28 Dec until 4 Jan inclusive", "28 Dec", "05 Jan"),
        ("from 28 Dec to 4 Jan", "28 Dec", "05 Jan"),
        ("Dec 28 through Jan 4", "28 Dec", "05 Jan"),
        ("between 28 Dec and 4 Jan", "28 Dec", "05 Jan"),
        ("28 Dec – 4 Jan", "28 Dec", "05 Jan"),
        ("28 Dec—4 Jan", "28 Dec", "05 Jan"),
        ("Dec 28-Jan 4", "28 Dec", "05 Jan"),
        ("28.12.–4.1.", "28 Dec", "05 Jan"),
        ("28.12. - 4.1.", "28 Dec", "05 Jan"),
        ("28.12.2026-04.01.2027", "28 Dec", "05 Jan"),
        ("28/12 - 4/1", "28 Dec", "05 Jan"),
        ("12/28 to 1/4", "28 Dec", "05 Jan"),
        ("2026-12-28 to 2027-01-04", "28 Dec", "05 Jan"),
        ("2026-12-28/2027-01-04", "28 Dec", "05 Jan"),
        ("2026-12-28–2027-01-04", "28 Dec", "05 Jan"),
        ("28–31 December", "28 Dec", "01 Jan"),
        ("28.–31.12.", "28 Dec", "01 Jan"),
        ("December 28–31", "28 Dec", "01 Jan"),
        ("the 7th to the 11th of December", "07 Dec", "12 Dec"),
        ("Mon 7 – Fri 11 December", "07 Dec", "12 Dec"),
        ("Monday, 7 December to Friday, 11 December", "07 Dec", "12 Dec"),
        ("Monday to Wednesday", "23 Nov", "26 Nov"),
        ("Mon-Wed", "23 Nov", "26 Nov"),
        ("from Monday until Wednesday", "23 Nov", "25 Nov"),
        ("from tomorrow until Friday", "18 Nov", "20 Nov"),
        ("from tomorrow to Friday", "18 Nov", "21 Nov"),
        ("starting tomorrow until Friday", "18 Nov", "20 Nov"),
        ("from Friday afternoon until Monday", "20 Nov 12:00", "23 Nov"),
        ("Friday 14:00 until Monday 9am", "20 Nov 14:00", "23 Nov 09:00"),
        ("tomorrow 14:00–16:00", "18 Nov 14:00", "18 Nov 16:00"),
        ("14:00 to 16:00 tomorrow", "18 Nov 14:00", "18 Nov 16:00"),
        ("tomorrow from 2pm to 4pm", "18 Nov 14:00", "18 Nov 16:00"),
        ("2-4pm", "18 Nov 14:00", "18 Nov 16:00"),
        ("22:00 to 6:00", "17 Nov 22:00", "18 Nov 06:00"),
        ("14h-15h30", "18 Nov 14:00", "18 Nov 15:30"),
        ("from 17:00", "17 Nov 17:00", "18 Nov"),
        ("tomorrow from 14:00", "18 Nov 14:00", "19 Nov"),
        ("from Monday for 3 days", "23 Nov", "26 Nov"),
        ("for two weeks from 7 December", "07 Dec", "21 Dec"),
        ("Monday for 2 days", "23 Nov", "25 Nov"),
    ],
)
def test_absence_typed_as_a_range_of_days_or_times_is_parsed(text: str, start: str, end: str) -> None:
    assert parse_absences(text, LISBON, NOW) == [(at(start), at(end))]


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("until Monday", "23 Nov"),
        ("Until monday 9:00", "23 Nov 09:00"),
        ("til Monday", "23 Nov"),
        ("back Monday", "23 Nov"),
        ("back on Monday at 9", "23 Nov 09:00"),
        ("now until Monday", "23 Nov"),
        ("from today until Monday", "23 Nov"),
        ("until next week", "23 Nov"),
        ("until tuesday", "24 Nov"),
        ("through Friday", "21 Nov"),
        ("until and including Friday", "21 Nov"),
        ("until the end of the week", "23 Nov"),
        ("until the end of next week", "30 Nov"),
        ("until end of day", "18 Nov"),
        ("until tomorrow 9am", "18 Nov 09:00"),
        ("until 9am tomorrow", "18 Nov 09:00"),
        ("until 4.1.", "04 Jan"),
        ("until 1 December 15:00", "01 Dec 15:00"),
        ("until December 1st, 2026", "01 Dec"),
        ("until 18:00", "17 Nov 18:00"),
        ("until 3pm", "18 Nov 15:00"),
        ("until 16:00", "18 Nov 16:00"),
        ("17:00", "17 Nov 17:00"),
        ("noon", "18 Nov 12:00"),
        ("today", "18 Nov"),
        ("this afternoon", "18 Nov"),
        ("this week", "23 Nov"),
        ("rest of the week", "23 Nov"),
        ("16 November to 20 November", "21 Nov"),
        ("10 Nov – 5 Jan", "06 Jan"),
        ("  FOR  3   days ", "20 Nov"),
        ("3 days", "20 Nov"),
        ("for the next two weeks", "01 Dec"),
        ("a fortnight", "01 Dec"),
        ("a month", "17 Dec"),
        ("an hour", "17 Nov 17:00"),
        ("for 30 minutes", "17 Nov 16:30"),
        ("half an hour", "17 Nov 16:30"),
    ],
)
def test_absence_that_has_begun_starts_now(text: str, back: str) -> None:
    assert parse_absences(text, LISBON, NOW) == [(NOW, at(back))]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Monday and Wednesday", [("23 Nov", "24 Nov"), ("25 Nov", "26 Nov")]),
        ("monday, wednesday", [("23 Nov", "24 Nov"), ("25 Nov", "26 Nov")]),
        ("24 and 31 December", [("24 Dec", "25 Dec"), ("31 Dec", "01 Jan")]),
        ("tomorrow and from 28 Dec until 4 Jan", [("18 Nov", "19 Nov"), ("28 Dec", "04 Jan")]),
    ],
)
def test_several_absences_in_one_text_are_parsed(text: str, days: list[tuple[str, str]]) -> None:
    assert parse_absences(text, LISBON, NOW) == [(at(start), at(end)) for start, end in days]


@pytest.mark.parametrize(
    ("text", "zone", "back"),
    [
        ("until 15:00", "America/New_York", "2026-11-17T15:00-05:00"),
        ("until 15:00", "Asia/Kolkata", "2026-11-18T15:00+05:30"),
        ("until tomorrow", "Pacific/Auckland", "2026-11-19T00:00+13:00"),
        ("until wed", "Pacific/Auckland", "2026-11-25T00:00+13:00"),
        ("until 1 June", "Europe/Lisbon", "2027-06-01T00:00+01:00"),
        ("until 28 March 2027 01:30", "Europe/Lisbon", "2027-03-28T02:30+01:00"),
        ("until 31 October 2027 01:30", "Europe/Lisbon", "2027-10-31T01:30+01:00"),
        ("until 28 March 2027", "Asia/Beirut", "2027-03-28T01:00+03:00"),
    ],
)
def test_times_of_an_absence_are_parsed_in_the_persons_time_zone(text: str, zone: str, back: str) -> None:
    assert parse_absences(text, zone, NOW) == [(NOW, datetime.fromisoformat(back))]


@pytest.mark.parametrize(
    ("texts", "start", "end"),
    [
        (["nächste Woche", "na\u0308chste Woche", "in der nächsten Woche", "kommende Woche", "naechste woche"], 23, 30),
        (
            ["la semaine prochaine", "semaine prochaine", "la próxima semana", "La semana que viene", "proxima semana"],
            23,
            30,
        ),
        (["na próxima semana", "para a semana", "a semana que vem"], 23, 30),
        (["morgen", "demain", "mañana", "manana", "amanhã", "Amanha!"], 18, 19),
        (["morgen Nachmittag", "demain après-midi", "mañana por la tarde", "amanhã à tarde"], 18.5, 19),
        (["heute Nachmittag", "cet après\u2010midi", "esta tarde", "hoy por la tarde", "hoje à tarde"], 17, 18),
    ],
)
def test_common_phrases_for_absences_are_parsed_in_four_more_languages(
    texts: list[str], start: float, end: int
) -> None:
    midnight = at("01 Nov")
    span = max(midnight + timedelta(days=start - 1), NOW), midnight + timedelta(days=end - 1)
    assert {text: parse_absences(text, LISBON, NOW) for text in texts} == {text: [span] for text in texts}


def test_absence_on_29_february_is_on_the_next_leap_day() -> None:
    now = datetime(2027, 11, 17, tzinfo=UTC)

    assert parse_absences("until 29 February", "UTC", now) == [(now, datetime(2028, 2, 29, tzinfo=UTC))]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", AbsenceProblem.UNCLEAR),
        ("soon", AbsenceProblem.UNCLEAR),
        ("until Christmas", AbsenceProblem.UNCLEAR),
        ("mo", AbsenceProblem.UNCLEAR),
        ("mond ay", AbsenceProblem.UNCLEAR),
        ("15", AbsenceProblem.UNCLEAR),
        ("in two weeks", AbsenceProblem.UNCLEAR),
        ("25:00", AbsenceProblem.UNCLEAR),
        ("until 15:60", AbsenceProblem.UNCLEAR),
        ("13pm", AbsenceProblem.UNCLEAR),
        ("0am", AbsenceProblem.UNCLEAR),
        ("9am 10am", AbsenceProblem.UNCLEAR),
        ("30 February", AbsenceProblem.UNCLEAR),
        ("2026-13-01", AbsenceProblem.UNCLEAR),
        ("monday or tuesday", AbsenceProblem.UNCLEAR),
        ("heute Morgen", AbsenceProblem.UNCLEAR),
        ("übermorgen", AbsenceProblem.UNCLEAR),
        ("après-demain", AbsenceProblem.UNCLEAR),
        ("pasado mañana", AbsenceProblem.UNCLEAR),
        ("mañana por la mañana", AbsenceProblem.UNCLEAR),
        ("depois de amanhã", AbsenceProblem.UNCLEAR),
        ("ab morgen", AbsenceProblem.UNCLEAR),
        ("x" * 5000, AbsenceProblem.UNCLEAR),
        ("3/4", AbsenceProblem.AMBIGUOUS),
        ("until 1/2/2027", AbsenceProblem.AMBIGUOUS),
        ("from 3/4 to 5/4", AbsenceProblem.AMBIGUOUS),
        ("from Monday", AbsenceProblem.ENDLESS),
        ("starting 28 December", AbsenceProblem.ENDLESS),
        ("tomorrow 9am", AbsenceProblem.ENDLESS),
        ("from 2026-12-28 to 2026-12-20", AbsenceProblem.BACKWARDS),
        ("from Monday until tomorrow", AbsenceProblem.BACKWARDS),
        ("this morning", AbsenceProblem.PAST),
        ("until today", AbsenceProblem.PAST),
        ("2026-11-16", AbsenceProblem.PAST),
        ("until 2001-01-01", AbsenceProblem.PAST),
        ("0001-01-01", AbsenceProblem.PAST),
        ("0 days", AbsenceProblem.PAST),
        ("until 18 Nov 2027", AbsenceProblem.TOO_FAR),
        ("400 days", AbsenceProblem.TOO_FAR),
        ("999 months", AbsenceProblem.TOO_FAR),
        ("2999-01-01", AbsenceProblem.TOO_FAR),
        ("until 9999-12-31", AbsenceProblem.TOO_FAR),
        ("from 28 Dec until 31 December 9999 23:00", AbsenceProblem.TOO_FAR),
    ],
)
def test_invalid_absence_is_refused_with_a_reason(text: str, why: AbsenceProblem) -> None:
    with pytest.raises(NoAbsence) as refused:
        parse_absences(text, LISBON, NOW)

    assert refused.value.why is why


WORDS = st.sampled_from([
    "for", "at", "a", "0", "1", "3", "29", "31", "999", "²", "٣", "day", "weeks", "mon", "sunday", "feb", "december",
    "1st", "2026", "9999", "0000", "15:00", "3pm", "am", "24/12", "9999-12-31", "0001-01-01", "today", "tomorrow",
    "from", "until", "to", "–", "and", "next", "week", "end", "of", "the", "28.12.", "morning", "months", "back",
])  # fmt: skip


@settings(deadline=None)
@given(
    text=st.text() | st.lists(WORDS, max_size=6).map(" ".join),
    zone=st.sampled_from(["Europe/Lisbon", "Pacific/Kiritimati", "Pacific/Niue", "Pacific/Apia"]),
)
def test_any_text_is_parsed_as_an_absence_within_a_year_or_refused(text: str, zone: str) -> None:
    try:
        spans = parse_absences(text, zone, NOW)
    except NoAbsence:
        return
    for start, end in spans:
        assert NOW <= start < end <= NOW + timedelta(days=367)
        assert start.tzinfo is end.tzinfo is UTC


CHRISTMAS: Span = (at("28 Dec"), at("04 Jan"))


@pytest.mark.parametrize(
    ("known", "new", "together"),
    [
        ([], CHRISTMAS, [CHRISTMAS]),
        ([CHRISTMAS], (at("20 Nov"), at("21 Nov")), [(at("20 Nov"), at("21 Nov")), CHRISTMAS]),
        ([CHRISTMAS], (at("02 Jan"), at("08 Jan")), [(at("28 Dec"), at("08 Jan"))]),
        ([CHRISTMAS], (at("24 Dec"), at("28 Dec")), [(at("24 Dec"), at("04 Jan"))]),
        ([CHRISTMAS], (at("29 Dec"), at("30 Dec")), [CHRISTMAS]),
        ([CHRISTMAS], (at("28 Dec"), at("02 Jan")), [(at("28 Dec"), at("02 Jan"))]),
        ([(at("20 Nov"), at("21 Nov")), CHRISTMAS], (at("19 Nov"), at("29 Dec")), [(at("19 Nov"), at("04 Jan"))]),
        ([(at("10 Nov"), at("30 Nov"))], (NOW, at("20 Nov")), [(NOW, at("20 Nov"))]),
        ([(at("10 Nov"), at("12 Nov"))], CHRISTMAS, [CHRISTMAS]),
    ],
    ids=["first", "apart", "overlaps", "touches", "within", "corrects", "swallows", "corrects the present", "is over"],
)
def test_new_absence_is_merged_with_adjacent_ones(known: list[Span], new: Span, together: list[Span]) -> None:
    assert merge_absence(known, new, NOW) == together


def test_too_many_absences_are_refused() -> None:
    days = [at("18 Nov") + timedelta(days=2 * nth) for nth in range(20)]
    known = [(day, day + timedelta(days=1)) for day in days]

    with pytest.raises(NoAbsence) as refused:
        merge_absence(known, CHRISTMAS, NOW)

    assert refused.value.why is AbsenceProblem.TOO_MANY


def test_person_is_away_from_the_start_of_an_absence_until_just_before_its_end() -> None:
    moments = [CHRISTMAS[0] - timedelta(minutes=1), CHRISTMAS[0], CHRISTMAS[1] - timedelta(minutes=1), CHRISTMAS[1]]

    assert [is_away([CHRISTMAS], each) for each in moments] == [False, True, True, False]
