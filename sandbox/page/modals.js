// Modals: shows the top of the current person's stack, with field errors and a busy state.

import { act, look } from "./api.js";
import { avatar } from "./avatars.js";
import { said } from "./blocks/text.js";
import { problems, renderBlocks, showErrors, values } from "./blocks.js";
import { button, byId, el, signButton } from "./dom.js";
import { begun } from "./fields.js";
import { icon } from "./icons.js";
import { close as closeMenu } from "./menu.js";
import { names } from "./names.js";
import { aloud, tried } from "./say.js";
import { surface } from "./surface.js";
import { botName, on, world } from "./world.js";

const TROUBLE = "We had some trouble connecting. Try again?";
const box = byId("modal");
let shown = null;
let cameFrom = null;

export async function lookForModals() {
  const me = world.me.id;
  const { views } = await look("views", { user: me });
  if (me !== world.me.id) return;
  const top = views.at(-1);
  if (!top) shut();
  else if (shown?.view.hash !== top.hash || shown.view.id !== top.id) show(top, views.length > 1);
}

function show(view, hasBelow) {
  const isSame = shown?.view.id === view.id;
  const place = isSame && { field: focused(), top: box.querySelector(".modal-body").scrollTop };
  shown = { view, hasBelow, state: begun(view, isSame ? shown : null) };
  if (!box.open) cameFrom = document.activeElement;
  closeMenu();
  draw();
  if (!box.open) box.showModal();
  if (place) box.querySelector(".modal-body").scrollTop = place.top;
  (
    control(place?.field) ??
    box.querySelector("[data-control]") ??
    box.querySelector(".ends button:last-child")
  ).focus();
}

// The focused field, so that an update can restore the focus.
const focused = () => document.activeElement?.closest("#modal [data-input]")?.dataset.input;
const control = (field) => field && box.querySelector(`[data-input="${CSS.escape(field)}"] [data-control]`);

function shut() {
  shown = null;
  if (!box.open) return;
  box.close();
  box.replaceChildren();
  const back =
    cameFrom?.isConnected && cameFrom !== document.body ? cameFrom : document.querySelector("#main textarea");
  back?.focus();
}

function draw() {
  const { view, state } = shown;
  const body = renderBlocks(view.blocks, surface("modal", { view_id: view.id }, { state }));
  box.replaceChildren(
    head(view),
    el("div", { class: "modal-body", tabindex: "0", role: "group", "aria-labelledby": "modal-title" }, body),
    el("div", { class: "trouble", role: "alert" }),
    el(
      "div",
      { class: "ends" },
      button(view.close ? said(view.close, names) : view.submit ? "Cancel" : "Close", () => close(false)),
      view.submit && button(said(view.submit, names), submit, { class: "primary submit" }),
    ),
  );
}

function head(view) {
  const sign = shown.hasBelow
    ? signButton(icon("back"), "Back", () => close(false))
    : avatar(botName(), { size: 28, isApp: true });
  return el(
    "div",
    { class: "modal-head" },
    sign,
    el("h2", { id: "modal-title", dir: "auto" }, view.title ? said(view.title, names) : ""),
    signButton(icon("cross"), "Close", () => close(true)),
  );
}

function complain(errors) {
  showErrors(box, errors);
  aloud(Object.values(errors).join(" "));
}

async function submit() {
  const { view, state } = shown;
  const wrong = problems(view.blocks, state);
  if (Object.keys(wrong).length) return complain(wrong);
  busy(true);
  say("");
  try {
    const answer = await act("views/submit", {
      user: world.me.id,
      view_id: view.id,
      values: values(view.blocks, state),
    });
    if (answer.errors) complain(answer.errors);
    else await lookForModals();
  } catch (error) {
    say(
      error.error === "operation_timeout"
        ? TROUBLE
        : `${TROUBLE} (${[error.message, ...(error.reasons ?? [])].join(": ")})`,
    );
  }
  busy(false);
}

function say(trouble) {
  const place = box.querySelector(".trouble");
  if (place) place.textContent = trouble;
}

function busy(isBusy) {
  const send = box.querySelector(".submit");
  if (!send) return;
  send.disabled = isBusy;
  send.setAttribute("aria-busy", String(isBusy));
}

// `all` closes the whole stack, as the close button does in Slack.
async function close(all) {
  await tried(() => act("views/close", { user: world.me.id, view_id: shown.view.id, all }));
  await lookForModals();
}

function pressed(event) {
  if (event.key !== "Enter" || event.isComposing || event.defaultPrevented || !shown?.view.submit) return;
  const isLine = event.target.matches("input:not([role=combobox], [type=checkbox], [type=radio])");
  const isMeant = (event.ctrlKey || event.metaKey) && event.target.matches("textarea, input");
  if (!isLine && !isMeant) return;
  event.preventDefault();
  submit();
}

box.addEventListener("cancel", (event) => {
  if (event.target !== box) return;
  event.preventDefault();
  close(false);
});
box.addEventListener("keydown", pressed);
on("view", lookForModals);
on("back", lookForModals);
on("me", () => (shut(), lookForModals()));
