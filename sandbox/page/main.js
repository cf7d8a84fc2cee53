// Entry point of the sandbox's page, a Slack-like client.

import { drawClock } from "./clock.js";
import { drawConversation } from "./conversation.js";
import "./inspector.js";
import { connected, follow } from "./live.js";
import { lookForModals } from "./modals.js";
import { begin, goTo } from "./places.js";
import { drawSide } from "./side.js";
import { drawThread } from "./thread.js";
import { readClock, setNow } from "./times.js";
import { beginReading, countAll } from "./unread.js";
import { channelsOf, emit, learn, on, world } from "./world.js";
import { drawWho } from "./who.js";

async function start() {
  await connected();
  const { now } = await learn().catch(atHome);
  begin();
  setNow(now);
  beginReading();
  drawClock();
  drawWho();
  drawSide();
  await drawConversation();
  await drawThread({ focus: false });
  await lookForModals();
  await countAll();
  follow();
  document.body.dataset.ready = "true";
}

// A workspace in the address that no longer exists leads to the first one.
function atHome(error) {
  if (error.error !== "team_not_found") throw error;
  location.replace("/");
  return new Promise(() => {});
}

let learning = null;

// Reloads people, channels and groups, debounced: they change rarely, and often several at once.
function learnSoon() {
  learning ??= setTimeout(async () => {
    learning = null;
    await learn();
    emit("people");
  }, 30);
}

for (const what of ["user", "channel", "usergroup", "bot"]) on(what, learnSoon);
on("back", async () => {
  await readClock();
  learnSoon();
});

// A click on a channel mention opens the channel, as in Slack.
document.addEventListener("click", ({ target }) => {
  const named = target.closest("[data-channel]")?.dataset.channel;
  if (channelsOf(world.me).some((channel) => channel.id === named)) goTo(named);
});

start();
