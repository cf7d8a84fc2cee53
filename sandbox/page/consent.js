// The consent page: which app asks for which scopes in which workspace. Allow and Cancel lead back to the app.

import { act, look } from "./api.js";
import { button, byId, el } from "./dom.js";

const LAST = "steward-sandbox:last";
const NO_REDIRECT = "The app has no redirect URL. Allow installs it, and shows its token here.";
const WRONG = {
  invalid_client_id: "The client id is not the app's.",
  invalid_scope: "The link asks for no scopes, or for scopes that do not exist.",
  bad_redirect_uri: "The redirect URI does not match a redirect URL of the app's manifest.",
};
let home = "/";
const query = new URLSearchParams(location.search);
const asked = {
  workspace: query.get("team") ?? undefined,
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

function draw({ app, scopes, team, workspaces, redirect, users }) {
  const isAway = team.id !== workspaces[0].id && team.id.startsWith("T");
  home = isAway ? `/?${new URLSearchParams({ workspace: team.domain })}` : "/";
  document.title = `Install ${app.name} in ${team.name}`;
  const who = el(
    "select",
    { id: "consent-user" },
    users.map((user) => el("option", { value: user.id, selected: user.name === last(team) }, user.real_name)),
  );
  const trouble = el("p", { class: "consent-trouble", role: "alert" });
  const answer = (cancel) => decide({ user: who.value, cancel }, trouble);
  const where = el(
    "select",
    { id: "consent-team", onchange: () => move(where.value) },
    workspaces.map(({ id, name }) => el("option", { value: id, selected: id === team.id }, name)),
  );
  const page = el(
    "div",
    {},
    workspaces.length > 1 && el("div", { class: "consent-who" }, el("label", { for: "consent-team" }, "Workspace"), where),
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
    redirect ? null : el("p", { class: "small" }, NO_REDIRECT),
    el(
      "div",
      { class: "ends" },
      button("Cancel", () => answer(true)),
      button("Allow", () => answer(false), { class: "primary" }),
    ),
    trouble,
  );
  byId("consent").replaceChildren(page);
}

function move(team) {
  query.set("team", team);
  location.search = query;
}

// Who the person was on the page, there or in the first workspace.
function last({ id, domain }) {
  const kept = [`${LAST}:${domain}`, `${LAST}:${id}`, LAST].map((key) => localStorage.getItem(key)).find(Boolean);
  return JSON.parse(kept ?? "{}").as;
}


async function decide(said, trouble) {
  try {
    const { url, code } = await act("install", { ...asked, state: query.get("state") ?? undefined, ...said });
    if (url) location.assign(url);
    else if (code) tell(await exchanged(code));
    else location.assign(home);
  } catch (error) {
    trouble.textContent = `The sandbox refused: ${error.error ?? error.message}`;
  }
}

// Does for an app without a redirect URL what it would do with the code, and returns the answer with its token.
async function exchanged(code) {
  const { app } = await look("state");
  const body = new URLSearchParams({ client_id: app.client_id, client_secret: app.client_secret, code });
  const answer = await (await fetch("/api/oauth.v2.access", { method: "POST", body })).json();
  if (!answer.ok) throw new Error(answer.error);
  return answer;
}

function tell({ team, enterprise, access_token, refresh_token, expires_in }) {
  const { name } = team ?? enterprise;
  const lines = [`SLACK_BOT_TOKEN=${access_token}`, refresh_token && `SLACK_REFRESH_TOKEN=${refresh_token}`];
  document.title = `Installed in ${name}`;
  const page = el(
    "div",
    {},
    el("h1", { tabindex: "-1" }, `The app is installed in ${name}`),
    el("p", { class: "small" }, "Give it this token:"),
    el("pre", { class: "consent-token", tabindex: "0", "aria-label": "Token" }, lines.filter(Boolean).join("\n")),
    expires_in && el("p", { class: "small" }, `It expires in ${expires_in / 3600} hours; refresh it before.`),
    el("p", {}, el("a", { href: home }, "Go to the workspace")),
  );
  byId("consent").replaceChildren(page);
  page.querySelector("h1").focus();
}

start();
