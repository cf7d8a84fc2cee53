// Client for the sandbox's control API, which any script can use too.

// The workspace that the page shows: its domain, from the address, or undefined for the first workspace.
export const workspace =
  location.pathname.match(/^\/workspaces\/([\w-]+)/)?.[1] ??
  new URLSearchParams(location.search).get("workspace") ??
  undefined;

export class Refused extends Error {
  constructor(answer) {
    super(answer.error);
    this.error = answer.error;
    this.reasons = answer.response_metadata?.messages ?? [];
  }
}

export async function look(what, query = {}) {
  const asked = Object.entries({ workspace, ...query }).filter(([, value]) => value !== undefined && value !== null);
  return answer(await fetch(`/sandbox/${what}?${new URLSearchParams(asked)}`));
}

export async function act(what, said) {
  const headers = { "Content-Type": "application/json" };
  return answer(await fetch(`/sandbox/${what}`, { method: "POST", headers, body: JSON.stringify({ workspace, ...said }) }));
}

async function answer(response) {
  const said = await response.json().catch(() => ({ ok: false, error: `http_${response.status}` }));
  if (!said.ok) throw new Refused(said);
  return said;
}
