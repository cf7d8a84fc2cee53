// The menu of workspaces: switching and adding them, and the app's installs there and on organizations.

import { act, look } from "./api.js";
import { ask } from "./confirm.js";
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { close, menu, popup } from "./menu.js";
import { notice, tried } from "./say.js";
import { botName, world } from "./world.js";

let switcher = null;

// Returns the same button each time, so that its open menu keeps its place when the sidebar is drawn again.
export function workspaceButton() {
  switcher ??= button(
    "",
    () => choose(switcher),
    { class: "team", "aria-haspopup": "menu", "aria-expanded": "false", dataset: { goes: "workspaces" } },
    el("span", { class: "entry-name" }, world.team.name),
    el("span", { class: "heard" }, ". Workspaces and installs"),
    icon("down"),
  );
  return switcher;
}

async function choose(anchor) {
  const { workspaces, enterprises, token_rotation: rotates } = await look("workspaces");
  const here = workspaces.find((each) => each.id === world.team.id);
  const above = enterprises.find((each) => each.id === here.enterprise?.id);
  menu(anchor, "Workspaces and installs", [
    "Workspaces",
    ...workspaces.map((each) => place(each)),
    { label: "Add a workspace…", do: () => add(anchor) },
    `${botName()} in ${here.name}`,
    ...ofTheApp(here, above),
    ...(above ? ofTheOrganization(above, workspaces) : []),
    "Tokens",
    rotation(rotates),
  ]);
}

function place(each) {
  const where = each.enterprise ? `${each.enterprise.name} · ` : "";
  const hint = `${where}${each.is_installed ? "has the app" : "app not installed"}`;
  return { label: each.name, hint, isOn: each.id === world.team.id, do: () => go(each) };
}

function go({ id, domain }) {
  if (id === world.team.id) return;
  const first = world.workspaces[0];
  const query = new URLSearchParams(id === first.id ? {} : { workspace: domain });
  query.set("as", world.me.name);
  location.assign(`/?${query}`);
}

const isAsked = (title, words) => ask(title, words, "Uninstall");

function ofTheApp(here, above) {
  const name = botName();
  if (here.installed_on === here.id)
    return [
      { label: `Install ${name} again…`, hint: "For more scopes", do: () => install(here) },
      { label: `Uninstall ${name}…`, isDanger: true, do: () => uninstall(here) },
    ];
  const hint = here.is_installed ? `It is installed on ${above.name}` : "Opens the consent page";
  return [{ label: `Install ${name}…`, hint, do: () => install(here) }];
}

function ofTheOrganization(above, workspaces) {
  const name = botName();
  const own = workspaces.filter((each) => each.enterprise?.id === above.id);
  const access = own.map((each) => {
    const isOn = above.granted.includes(each.id);
    const said = { workspace: above.id, [isOn ? "revoke" : "grant"]: [each.id] };
    const done = `${name} ${isOn ? "can no longer access" : "can access"} ${each.name}.`;
    return {
      label: `Access to ${each.name}`,
      hint: isOn ? "Granted. Press to take it away" : "Not granted",
      isOn,
      do: () => tried(() => act("access", said)).then((ok) => ok && notice(done)),
    };
  });
  const change = above.is_installed
    ? [{ label: `Uninstall ${name} from ${above.name}…`, isDanger: true, do: () => uninstall(above) }, ...access]
    : [{ label: `Install ${name} on ${above.name}…`, hint: "One token for its workspaces", do: () => install(above) }];
  return [`Organization ${above.name}`, ...change];
}

function rotation(rotates) {
  if (rotates)
    return {
      label: "Token rotation is on",
      hint: "New tokens expire after twelve hours",
      do: () => notice("Token rotation stays on, as in Slack."),
    };
  const said = { token_rotation: true };
  const done = "Token rotation is on: new tokens expire after twelve hours.";
  return {
    label: "Turn on token rotation",
    hint: "For all workspaces. It cannot be turned off again",
    do: () => tried(() => act("settings", said)).then((ok) => ok && notice(done)),
  };
}

function install({ id }) {
  const { client_id, scopes, install_url } = world.app;
  if (install_url) return location.assign(`${install_url}?${new URLSearchParams({ team: id })}`);
  location.assign(`/oauth/v2/authorize?${new URLSearchParams({ client_id, scope: scopes.join(","), team: id })}`);
}

async function uninstall({ id, name }) {
  const app = botName();
  const words = `${app}'s token for ${name} stops working at once, and ${app} hears nothing from there any more.`;
  if (!(await isAsked(`Uninstall ${app} from ${name}`, words))) return;
  if (await tried(() => act("uninstall", { workspace: id }))) notice(`${app} is uninstalled from ${name}.`);
}

function add(anchor) {
  const field = (label, id) => el("input", { id, type: "text", "aria-label": label, placeholder: label, maxlength: 80 });
  const name = field("Name", "new-workspace");
  const enterprise = field("Organization, if it belongs to one", "new-organization");
  const create = async () => {
    const said = { name: name.value.trim(), ...(enterprise.value.trim() && { enterprise: enterprise.value.trim() }) };
    const made = await tried(() => act("workspaces", said));
    if (!made) return name.focus();
    close();
    return go(made.workspace);
  };
  for (const each of [name, enterprise])
    each.addEventListener("keydown", (event) => event.key === "Enter" && create());
  const words = el("p", { class: "small" }, "It gets the same people and channels, and no messages.");
  const content = [name, enterprise, button("Create", create, { class: "primary" }), words];
  const properties = { role: "dialog", "aria-label": "Add a workspace", class: "popup pick" };
  if (popup(anchor, content, properties)) name.focus();
}
