// One message in a list: author, time, content, reactions and thread summary.

import { act } from "./api.js";
import { author } from "./authors.js";
import { avatar } from "./avatars.js";
import { renderBlocks } from "./blocks.js";
import { button, el } from "./dom.js";
import { emoji } from "./emoji.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { names } from "./names.js";
import { icon } from "./icons.js";
import { openThread } from "./places.js";
import { tried } from "./say.js";
import { surface } from "./surface.js";
import { day, dayOf, full, onDay, ofTs, time } from "./times.js";
import { world } from "./world.js";

const LINES = ["join", "leave", "name", "topic", "purpose", "archive", "unarchive"];
const TOGETHER = 5 * 60;

const isLine = (message) => LINES.includes(message.subtype?.replace(/^(channel|group)_/, ""));

export function draw(channel, message, { inThread = false } = {}) {
  const at = ofTs(message.ts);
  const item = el("li", { class: "message", tabindex: "-1", dataset: { ts: message.ts } });
  item.append(
    el("div", { class: "row" }, ...(isLine(message) ? line(message, at) : whole(channel, message, at, inThread))),
  );
  if (message.ephemeral_to) item.classList.add("private");
  return item;
}

function line(message, at) {
  const { name } = author(message);
  return [
    el("div", { class: "gutter" }, avatar(name, { size: 20 })),
    el("div", { class: "body line" }, el("span", { class: "words" }, mrkdwn(message.text, names)), stamp(at)),
  ];
}

function whole(channel, message, at, inThread) {
  const { name, isApp } = author(message);
  const note = message.ephemeral_to && el("div", { class: "only-you" }, icon("eye"), "Only visible to you");
  const badge = isApp && el("span", { class: "badge" }, "APP");
  const broadcast =
    message.subtype === "thread_broadcast" && !inThread && el("div", { class: "small" }, "replied to a thread");
  return [
    el(
      "div",
      { class: "gutter" },
      avatar(name, { isApp }),
      el("span", { class: "beside", "aria-hidden": "true" }, time(at)),
    ),
    el(
      "div",
      { class: "body" },
      note,
      el("div", { class: "by" }, el("span", { class: "author", dir: "auto" }, name), badge, stamp(at)),
      broadcast,
      content(channel, message),
      message.reactions && reactions(channel, message),
      !inThread && message.reply_count > 0 && thread(message),
    ),
  ];
}

const stamp = (at) => el("time", { class: "stamp", datetime: at.toISOString(), title: full(at) }, time(at));

function content(channel, message) {
  const box = el("div", { class: "content", dir: "auto" });
  if (message.subtype === "tombstone") box.append(el("span", { class: "small" }, message.text));
  else if (message.blocks?.length) box.append(renderBlocks(message.blocks, context(channel, message)));
  else if (message.text && !isSaidBelow(message))
    box.append(el("div", { class: isDoing(message) ? "words me" : "words" }, mrkdwn(message.text, names)));
  if (message.edited) box.append(el("span", { class: "edited", title: full(ofTs(message.edited.ts)) }, "(edited)"));
  box.append(...(message.attachments ?? []).map((each) => attachment(channel, message, each)));
  box.append(...(message.files ?? []).map(file));
  return box;
}

// Whether the message was posted with /me.
const isDoing = (message) => message.subtype === "me_message";

// Whether an attachment repeats the text, as some classic bots do to get a color bar.
const isSaidBelow = (message) => message.attachments?.some((each) => each.text === message.text);

const context = (channel, message) => surface("message", { channel, ts: message.ts });

const COLOURS = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

