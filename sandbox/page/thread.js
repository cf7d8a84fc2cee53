// The thread panel, with its own composer for replies.

import { Composer } from "./composer.js";
import { byId, el, signButton } from "./dom.js";
import { icon } from "./icons.js";
import { MessageList } from "./list.js";
import { openThread, place } from "./places.js";
import { on, world } from "./world.js";

let list = null;

export async function drawThread({ focus = true } = {}) {
  const panel = byId("thread");
  list = null;
  panel.hidden = !place.thread;
  if (!place.thread) return panel.replaceChildren();
  const made = new MessageList(place.channel, { thread: place.thread, label: "Thread" });
  list = made;
  try {
    await made.load();
  } catch {
    return openThread(null);
  }
  if (made !== list) return;
  const name = world.channels.get(place.channel)?.name;
  const shut = () => (openThread(null), document.querySelector(`#main li[data-ts="${made.thread}"]`)?.focus());
  const head = el(
    "div",
    { class: "head" },
    el("h2", {}, "Thread"),
    el("span", { class: "about" }, name ? `#${name}` : world.app.name),
    signButton(icon("cross"), "Close thread", shut),
  );
  const composer = new Composer(list, { label: "Reply…" });
  const isMember = world.channels.get(place.channel)?.members.includes(world.me.id) ?? true;
  panel.replaceChildren(head, list.box, isMember ? composer.box : "");
  panel.onkeydown = (event) => event.key === "Escape" && !event.defaultPrevented && shut();
  list.toEnd();
  if (focus) composer.focus();
}

on("thread", drawThread);
on("place", drawThread);
on("me", drawThread);
on("back", () => list?.load());
on("day", () => list?.redate());
on("message", (changes) => list?.changed(changes));
