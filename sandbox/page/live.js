// Hears of every change as it happens. After a lost connection the page comes back by itself and looks anew.

import { emit } from "./world.js";

const TRY_AGAIN_AFTER = 500;
let wasLost = false;

export function follow() {
  const source = new EventSource("/sandbox/live");
  source.onopen = () => {
    document.body.classList.remove("lost");
    if (wasLost) emit("back");
    wasLost = false;
  };
  source.onmessage = (event) => hear(JSON.parse(event.data));
  source.onerror = () => {
    wasLost = true;
    document.body.classList.add("lost");
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, TRY_AGAIN_AFTER);
  };
  addEventListener("pagehide", () => source.close());
}

// One commit may change several things: each kind is told once, with all its changes.
function hear(changes) {
  for (const [what, those] of Object.entries(Object.groupBy(changes, (change) => change.what))) emit(what, those);
}
