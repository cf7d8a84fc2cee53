"""Normalization of typed dates: dashes, ISO dates, `till`, `noon`, `back on`, `nächste Woche` become one form each."""

import re
import unicodedata

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.)? ?(?:of )?{MONTH}|{MONTH} \d|\d{{1,2}}[./]\d|\d{{1,2}}(?:st|nd|rd|th|\.)? +to\b)"
)
REASON = r"leave|vacation|holidays?|pto|ooo|out of office|out|off|sick|ill|away|training"

NEXT_WEEK = (
    r"(?:(?:in )?(?:der |die )?(?:n(?:ä|ae|a)chste|kommende)[rn]? woche|(?:la )?semaine prochaine|para a semana"
    r"|(?:en |na )?(?:l?a )?(?:pr[oó]xima semana|semana (?:pr[oó]xima|que viene|que vem)))"
)
AFTERNOON = r"(?:nachmittag|apr[eè]s[- ]midi|(?:por la|pela|[aà]) tarde)"
"""The words for afternoon in German, French, Spanish and Portuguese."""

ORDERED = [
    (r"[\u2010-\u2015\u2212]", "-"),
    (rf"\b{NEXT_WEEK}\b", "next week"),
    (rf"\b(?:heute|cet|cette|hoy|hoje) {AFTERNOON}\b|\besta tarde\b", "this afternoon"),
    (rf"\b{AFTERNOON}\b", "afternoon"),
    (r"\b(?:morgen|demain|ma[nñ]ana|amanh[aã])\b", "tomorrow"),
    (r"[\u2018\u2019`]", "'"),
    (r"[;!?\"“”()]", " "),
    (r"(?<=[a-z])\.(?= |$)|'s\b", ""),
    (r"\bnoon\b|\bmidday\b", "12:00"),
    (r"\bmidnight\b", "00:00"),
    (r"\b(?:a )?fortnight\b", "2 weeks"),
    (r"\bhalf an hour\b", "30 minutes"),
    (r"\b(\d{4})([-/])(\d\d)\2(\d\d)\b", r"\4.\3.\1"),
    (r"\b(\d{1,2})-(\d{1,2})-(\d{4})\b", r"\1/\2/\3"),
    (rf"\b(\d{{1,2}})-({MONTH})-(\d{{4}})\b", r"\1 \2 \3"),
    (r"-|\.{2,}|(?<=\d{4})/(?=\d)", " to "),
    (rf"\b{WEEKDAY},? (?:the )?(?={DATE})", ""),
    (r", (?=\d{4}\b)", " "),
    (r",", " and "),
    (r"\b(\d{1,2}(?::\d\d)?) +to +(\d{1,2}(?::\d\d)?) ?([ap]m)\b", r"\1\3 to \2\3"),
    (r"\b(?:and )?(?:i am |i'm )?(?:be |am )?(?:back|returning|return)(?: again)?(?: on| at)?\b", "until"),
    (r"\b(?:till|'?til|bis)\b", "until"),
    (r"\buntil (.+?) (?:inclusive|included|incl)\b", r"to \1"),
    (r"\b(?:(?:until|up to) and including|through|thru|up to)\b", "to"),
    (r"\b(?:starting|beginning|as of|since)(?: from| on)?\b|\bas from\b", "from"),
    (rf"^(?:i am |i'm )?(?:(?:on |for |at )?(?:{REASON})\b)", ""),
    (r"^ *between (.+?) and (.+)$", r"\1 to \2"),
    (r"\bfrom now (?:on )?(?=until|to)|\bnow (?=until|to)", ""),
    (r"\bnow\b", "today"),
    (r"\buntil +(?:until|to)\b", "until"),
]  # fmt: skip
"""Applied in order: some patterns rely on the replacements before them."""
RULES = [(re.compile(pattern), to) for pattern, to in ORDERED]


def normalize_dates(text: str) -> str:
    """Rewrite typed dates in the vocabulary that the date parsers know."""
    said = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    for pattern, to in RULES:
        said = " ".join(pattern.sub(to, said).split())
    return said
