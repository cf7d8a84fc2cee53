// Live updates over a WebSocket. After a lost connection the page reconnects and reloads its data.

import { emit, world } from "./world.js";

const TRY_AGAIN_AFTER = 500;
let early = [];
let wasLost = false;

// Resolves once connected, when no change can be missed; changes that arrive before `follow` are buffered.
export function connected() {
  return new Promise((open) => connect(open));
}

function connect(open) {
  const socket = new WebSocket(`ws://${location.host}/sandbox/live`);
  socket.onopen = () => {
    document.body.classList.remove("lost");
    if (wasLost) emit("back");
    wasLost = false;
    open();
  };
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = () => {
    wasLost = true;
    document.body.classList.add("lost");
    setTimeout(connect, TRY_AGAIN_AFTER, open);
  };
}

export function follow() {
  const changes = early;
  early = null;
  hear(changes);
}

// Groups the changes of one commit in this workspace by kind, and emits one event per kind.
function hear(all) {
  if (early) return early.push(...all);
  const changes = all.filter((change) => [undefined, world.team.id].includes(change.team));
  for (const [what, those] of Object.entries(Object.groupBy(changes, (change) => change.what))) emit(what, those);
  return undefined;
}
