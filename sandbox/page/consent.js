// The consent page: which app asks for which scopes in which workspace. Allow and Cancel lead back to the app.

import { act, look } from "./api.js";
import { button, byId, el } from "./dom.js";

const LAST = "steward-sandbox:last";
const WRONG = {
  invalid_client_id: "The client id is not the app's.",
  invalid_scope: "The link asks for no scopes, or for scopes that do not exist.",
  bad_redirect_uri: "The redirect URI does not match a redirect URL of the app's manifest.",
};
const query = new URLSearchParams(location.search);
const asked = {
  client_id: query.get("client_id") ?? "",
  scopes: query.get("scope") ?? "",
  redirect: query.get("redirect_uri") ?? undefined,
};

async function start() {
  try {
    draw(await look("install", asked));
  } catch (error) {
    refuse(error);
  }
  document.body.dataset.ready = "true";
}

function refuse(error) {
  document.title = "The app cannot be installed";
  byId("consent").replaceChildren(
    el("h1", {}, "The app cannot be installed"),
    el("p", { class: "consent-trouble" }, WRONG[error.error] ?? "The sandbox refused the link."),
    el("p", { class: "small" }, error.error),
  );
}

function draw({ app, scopes, team, redirect, users }) {
  document.title = `Install ${app.name} in ${team.name}`;
  const who = el(
    "select",
    { id: "consent-user" },
    users.map((user) => el("option", { value: user.id, selected: user.name === last() }, user.real_name)),
  );
  const trouble = el("p", { class: "consent-trouble", role: "alert" });
  const answer = (cancel) => decide({ user: who.value, cancel }, trouble);
  const page = el(
    "div",
    {},
    el("p", { class: "team" }, `Workspace ${team.name}`),
    el("h1", {}, `${app.name} is requesting permission to access ${team.name}`),
    app.description ? el("p", { class: "small" }, app.description) : null,
    el("h2", { id: "consent-what" }, `What will ${app.name} be able to do?`),
    el(
      "ul",
      { class: "consent-scopes", "aria-labelledby": "consent-what" },
      (scopes ?? [{ words: "Everything" }]).map(({ scope, words }) =>
        el("li", {}, el("span", {}, words), scope && scope !== words ? el("code", {}, scope) : null),
      ),
    ),
    el("div", { class: "consent-who" }, el("label", { for: "consent-user" }, "You are"), who),
    redirect ? null : el("p", { class: "consent-trouble" }, "The app has no redirect URL to send you back to."),
    el(
      "div",
      { class: "ends" },
      button("Cancel", () => answer(true)),
      button("Allow", () => answer(false), { class: "primary", disabled: !redirect }),
    ),
    trouble,
  );
  byId("consent").replaceChildren(page);
}

const last = () => JSON.parse(localStorage.getItem(LAST) ?? "{}").as;

async function decide(said, trouble) {
  try {
    const { url } = await act("install", { ...asked, state: query.get("state") ?? undefined, ...said });
    if (url) location.assign(url);
    else history.back();
  } catch (error) {
    trouble.textContent = `The sandbox refused: ${error.error}`;
  }
}

start();