function attachment(channel, message, given) {
  const box = el("div", { class: "attachment" });
  const colour =
    COLOURS[given.color] ?? (/^#?[0-9a-f]{6}$/i.test(given.color ?? "") ? `#${given.color.replace("#", "")}` : null);
  if (colour) box.style.borderLeftColor = colour;
  for (const key of ["pretext", "author_name", "title", "text", "footer"]) {
    if (given[key]) box.append(el("div", { class: `words ${key}` }, mrkdwn(given[key], names)));
  }
  const fields = (given.fields ?? []).map((each) =>
    el("div", {}, el("b", {}, each.title), el("div", { class: "words" }, mrkdwn(String(each.value ?? ""), names))),
  );
  if (fields.length) box.append(el("div", { class: "fields" }, fields));
  if (given.blocks?.length) box.append(renderBlocks(given.blocks, context(channel, message)));
  if (!box.childNodes.length)
    box.append(el("div", { class: "words" }, mrkdwn(given.text ?? given.fallback ?? "", names)));
  return box;
}

function file(given) {
  if (given.mode === "tombstone") return el("div", { class: "small" }, "This file was deleted.");
  const address = new URL(given.url_private, location.href);
  const words = el("a", { href: address.pathname, download: given.name }, given.title ?? given.name);
  if (!/^image\/(png|jpeg|gif|webp)$/.test(given.mimetype)) return el("div", { class: "file" }, icon("file"), words);
  return el(
    "figure",
    { class: "file" },
    el("figcaption", {}, words),
    el("img", { src: address.pathname, alt: given.alt_txt ?? given.title ?? given.name }),
  );
}

function reactions(channel, message) {
  return el(
    "div",
    { class: "reactions" },
    message.reactions.map((each) => reaction(channel, message, each)),
  );
}

function reaction(channel, message, { name, users, count }) {
  const isOn = users.includes(world.me.id);
  const who = users.map((id) => (id === world.me.id ? "you" : (world.users.get(id)?.name ?? id))).join(", ");
  const label = `${name}: ${count} ${count === 1 ? "reaction" : "reactions"}, from ${who}`;
  const onclick = () => react(channel, message.ts, name, isOn);
  return button(
    "",
    onclick,
    { class: "reaction", "aria-pressed": String(isOn), "aria-label": label, title: `${who} reacted with :${name}:` },
    el("span", { "aria-hidden": "true" }, emoji(name.split("::")[0], name.split("::")[1]) ?? `:${name}:`),
    el("span", { "aria-hidden": "true" }, String(count)),
  );
}

export const react = (channel, ts, name, remove = false) =>
  tried(() => act("reactions", { user: world.me.id, channel, ts, name, remove }));

function thread(message) {
  const faces = (message.reply_users ?? []).slice(0, 4).map((id) => avatar(author({ user: id }).name, { size: 22 }));
  const many = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  const last =
    message.latest_reply && `Last reply ${onDay(ofTs(message.latest_reply))} at ${time(ofTs(message.latest_reply))}`;
  return button(
    "",
    () => openThread(message.ts),
    { class: "replies" },
    faces,
    el("b", {}, many),
    el("span", { class: "small" }, last),
  );
}

// The message as one line of text, for screen readers.
export function heard(message) {
  const words = plain(message.text || message.attachments?.[0]?.fallback || message.files?.[0]?.title || "", names);
  return `${author(message).name}: ${words}`;
}

// Marks the first message of a day with its date, and groups messages of one author that follow soon after.
export function settle(item, message, before) {
  const at = ofTs(message.ts);
  const isNewDay = !before || dayOf(ofTs(before.ts)) !== dayOf(at);
  item.querySelector(":scope > .day")?.remove();
  if (isNewDay)
    item.prepend(
      el(
        "div",
        { class: "day", role: "separator", "aria-label": day(at) },
        el("span", { "aria-hidden": "true" }, day(at)),
      ),
    );
  item.classList.toggle("close", !isNewDay && isTogether(before, message));
}

function isTogether(before, message) {
  const plainOnes = ![before, message].some(
    (each) => isLine(each) || each.ephemeral_to || each.subtype === "tombstone",
  );
  return plainOnes && author(before).key === author(message).key && message.ts - before.ts < TOGETHER;
}
