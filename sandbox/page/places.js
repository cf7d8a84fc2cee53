// The current location: person, conversation, tab and thread. It is part of the URL, so reloads and new tabs keep it.

import { workspace } from "./api.js";
import { channelsOf, dmOf, emit, people, person, world } from "./world.js";

export const place = { channel: null, tab: "messages", thread: null, message: null };

const LAST = ["steward-sandbox:last", workspace].filter(Boolean).join(":");

export function begin() {
  const asked = new URLSearchParams(location.search);
  const last = JSON.parse(localStorage.getItem(LAST) ?? "{}");
  world.me = person(asked.get("as")) ?? person(last.as) ?? people()[0];
  const link = location.pathname.match(/\/archives\/(\w+)(?:\/p(\d+)(\d{6}))?/);
  if (link) return settle(link[1], { thread: asked.get("thread_ts"), message: link[2] && `${link[2]}.${link[3]}` });
  return settle(asked.get("in") ?? last.in, { tab: asked.get("tab"), thread: asked.get("thread") });
}

function settle(ref, { tab = null, thread = null, message = null } = {}) {
  place.channel = found(ref) ?? first();
  place.tab = tab === "home" && isDm(place.channel) ? "home" : "messages";
  place.thread = thread;
  place.message = message;
  remember("replaceState");
}

function found(ref) {
  if (ref === "bot" || ref === dmOf(world.me)) return dmOf(world.me);
  return channelsOf(world.me).find((channel) => channel.name === ref || channel.id === ref)?.id;
}

function first() {
  const mine = channelsOf(world.me).filter((channel) => channel.members.includes(world.me.id));
  const lived = mine.find((channel) => channel.members.includes(world.app.bot_user_id));
  return (lived ?? mine[0])?.id ?? dmOf(world.me);
}

export const isDm = (id) => id?.startsWith("D");

function remember(how) {
  const where = isDm(place.channel) ? "bot" : world.channels.get(place.channel)?.name;
  const shown = { ...(workspace && { workspace }), as: world.me.name, in: where };
  if (place.tab === "home") shown.tab = "home";
  if (place.thread) shown.thread = place.thread;
  localStorage.setItem(LAST, JSON.stringify({ as: shown.as, in: shown.in }));
  history[how](null, "", `/?${new URLSearchParams(shown)}`);
}

export function goTo(channel, tab = "messages") {
  Object.assign(place, { channel, tab, thread: null, message: null });
  remember("pushState");
  emit("place");
}

export function openThread(ts) {
  place.thread = ts;
  remember("pushState");
  emit("thread");
}

// Switches to another person, in the same channel if they can see it, else in their first channel.
export function become(user) {
  const was = isDm(place.channel) ? "bot" : place.channel;
  world.me = user;
  place.channel = found(was) ?? first();
  Object.assign(place, { thread: null, message: null, tab: isDm(place.channel) ? place.tab : "messages" });
  remember("pushState");
  emit("me");
}

addEventListener("popstate", () => {
  begin();
  emit("me");
});
