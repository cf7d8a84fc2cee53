// The sidebar: channels and the app, with unread markers.

import { avatar } from "./avatars.js";
import { button, byId, el } from "./dom.js";
import { icon } from "./icons.js";
import { rove } from "./menu.js";
import { become, goTo, place } from "./places.js";
import { hasNews, unread } from "./unread.js";
import { workspaceButton } from "./workspaces.js";
import { botName, channelsOf, dmOf, on, people, world } from "./world.js";

export function drawSide() {
  const focused = document.activeElement?.dataset?.goes;
  const channels = channelsOf(world.me).map((channel) =>
    entry(channel.id, channel.is_private ? icon("lock") : "#", channel.name, !channel.members.includes(world.me.id)),
  );
  const app = entry(dmOf(world.me), avatar(botName(), { size: 20, isApp: true }), world.app.name);
  const list = el(
    "div",
    { onkeydown: (event) => rove(event, [...list.querySelectorAll(".team, .entry")]) },
    workspaceButton(),
    group("Channels", channels),
    group("Apps", [app]),
    group("People", people().map(colleague), "Switch to a person to see what they see"),
  );
  byId("side").replaceChildren(list);
  if (focused) list.querySelector(`[data-goes="${CSS.escape(focused)}"]`)?.focus();
}

function group(title, entries, hint) {
  const id = `side-${title.toLowerCase()}`;
  return [
    el("h2", { id, title: hint }, title),
    el(
      "ul",
      { "aria-labelledby": id },
      entries.map((each) => el("li", {}, each)),
    ),
  ];
}

function entry(id, sign, name, isOutside = false) {
  const { many, mentions } = unread(id);
  const said = many ? el("span", { class: "heard" }, `, ${many} unread`) : null;
  const badge = mentions > 0 && el("span", { class: "count", "aria-hidden": "true" }, String(mentions));
  const classes = ["entry", many && "unread", isOutside && "outside"].filter(Boolean).join(" ");
  return button(
    "",
    () => go(id),
    { class: classes, "aria-current": place.channel === id ? "page" : null, dataset: { goes: id } },
    el("span", { class: "entry-sign", "aria-hidden": "true" }, sign),
    el("span", { class: "entry-name" }, name),
    said,
    badge,
  );
}

function go(id) {
  goTo(id);
  fold(false);
}

function colleague(user) {
  const news = hasNews(user) && el("span", { class: "dot", title: "has got something" });
  const isMe = user.id === world.me.id;
  const be = () => (isMe || become(user), fold(false));
  return button(
    "",
    be,
    { class: "entry", title: isMe ? null : `Be ${user.real_name}`, dataset: { goes: user.id } },
    el("span", { class: "entry-sign", "aria-hidden": "true" }, avatar(user.real_name, { size: 20 })),
    el("span", { class: "entry-name" }, user.real_name, isMe && el("span", { class: "you" }, " you")),
    news || null,
  );
}

export function fold(isOpen) {
  document.body.classList.toggle("side-open", isOpen);
  byId("fold").setAttribute("aria-expanded", String(isOpen));
}

byId("fold").append(icon("menu"));
byId("fold").addEventListener("click", () => fold(!document.body.classList.contains("side-open")));
byId("side").addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || !document.body.classList.contains("side-open")) return;
  fold(false);
  byId("fold").focus();
});
byId("main").addEventListener("pointerdown", () => fold(false));
for (const what of ["unread", "place", "people", "me"]) on(what, drawSide);
