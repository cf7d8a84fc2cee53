// The person switcher, with each person's time zone and local time.

import { avatar } from "./avatars.js";
import { button, byId, el } from "./dom.js";
import { icon } from "./icons.js";
import { ofMyself } from "./me.js";
import { menu } from "./menu.js";
import { become } from "./places.js";
import { city, now, shortDay, time } from "./times.js";
import { hasNews } from "./unread.js";
import { on, people, world } from "./world.js";

export function drawWho() {
  const { me } = world;
  const words = el(
    "span",
    { class: "who-words" },
    el("span", { class: "small" }, "You are"),
    el("b", {}, me.real_name),
  );
  const news = people().some((user) => user.id !== me.id && hasNews(user));
  const dot = news && el("span", { class: "dot", title: "Someone has unread messages" });
  const switcher = button(
    "",
    () => choose(switcher),
    {
      id: "who-switch",
      class: "on-dark",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      title: "Switch person",
    },
    avatar(me.real_name, { size: 28 }),
    words,
    dot || null,
    el("span", { class: "heard" }, ". Switch person"),
    icon("down"),
  );
  const hadFocus = document.activeElement?.id === "who-switch";
  byId("who").replaceChildren(switcher);
  if (hadFocus) switcher.focus();
}

function choose(anchor) {
  menu(anchor, "Switch person", ["Switch to", ...people().map(choice), ...ofMyself(anchor)]);
}

function choice(user) {
  const where = `${shortDay(now(), user.tz)}, ${time(now(), user.tz)} in ${city(user.tz)}`;
  const sign = el(
    "span",
    { class: "face" },
    avatar(user.real_name, { size: 32 }),
    hasNews(user) && el("span", { class: "dot" }),
  );
  return {
    label: user.real_name,
    hint: `${user.title || `@${user.name}`} · ${where}`,
    sign,
    isOn: user.id === world.me.id,
    do: () => become(user),
  };
}

for (const what of ["me", "people", "unread"]) on(what, drawWho);
