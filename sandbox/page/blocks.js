// Block Kit as Slack shows it, for messages, modals and Home tabs.

import { h } from "./blocks/dom.js";
import { renderBlock } from "./blocks/kinds.js";

export { showErrors } from "./blocks/input.js";
export { problems } from "./blocks/problems.js";
export { values } from "./blocks/state.js";

/**
 * The blocks as one element. `ctx` is
 * `{ names, surface, state, errors, act(block, element, value), suggest(block, element, typed), people(), channels() }`;
 * `channel`, the id of the one that is open, may be given too. Values of inputs land in `ctx.state`,
 * a Map, as the plain values that `/sandbox/views/submit` takes.
 */
export function renderBlocks(blocks, ctx) {
  return h(
    "div",
    { class: `bk bk-in-${ctx.surface}` },
    (blocks ?? []).map((block) => renderBlock(block, ctx)),
  );
}
