// The main panel: a channel or the app's direct messages, with header, message list and composer.

import { act } from "./api.js";
import { Composer } from "./composer.js";
import { button, byId, el } from "./dom.js";
import { icon } from "./icons.js";
import { drawHome } from "./home.js";
import { MessageList } from "./list.js";
import { avatar } from "./avatars.js";
import { goTo, isDm, place } from "./places.js";
import { tried } from "./say.js";
import { markRead } from "./unread.js";
import { botName, on, world } from "./world.js";
import { mrkdwn } from "./mrkdwn.js";
import { names } from "./names.js";

let list = null;
let composer = null;
let drawn = 0;
let moves = 0;

export async function drawConversation() {
  const mine = ++drawn;
  const before = moves;
  const main = byId("main");
  list = composer = null;
  document.title = `${title()} · ${world.team.name}`;
  if (place.tab === "home") {
    const home = await drawHome();
    if (mine === drawn) main.replaceChildren(header(), home);
    return;
  }
  list = new MessageList(place.channel, { label: `Messages in ${title()}`, top: beginning() });
  await list.load();
  if (mine !== drawn) return;
  composer = mayWrite()
    ? new Composer(list, { label: isDm(place.channel) ? `Message ${world.app.name}` : `Message ${title()}` })
    : null;
  main.replaceChildren(header(), list.box, composer?.box ?? outside());
  list.toEnd();
  markRead(place.channel, list.messages.at(-1)?.ts);
  if (place.message) list.show(place.message);
  else if (moves === before && matchMedia("(hover: hover)").matches) composer?.focus();
}

const channel = () => world.channels.get(place.channel);
const title = () => (isDm(place.channel) ? world.app.name : `#${channel().name}`);
const mayWrite = () => isDm(place.channel) || (channel().members.includes(world.me.id) && !channel().is_archived);

function header() {
  if (isDm(place.channel)) return appHeader();
  const { name, topic, purpose, members, is_private: isPrivate } = channel();
  const about = topic?.value || purpose?.value;
  return el(
    "div",
    { class: "head" },
    el("h1", {}, el("span", { class: "hash", "aria-hidden": "true" }, isPrivate ? icon("lock") : "# "), name),
    el("span", { class: "about" }, about && mrkdwn(about, names)),
    el(
      "span",
      { class: "members", title: members.map((id) => world.users.get(id)?.real_name).join(", ") },
      icon("people"),
      String(members.length),
    ),
  );
}

function appHeader() {
  const tab = (name, label) =>
    button(label, () => goTo(place.channel, name), {
      class: "tab",
      "aria-current": place.tab === name ? "page" : null,
    });
  const tabs = el("div", { class: "tabs" }, world.app.has_home && tab("home", "Home"), tab("messages", "Messages"));
  return el(
    "div",
    { class: "head" },
    el(
      "h1",
      {},
      avatar(botName(), { size: 26, isApp: true }),
      ` ${world.app.name} `,
      el("span", { class: "badge" }, "APP"),
    ),
    tabs,
  );
}

function beginning() {
  if (isDm(place.channel))
    return [el("b", {}, botName()), el("p", {}, `This is the very beginning of your messages with ${world.app.name}.`)];
  return [
    el("b", {}, title()),
    el("p", {}, `This is the very beginning of the channel. ${channel().purpose?.value ?? ""}`),
  ];
}

function outside() {
  if (channel().is_archived) return el("div", { class: "outside-bar" }, "This channel is archived.");
  const join = () => tried(() => act("channels", { channel: place.channel, user: world.me.id, add: [world.me.id] }));
  return el(
    "div",
    { class: "outside-bar" },
    el("span", {}, "You are looking at ", el("b", {}, title())),
    button("Join channel", join, { class: "primary" }),
  );
}

function redraw() {
  if (!list || Boolean(composer) !== mayWrite()) return drawConversation();
  byId("main").firstElementChild?.replaceWith(header());
}

// Counts keyboard moves, so that focus is not stolen if the person moved on while a conversation was loading.
addEventListener("keydown", ({ key }) => /^(Tab|Arrow)/.test(key) && moves++, true);

on("place", drawConversation);
on("me", drawConversation);
on("people", redraw);
on("back", async () => {
  if (!list) return drawConversation();
  await list.load();
});
on("message", (changes) => list?.changed(changes));
on(
  "home",
  (changes) => place.tab === "home" && changes.some((each) => each.user === world.me.id) && drawConversation(),
);
on("day", () => list?.redate());
on("type", (text) => {
  if (!composer) return;
  composer.empty(text);
  composer.focus();
});
