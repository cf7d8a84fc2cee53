// The Inspector: payloads sent to the app with their acks, the app's Web API calls, and its pending messages.

import { look } from "./api.js";
import { button, byId, el, signButton } from "./dom.js";
import { icon } from "./icons.js";
import { rove } from "./menu.js";
import { shortDay, time } from "./times.js";
import { on, world } from "./world.js";

const LATEST = 100;
const SOON = 120;
const TABS = { payloads: "Payloads", calls: "Web API calls", waiting: "Waiting" };
const EMPTY = {
  payloads: "No payloads have been sent to the app yet.",
  calls: "The app has not called the Web API yet.",
  waiting: "No messages are waiting to be sent.",
};

let tab = "payloads";
let due = null;
const open = new Set();

const panel = byId("inspector");
const opener = byId("inspect");

function toggle(isOpen) {
  panel.hidden = !isOpen;
  opener.setAttribute("aria-expanded", String(isOpen));
  if (isOpen) fill().then(() => panel.querySelector('[aria-selected="true"]').focus());
  else opener.focus();
}

async function fill() {
  const rows = (await look(tab, { limit: LATEST, workspace: undefined }))[tab];
  const focused = panel.contains(document.activeElement) && document.activeElement.closest("[data-key]")?.dataset.key;
  const wasTab = panel.contains(document.activeElement) && document.activeElement.matches("[role=tab]");
  const scrolled = panel.querySelector(".rows")?.scrollTop ?? 0;
  panel.replaceChildren(head(), tabs(), body(rows));
  panel.querySelector(".rows").scrollTop = scrolled;
  if (focused) panel.querySelector(`[data-key="${CSS.escape(focused)}"] summary`)?.focus();
  if (wasTab) panel.querySelector('[aria-selected="true"]').focus();
}

const head = () =>
  el(
    "div",
    { class: "head" },
    el("h2", {}, "Inspector"),
    el("span", { class: "about" }, `what ${world.app.name} receives and sends`),
    signButton(icon("cross"), "Close the Inspector", () => toggle(false)),
  );

function tabs() {
  const all = Object.entries(TABS).map(([name, label]) =>
    button(label, () => choose(name), {
      role: "tab",
      id: `tab-${name}`,
      "aria-selected": String(name === tab),
      "aria-controls": "inspected",
      tabindex: name === tab ? "0" : "-1",
    }),
  );
  return el(
    "div",
    {
      class: "tabs",
      role: "tablist",
      "aria-label": "Inspector",
      onkeydown: (event) => rove(event, all, ["ArrowLeft", "ArrowRight"]),
    },
    all,
  );
}

function choose(name) {
  tab = name;
  fill();
}

function body(rows) {
  const shown =
    rows === null
      ? [el("p", { class: "empty" }, "This app does not report unsent messages.")]
      : rows.length
        ? drawn(rows)
        : [el("p", { class: "empty" }, EMPTY[tab])];
  return el(
    "div",
    { class: "rows", role: "tabpanel", id: "inspected", "aria-labelledby": `tab-${tab}`, tabindex: "0" },
    shown,
  );
}

const drawn = (rows) => (tab === "waiting" ? [waiting(rows)] : rows.toReversed().map(tab === "calls" ? call : payload));

function payload(row) {
  const { payload: sent } = row;
  const what = sent.command
    ? `${sent.command} ${sent.text}`
    : sent.event
      ? sent.event.type
      : [sent.type, sent.actions?.[0]?.action_id ?? sent.view?.callback_id ?? sent.callback_id]
          .filter(Boolean)
          .join(" ");
  const ms =
    row.ms === null
      ? el("span", { class: "bad" }, `no ack (${row.missed.replaceAll("_", " ")})`)
      : el("span", { class: row.ms > 1500 ? "bad" : "good" }, `${Math.round(row.ms)} ms`);
  return entry(
    row,
    sent.event_id ?? sent.trigger_id ?? row.at,
    [el("span", { class: "kind" }, row.type.replaceAll("_", " ")), el("code", {}, what), ms],
    { payload: sent, ack: row.ack },
  );
}

function call(row) {
  const { ok, error } = row.answer;
  return entry(
    row,
    `${row.method} ${row.at}`,
    [
      el("code", {}, row.method),
      ok ? el("span", { class: "good" }, "ok") : el("span", { class: "bad" }, error ?? "failed"),
    ],
    { arguments: row.args, answer: row.answer },
  );
}

// The workspace or organization of an entry, if there are several.
function team(id) {
  const all = [...world.workspaces, ...world.enterprises];
  const name = all.find((each) => each.id === id)?.name ?? "no workspace";
  return all.length > 1 && el("span", { class: "kind" }, name);
}

// The content is rendered only when an entry is opened, because a hundred payloads are large.
function entry(row, key, words, parts) {
  const whole = el(
    "details",
    { class: "entry-row", dataset: { key }, open: open.has(key) },
    el("summary", {}, el("span", { class: "stamp" }, time(new Date(row.at))), words, team(row.team)),
  );
  const write = () =>
    whole.append(
      ...Object.entries(parts).flatMap(([name, value]) => [
        el("h3", {}, name),
        el("pre", { tabindex: "0", "aria-label": name }, JSON.stringify(value, null, 2)),
      ]),
    );
  whole.addEventListener("toggle", () => {
    if (whole.open && whole.children.length === 1) write();
    open[whole.open ? "add" : "delete"](key);
  });
  return whole;
}

function waiting(rows) {
  const cells = rows.map((row) =>
    el(
      "tr",
      {},
      el("td", {}, String(row.id)),
      el("td", {}, el("code", {}, row.method)),
      el("td", {}, place(row.conversation)),
      el("td", {}, when(row.not_before)),
    ),
  );
  const heads = ["id", "method", "conversation", "not before"].map((each) => el("th", { scope: "col" }, each));
  return el("table", {}, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, cells));
}

function place(id) {
  const channel = world.channels.get(id);
  const user = world.users.get(channel?.user ?? id);
  return user ? `@${user.name}` : channel?.name ? `#${channel.name}` : id;
}

const when = (iso) => `${shortDay(new Date(iso))}, ${time(new Date(iso))}`;

function soon() {
  if (panel.hidden || due) return;
  due = setTimeout(() => ((due = null), panel.hidden || fill()), SOON);
}

opener.addEventListener("click", () => toggle(panel.hidden));
panel.addEventListener("keydown", (event) => event.key === "Escape" && toggle(false));
for (const what of ["payload", "call", "clock", "back", "me"]) on(what, soon);
