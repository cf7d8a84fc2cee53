// Slack's date formats, such as {date_long_pretty} at {time}, in the reader's time zone.

import { partsIn } from "./zones.js";

const DAY = 86_400_000;
const MONTHS = "January February March April May June July August September October November December".split(" ");
const WEEKDAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const PRETTY = { "-1": "yesterday", 0: "today", 1: "tomorrow" };
const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** Formats an instant, or returns undefined if it is invalid or the format has an unknown token. */
export function dateText(seconds, format, names, atStart = false) {
  if (!/^\d{1,12}$/.test(seconds)) return undefined;
  const moment = momentOf(Number(seconds), names);
  let isKnown = true;
  const text = format.replace(/\{(\w+)\}/g, (_, name) => {
    isKnown &&= Object.hasOwn(TOKENS, name);
    return isKnown ? TOKENS[name](moment) : "";
  });
  if (!isKnown) return undefined;
  return atStart ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** Returns an instant for `<time datetime>`, or null. */
export function isoOf(seconds) {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function momentOf(seconds, names) {
  const now = names.now();
  const { year, month, day, hour, minute, second } = partsIn(new Date(seconds * 1000), names.zone);
  const today = dayNumber(partsIn(now, names.zone));
  const number = dayNumber({ year, month, day });
  return { year, month, day, hour, minute, second, seconds, now, number, away: number - today };
}

function dayNumber({ year, month, day }) {
  return Date.UTC(Number(year), Number(month) - 1, Number(day)) / DAY;
}

const monthOf = ({ month }) => MONTHS[Number(month) - 1];
const weekdayOf = ({ number }) => WEEKDAYS[new Date(number * DAY).getUTCDay()];
const ordinal = ({ day }) => `${Number(day)}${suffix(Number(day))}`;
const withYear = (moment) => (Math.abs(moment.away) < 182 ? "" : `, ${moment.year}`);
const pretty = (otherwise) => (moment) => PRETTY[moment.away] ?? otherwise(moment);

function suffix(day) {
  if (day > 10 && day < 14) return "th";
  return { 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th";
}

function clock({ hour, minute }, seconds = "") {
  const number = Number(hour);
  return `${number % 12 || 12}:${minute}${seconds} ${number < 12 ? "AM" : "PM"}`;
}

function ago({ seconds, now }) {
  const away = seconds - now.getTime() / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(away) >= length) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat("en").format(Math.trunc(away / size), unit);
}

const date = (moment) => `${monthOf(moment)} ${ordinal(moment)}${withYear(moment)}`;
const short = (moment) => `${monthOf(moment).slice(0, 3)} ${Number(moment.day)}${withYear(moment)}`;
const long = (moment) => `${weekdayOf(moment)}, ${date(moment)}`;

const TOKENS = {
  date_num: ({ year, month, day }) => `${year}-${month}-${day}`,
  date_slash: ({ year, month, day }) => `${month}/${day}/${year}`,
  date,
  date_short: short,
  date_long: long,
  date_long_full: (moment) => `${weekdayOf(moment)}, ${monthOf(moment)} ${ordinal(moment)}, ${moment.year}`,
  date_pretty: pretty(date),
  date_short_pretty: pretty(short),
  date_long_pretty: pretty(long),
  day_divider_pretty: pretty(long),
  time: (moment) => clock(moment),
  time_secs: (moment) => clock(moment, `:${moment.second}`),
  ago,
};
