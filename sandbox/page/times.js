// Date and time formatting for the current person: in their time zone, relative to the sandbox's clock.

import { look } from "./api.js";
import { world } from "./world.js";

let told = { at: Date.now(), since: performance.now() };

export const now = () => new Date(told.at + performance.now() - told.since);

export function setNow(iso) {
  told = { at: Date.parse(iso), since: performance.now() };
}

export const readClock = async () => setNow((await look("clock")).now);

const made = new Map();

function format(at, options, zone = world.me.tz) {
  const key = zone + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  return made.get(key).format(at);
}

const HOUR = { hour: "2-digit", minute: "2-digit" };

export const ofTs = (ts) => new Date(Number(ts) * 1000);
export const time = (at, zone) => format(at, HOUR, zone);
export const shortDay = (at, zone) => format(at, { weekday: "short", day: "numeric", month: "short" }, zone);
export const full = (at) =>
  `${format(at, { weekday: "long", day: "numeric", month: "long", year: "numeric" })} at ${time(at)}`;
export const dayOf = (at, zone) => format(at, { year: "numeric", month: "2-digit", day: "2-digit" }, zone);
export const city = (zone) => zone.split("/").at(-1).replaceAll("_", " ");

export function day(at) {
  const yesterday = new Date(now() - 86400000);
  if (dayOf(at) === dayOf(now())) return "Today";
  if (dayOf(at) === dayOf(yesterday)) return "Yesterday";
  return format(at, { weekday: "long", day: "numeric", month: "long" });
}

// The day as it reads within a sentence.
export const onDay = (at) => (/day /.test(day(at)) ? `on ${day(at)}` : day(at).toLowerCase());

// The wall-clock parts of an instant in a time zone, as numbers.
function wall(at, zone) {
  const [date, hour] = [dayOf(at, zone).split("/").map(Number), time(at, zone).split(":").map(Number)];
  return { year: date[2], month: date[1], day: date[0], hour: hour[0], minute: hour[1] };
}

// The instant of a wall-clock time in a time zone; a time skipped by daylight saving moves an hour later.
export function instant({ year, month, day, hour = 0, minute = 0 }, zone = world.me.tz) {
  const meant = Date.UTC(year, month - 1, day, hour, minute);
  let at = meant;
  for (let tries = 0; tries < 3; tries++) {
    const shown = wall(new Date(at), zone);
    at += meant - Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute);
  }
  return new Date(at);
}

// The next occurrence of an hour, optionally on a weekday (0 is Sunday).
export function next(hour, weekday) {
  const today = wall(now(), world.me.tz);
  for (let days = 0; days < 9; days++) {
    const that = new Date(Date.UTC(today.year, today.month - 1, today.day + days));
    const at = instant({ year: that.getUTCFullYear(), month: that.getUTCMonth() + 1, day: that.getUTCDate(), hour });
    if (at > now() && (weekday === undefined || that.getUTCDay() === weekday)) return at;
  }
  return now();
}

// The value for an input of type datetime-local.
export function asInput(at) {
  const { year, month, day, hour, minute } = wall(at, world.me.tz);
  const two = (number) => String(number).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

export function fromInput(text) {
  const [year, month, day, hour, minute] = text.split(/\D/).map(Number);
  return instant({ year, month, day, hour, minute });
}
