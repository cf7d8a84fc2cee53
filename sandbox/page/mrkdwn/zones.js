// Clocks of other zones: an instant as its calendar parts there, and back.

const NUMBERS = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
};
const made = new Map();

/** `{year, month, day, hour, minute, second}` as two-digit words, of a Date in a zone. */
export function partsIn(date, zone) {
  const parts = formatter(zone).formatToParts(date);
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

/** `2026-11-24T15:00` on the wall clocks of a zone. */
export function localOf(seconds, zone) {
  const { year, month, day, hour, minute } = partsIn(new Date(seconds * 1000), zone);
  return `${year.padStart(4, "0")}-${month}-${day}T${hour}:${minute}`;
}

/** The instant at which wall clocks of a zone show `2026-11-24T15:00`, in seconds. */
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
