// Unread state: last-read times per person and conversation, in local storage, since the first visit to the workspace.

import { look, workspace } from "./api.js";
import { isMine } from "./authors.js";
import { isDm, place } from "./places.js";
import { now } from "./times.js";
import { channelsOf, dmOf, emit, on, people, world } from "./world.js";

const KEPT = ["steward-sandbox:read", workspace].filter(Boolean).join(":");
const LATEST = 20;
const SOON = 60;

let read = {};
const counts = new Map();
const others = new Set();

export const unread = (channel) => counts.get(channel) ?? { many: 0, mentions: 0 };
export const hasNews = (user) => others.has(user.id);

// A recreated workspace has an earlier clock than the last-read times of the old one.
export function beginReading() {
  const at = String(now() / 1000);
  read = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  if (!read.since || Number(read.since) > Number(at)) read = { since: at };
  keep();
}

const keep = () => localStorage.setItem(KEPT, JSON.stringify(read));
const lastRead = (user, channel) => read[`${user.id} ${channel}`] ?? read.since;
const isInView = (channel) => channel === place.channel && place.tab === "messages" && !document.hidden;

export function markRead(channel, ts) {
  const key = `${world.me.id} ${channel}`;
  if (ts && !(read[key] >= ts)) read[key] = ts;
  if (isDm(channel)) others.delete(world.me.id);
  counts.delete(channel);
  keep();
  emit("unread");
}

export async function countAll() {
  counts.clear();
  const mine = channelsOf(world.me).filter((channel) => channel.members.includes(world.me.id));
  await Promise.all([...mine.map((channel) => channel.id), dmOf(world.me)].map(count));
  emit("unread");
}

async function count(channel) {
  const { messages } = await look("messages", { channel, as: world.me.id, limit: LATEST }).catch(() => ({
    messages: [],
  }));
  const fresh = messages.filter((each) => each.ts > lastRead(world.me, channel) && !isMine(each));
  if (isInView(channel)) return markRead(channel, messages.at(-1)?.ts);
  const mentions = isDm(channel)
    ? fresh.length
    : fresh.filter((each) => each.text?.includes(`<@${world.me.id}`)).length;
  counts.set(channel, { many: fresh.length, mentions });
}

const waiting = new Set();

function heard(changes) {
  for (const { channel, ts, thread } of changes) {
    if (thread) continue;
    noteOthers(channel, ts);
    if (!waiting.size) setTimeout(recount, SOON);
    waiting.add(channel);
  }
}

// Records direct messages from the bot to other people, so that the person switcher can mark them.
function noteOthers(channel, ts) {
  const user = isDm(channel) && people().find((each) => dmOf(each) === channel);
  if (user && user.id !== world.me.id && ts > lastRead(user, channel)) others.add(user.id);
}

async function recount() {
  const channels = [...waiting];
  waiting.clear();
  const isMember = (id) => id === dmOf(world.me) || world.channels.get(id)?.members.includes(world.me.id);
  await Promise.all(channels.filter(isMember).map(count));
  emit("unread");
}

on("message", heard);
on("back", countAll);
on("me", countAll);
document.addEventListener("visibilitychange", () => document.hidden || (waiting.add(place.channel), recount()));
