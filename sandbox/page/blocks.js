// Block Kit renderer for messages, modals and Home tabs.

import { h } from "./blocks/dom.js";
import { renderBlock } from "./blocks/kinds.js";

export { showErrors } from "./blocks/input.js";
export { problems } from "./blocks/problems.js";
export { values } from "./blocks/state.js";

/**
 * Renders the blocks as one element. `ctx` is
 * `{ names, surface, state, errors, act(block, element, value), suggest(block, element, typed), people(), channels() }`;
 * plus, optionally, `channel`, the id of the open channel. Input values are stored in `ctx.state`,
 * a Map, as the plain values that `/sandbox/views/submit` accepts.
 */
export function renderBlocks(blocks, ctx) {
  return h(
    "div",
    { class: `bk bk-in-${ctx.surface}` },
    (blocks ?? []).map((block) => renderBlock(block, ctx)),
  );
}
