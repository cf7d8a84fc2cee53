// Data tables: a caption, rows sortable by any column, and pagination.

import { h } from "./dom.js";
import { cellWords } from "./rich.js";
import { flat } from "./rich_value.js";

const PAGE = 10;
const SORTS = ["none", "ascending", "descending"];

export function dataTable(block, ctx) {
  const table = { block, ctx, size: block.page_size ?? PAGE, page: 0, column: -1, sort: "none" };
  table.body = h("tbody");
  table.heads = block.rows[0].map((cell, at) => head(table, cell, at));
  table.pages = h("div", { class: "bk-pages" });
  draw(table);
  return h(
    "div",
    { class: "bk-data" },
    h(
      "div",
      { class: "bk-scroll", tabindex: 0, role: "group", "aria-label": block.caption },
      h(
        "table",
        { class: "bk-table" },
        h("caption", {}, block.caption),
        h("thead", {}, h("tr", {}, table.heads)),
        table.body,
      ),
    ),
    table.pages,
  );
}

function head(table, cell, column) {
  const sort = () => {
    const next = table.column === column ? SORTS[(SORTS.indexOf(table.sort) + 1) % SORTS.length] : "ascending";
    Object.assign(table, { column, sort: next, page: 0 });
    draw(table);
  };
  return h(
    "th",
    { scope: "col", "aria-sort": "none" },
    h("button", { type: "button", class: "bk-sort", onclick: sort }, cell.text),
  );
}

function draw(table) {
  table.heads.forEach((cell, at) => cell.setAttribute("aria-sort", at === table.column ? table.sort : "none"));
  const first = table.page * table.size;
  table.body.replaceChildren(
    ...sorted(table)
      .slice(first, first + table.size)
      .map((row) => rowOf(table, row)),
  );
  turn(table);
}

function sorted({ block, ctx, column, sort }) {
  const rows = block.rows.slice(1);
  if (sort === "none") return rows;
  const way = sort === "ascending" ? 1 : -1;
  return rows.sort((one, other) => way * compared(one[column], other[column], ctx.names));
}

function compared(one, other, names) {
  if (one.type === "raw_number" && other.type === "raw_number") return one.value - other.value;
  return said(one, names).localeCompare(said(other, names), "en", { numeric: true });
}

const said = (cell, names) => (cell.type === "rich_text" ? flat(cell, names) : cell.text);

function rowOf({ block, ctx }, row) {
  const cell = (each, at) => {
    const isHead = at === block.row_header_column_index;
    const look = each.type === "raw_number" ? "bk-right" : "bk-left";
    return h(isHead ? "th" : "td", { class: look, scope: isHead ? "row" : null }, cellWords(each, ctx));
  };
  return h("tr", {}, row.map(cell));
}

/** Returns the pagination bar of a table with more than one page. */
function turn(table) {
  const count = table.block.rows.length - 1;
  const last = Math.ceil(count / table.size) - 1;
  const focused = document.activeElement?.textContent;
  const step = (words, by) => {
    const go = () => {
      table.page += by;
      draw(table);
    };
    const isOff = table.page + by < 0 || table.page + by > last;
    return h("button", { type: "button", class: "bk-button", disabled: isOff, onclick: go }, words);
  };
  if (last < 1)
    return table.pages.replaceChildren(h("span", { class: "bk-quiet" }, `${count} ${count === 1 ? "row" : "rows"}`));
  const hadFocus = table.pages.contains(document.activeElement);
  const from = table.page * table.size;
  const status = `${from + 1}–${Math.min(from + table.size, count)} of ${count}`;
  table.pages.replaceChildren(step("Previous", -1), h("span", { role: "status" }, status), step("Next", 1));
  if (hadFocus) focusAgain(table.pages, focused);
  return undefined;
}

/** Focuses the button with this label, or the other one if it is now disabled. */
function focusAgain(pages, words) {
  const buttons = [...pages.querySelectorAll("button:not(:disabled)")];
  (buttons.find((button) => button.textContent === words) ?? buttons[0])?.focus();
}
