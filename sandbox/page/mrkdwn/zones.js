// Time zone conversion between instants and wall-clock parts.

const NUMBERS = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
};
const made = new Map();

/** Returns `{year, month, day, hour, minute, second}` of a Date in a time zone, as two-digit strings. */
export function partsIn(date, zone) {
  const parts = formatter(zone).formatToParts(date);
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

/** Formats an instant as wall-clock time in a time zone: `2026-11-24T15:00`. */
export function localOf(seconds, zone) {
  const { year, month, day, hour, minute } = partsIn(new Date(seconds * 1000), zone);
  return `${year.padStart(4, "0")}-${month}-${day}T${hour}:${minute}`;
}

/** Returns the instant of a wall-clock time such as `2026-11-24T15:00` in a time zone, in Unix seconds. */
export function secondsOf(local, zone) {
  const wanted = Date.parse(`${local}:00Z`) / 1000;
  const shown = (seconds) => Date.parse(`${localOf(seconds, zone)}:00Z`) / 1000;
  const guess = wanted - (shown(wanted) - wanted);
  return guess + (wanted - shown(guess));
}

function formatter(zone) {
  if (!made.has(zone)) made.set(zone, create(zone));
  return made.get(zone);
}

function create(zone) {
  const options = { ...NUMBERS, hourCycle: "h23" };
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
  }
}
