// Date and time pickers: the browser's native inputs, which work with keyboards and screen readers.

import { localOf, secondsOf } from "../mrkdwn/zones.js";
import { h } from "./dom.js";
import { named } from "./use.js";

const SETTLED = 800;

const date = (use) => picker(use, "date", "Choose a date");
const moment = (use) => picker(use, "datetime-local", "Choose a date and time", inZone(use.names.zone));

function time(use) {
  const { timezone } = use.element;
  const input = picker(use, "time", "Choose a time");
  return timezone ? h("span", { class: "bk-with-note" }, input, h("span", { class: "bk-quiet" }, timezone)) : input;
}

/** Converts between Unix seconds, for the app, and wall-clock time in a time zone, for the person. */
function inZone(zone) {
  return {
    shown: (seconds) => (seconds == null ? "" : localOf(seconds, zone)),
    read: (local) => (local ? secondsOf(local, zone) : null),
  };
}

const AS_IT_IS = { shown: (value) => value ?? "", read: (words) => words || null };

function picker(use, type, label, { shown, read } = AS_IT_IS) {
  const { placeholder, focus_on_load: isFirst } = use.element;
  const names = named(use);
  const input = h("input", {
    type,
    class: "bk-field bk-picker",
    value: shown(use.value()),
    title: placeholder?.text,
    autofocus: isFirst,
    ...names,
    "aria-label": names["aria-label"] ?? (names.id ? null : label),
  });
  settle(
    input,
    async () => {
      const value = read(input.value);
      if (value === use.value()) return;
      if (!(await use.choose(value, input))) input.value = shown(use.value());
    },
    use.acts,
  );
  return input;
}

/** Debounces changes that are sent to the app, because typing a year changes the date four times. A form keeps each. */
function settle(input, done, waits) {
  let timer;
  input.addEventListener("change", () => {
    clearTimeout(timer);
    if (waits) timer = setTimeout(done, SETTLED);
    else done();
  });
  input.addEventListener("blur", () => {
    clearTimeout(timer);
    done();
  });
}

export const PICKERS = { datepicker: date, timepicker: time, datetimepicker: moment };
