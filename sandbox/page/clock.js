// The clock bar: shows the sandbox's time and moves it forward.

import { act } from "./api.js";
import { button, byId, el } from "./dom.js";
import { close, popup } from "./menu.js";
import { aloud, notice, tried } from "./say.js";
import { goTo, place } from "./places.js";
import { asInput, city, dayOf, fromInput, next, now, setNow, shortDay, time } from "./times.js";
import { emit, on, world } from "./world.js";

let today = null;
const FRIDAY = 5;
const HOUR = 3600000;
const shown = el("b", { class: "clock-now" });
const zone = el("span", { class: "small" });

export function drawClock() {
  byId("clock").replaceChildren(
    el("span", { class: "clock-face" }, shown, zone),
    mover("+1 h", "Move the clock forward one hour", () => new Date(+now() + HOUR)),
    mover("Morning 09:00", "Move the clock to the next morning, 09:00", () => next(9)),
    mover("Friday 15:00", "Move the clock to the next Friday, 15:00", () => next(15, FRIDAY)),
    button("Pick…", (event) => pick(event.currentTarget), {
      class: "on-dark",
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
      title: "Pick a date and time",
    }),
    button("Call a spike", spike, { class: "on-dark spike", title: "Have queuewatch post an alert in #queue-alerts" }),
  );
  tick();
}

const mover = (label, title, to) => button(label, () => move(to()), { class: "on-dark", title });

function tick() {
  if (!world.me) return; // the page has not loaded the people yet
  const at = `${shortDay(now())}, ${time(now())}`;
  if (shown.textContent !== at) shown.textContent = at;
  zone.textContent = city(world.me.tz);
  if (today && today !== dayOf(now())) emit("day");
  today = dayOf(now());
}

async function move(to) {
  const bar = byId("clock");
  const focused = document.activeElement;
  bar.setAttribute("aria-busy", "true");
  for (const each of bar.querySelectorAll("button")) each.disabled = true;
  aloud(`Moving to ${shortDay(to)}, ${time(to)}.`);
  const moved = await tried(() => act("clock", { to: to.toISOString() }));
  for (const each of bar.querySelectorAll("button")) each.disabled = false;
  bar.removeAttribute("aria-busy");
  if (bar.contains(focused)) focused.focus();
  if (!moved) return;
  setNow(moved.now);
  tick();
  aloud(`It is now ${shortDay(now())}, ${time(now())}.`);
}

function pick(anchor) {
  const input = el("input", {
    type: "datetime-local",
    "aria-label": `Date and time in ${city(world.me.tz)}`,
    min: asInput(now()),
  });
  input.value = asInput(new Date(+now() + HOUR));
  const go = () => input.value && (close(), move(fromInput(input.value)));
  input.addEventListener("keydown", (event) => event.key === "Enter" && go());
  const words = el(
    "p",
    { class: "small" },
    "The clock only moves forward. Everything that falls due on the way happens, in order.",
  );
  if (
    popup(anchor, [input, button("Move the clock", go, { class: "primary" }), words], {
      role: "dialog",
      "aria-label": "Move the clock",
      class: "popup pick",
    })
  )
    input.focus();
}

async function spike() {
  const said = { bot_id: "queuewatch", channel: "queue-alerts", text: "FIRING phones: 30 waiting (limit 20)" };
  if (!(await tried(() => act("messages", said)))) return;
  const there = [...world.channels.values()].find((channel) => channel.name === "queue-alerts");
  if (there.id !== place.channel)
    notice("queuewatch posted an alert in #queue-alerts.", { label: "Go there", do: () => goTo(there.id) });
}

on("clock", (changes) => (setNow(changes.at(-1).now), tick()));
on("me", drawClock);
setInterval(tick, 1000);
