// Plans and task cards, which show an app's progress.

import { h, spoken } from "./dom.js";
import { outward } from "./picture.js";
import { richText } from "./rich.js";

const STATES = {
  pending: ["○", "to do"],
  in_progress: ["◐", "in progress"],
  complete: ["✓", "done"],
  error: ["✕", "failed"],
};

function task(block, ctx) {
  const [sign, words] = STATES[block.status] ?? STATES.pending;
  const sources = block.sources?.map(({ url, text }) => h("li", {}, outward(url, {}, text)));
  return h(
    "div",
    { class: "bk-task" },
    h("span", { class: `bk-task-sign bk-task-${block.status}`, "aria-hidden": "true" }, sign),
    h(
      "div",
      {},
      h("div", { class: "bk-title" }, block.title, spoken(`, ${words}`)),
      block.details && richText(block.details, ctx),
      block.output && richText(block.output, ctx),
      sources?.length > 0 && h("ul", { class: "bk-sources" }, sources),
    ),
  );
}

function plan({ title, tasks }, ctx) {
  return h(
    "div",
    { class: "bk-card bk-plan" },
    h("div", { class: "bk-title" }, title),
    tasks.map((each) => task(each, ctx)),
  );
}

export const TASKS = { plan, task_card: (block, ctx) => h("div", { class: "bk-card" }, task(block, ctx)) };
