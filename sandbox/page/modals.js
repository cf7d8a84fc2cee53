// Modals: the top one of the stack that somebody has open, with errors at its fields and a busy state.

import { act, look } from "./api.js";
import { avatar } from "./avatars.js";
import { renderBlocks } from "./blocks.js";
import { button, byId, el, signButton } from "./dom.js";
import { begun, filled, missing } from "./fields.js";
import { aloud, tried } from "./say.js";
import { suggestions } from "./suggest.js";
import { botName, channelsOf, names, on, people, world } from "./world.js";

const FIRST = "input:not([type=hidden]), textarea, select, [role=combobox]";
const TROUBLE = "We had some trouble connecting. Try again?";

const box = byId("modal");
let shown = null;
let cameFrom = null;

export async function lookForModals() {
  const me = world.me.id;
  const { views } = await look("views", { user: me });
  if (me !== world.me.id) return;
  const top = views.at(-1);
  if (!top) return shut();
  if (shown?.view.hash === top.hash && shown.view.id === top.id) return;
  show(top, views.length > 1);
}

function show(view, hasBelow) {
  const isSame = shown?.view.id === view.id;
  shown = { view, hasBelow, state: begun(view, isSame ? shown : undefined), errors: {} };
  if (!box.open) cameFrom = document.activeElement;
  draw();
  if (!box.open) box.showModal();
  if (!isSame || !box.contains(document.activeElement)) (box.querySelector(`.modal-body :is(${FIRST})`) ?? box.querySelector(".ends button:last-child")).focus();
}

function shut() {
  shown = null;
  if (!box.open) return;
  box.close();
  box.replaceChildren();
  if (cameFrom?.isConnected) cameFrom.focus();
  else document.querySelector("#main textarea")?.focus();
}

function draw(trouble = "") {
  const { view, hasBelow } = shown;
  const ends = [
    button(view.close?.text ?? (view.submit ? "Cancel" : "Close"), () => close(false), {}),
    view.submit && button(view.submit.text, submit, { class: "primary submit" }),
  ];
  const back = hasBelow && signButton("‹", "Back", () => close(false));
  const head = el("div", { class: "modal-head" }, back || avatar(botName(), { size: 28, isApp: true }), el("h2", { id: "modal-title", dir: "auto" }, view.title?.text ?? ""), signButton("✕", "Close", () => close(true)));
  const place = focusedField();
  box.replaceChildren(head, el("div", { class: "modal-body", tabindex: "0", role: "group", "aria-labelledby": "modal-title" }, renderBlocks(view.blocks, context())), el("div", { class: "trouble", role: "alert" }, trouble), el("div", { class: "ends" }, ends.filter(Boolean)));
  if (place) fieldOf(place)?.focus();
}

// The block in which the focus is, so that drawing anew leaves it there.
const focusedField = () => box.contains(document.activeElement) && document.activeElement.closest("[data-block-id]")?.dataset.blockId;
const fieldOf = (id) => box.querySelector(`[data-block-id="${CSS.escape(id)}"] :is(${FIRST})`);

function context() {
  const where = { user: world.me.id, view_id: shown.view.id };
  return {
    names,
    surface: "modal",
    state: shown.state,
    errors: shown.errors,
    act: (block, element, value) => tried(() => act("actions", { ...where, block_id: block.block_id, action_id: element.action_id, value: value ?? element.value })),
    suggest: (block, element, typed) => suggestions(where, block, element, typed),
    people,
    channels: () => channelsOf(world.me),
  };
}

function complain(errors) {
  shown.errors = errors;
  draw();
  const first = Object.keys(errors)[0];
  fieldOf(first)?.focus();
  aloud(Object.values(errors).join(" "));
}

async function submit() {
  const { view, state } = shown;
  const empty = missing(view, state);
  if (Object.keys(empty).length) return complain(empty);
  busy(true);
  try {
    const answer = await act("views/submit", { user: world.me.id, view_id: view.id, values: filled(view, state) });
    busy(false);
    if (answer.errors) complain(answer.errors);
    else await lookForModals();
  } catch (error) {
    busy(false);
    if (shown) draw(error.error === "operation_timeout" ? TROUBLE : `${TROUBLE} (${[error.message, ...(error.reasons ?? [])].join(": ")})`);
  }
}

function busy(isBusy) {
  const send = box.querySelector(".submit");
  if (!send) return;
  send.disabled = isBusy;
  send.setAttribute("aria-busy", String(isBusy));
}

// `all` closes the whole stack, as the cross does in Slack.
async function close(all) {
  const { view } = shown;
  await tried(() => act("views/close", { user: world.me.id, view_id: view.id, all }));
  await lookForModals();
}

box.addEventListener("cancel", (event) => {
  event.preventDefault();
  close(false);
});
box.addEventListener("keydown", (event) => {
  const isLine = event.target.matches("input:not([role=combobox], [type=checkbox], [type=radio])");
  const isSent = event.key === "Enter" && !event.isComposing && !event.defaultPrevented && (isLine || ((event.ctrlKey || event.metaKey) && event.target.matches("textarea")));
  if (!isSent || !shown?.view.submit) return;
  event.preventDefault();
  submit();
});
on("view", lookForModals);
on("back", lookForModals);
on("me", () => (shut(), lookForModals()));
