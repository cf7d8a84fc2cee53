// Block Kit: the few blocks that the first forms and cards need.

import { button, el } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

export function renderBlocks(blocks, ctx) {
  return el("div", { class: "blocks" }, blocks.map((block) => el("div", { class: `block ${block.type}`, "data-block-id": block.block_id }, render(block, ctx))));
}

function render(block, ctx) {
  if (block.type === "input") return input(block, ctx);
  if (block.type === "divider") return el("hr");
  if (block.type === "rich_text") return el("div", { class: "words" }, block.elements.flatMap((each) => each.elements ?? []).map((each) => rich(each, ctx)));
  const parts = [block.text, ...(block.fields ?? []), ...(block.elements ?? []).filter((each) => each.type in { mrkdwn: 1, plain_text: 1 })].filter(Boolean);
  const buttons = [block.accessory, ...(block.elements ?? [])].filter((each) => each?.type === "button");
  return [...parts.map((each) => el("div", { class: "words" }, mrkdwn(each.text, ctx.names))), ...buttons.map((each) => press(block, each, ctx))];
}

const press = (block, element, ctx) => button(element.text.text, () => ctx.act(block, element, element.value), { class: element.style });

function rich(element, ctx) {
  const told = { user: `<@${element.user_id}>`, channel: `<#${element.channel_id}>`, usergroup: `<!subteam^${element.usergroup_id}>`, emoji: `:${element.name}:`, link: element.text ?? element.url, broadcast: `@${element.range}` };
  return element.type === "text" ? element.text : mrkdwn(told[element.type] ?? "", ctx.names);
}

function input(block, ctx) {
  const { element } = block;
  const many = element.type.startsWith("multi_");
  const field = element.options || many || element.type.includes("select") ? select(block, element, many, ctx) : el(element.multiline ? "textarea" : "input", {});
  if (!element.type.includes("select") && !element.options) field.value = ctx.state.get(block.block_id) ?? "";
  field.addEventListener("input", () => ctx.state.set(block.block_id, many ? [...field.selectedOptions].map((each) => each.value) : field.value));
  const error = ctx.errors[block.block_id];
  if (error) field.setAttribute("aria-invalid", "true");
  return [el("label", {}, block.label.text, field), error && el("div", { class: "field-error", role: "alert" }, error), block.hint && el("div", { class: "small" }, block.hint.text)];
}

function select(block, element, many, ctx) {
  const all = element.options?.map((each) => [each.value, each.text.text]) ?? ctx.people().map((each) => [each.id, each.real_name]);
  const chosen = [ctx.state.get(block.block_id) ?? []].flat();
  return el("select", { multiple: many }, !many && el("option", { value: "" }), all.map(([value, text]) => el("option", { value, selected: chosen.includes(value) }, text)));
}
