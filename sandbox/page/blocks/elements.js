// The interactive elements, by type.

import { BUTTONS } from "./buttons.js";
import { CHOICES } from "./choices.js";
import { FIELDS } from "./fields.js";
import { unknown } from "./notes.js";
import { OVERFLOW } from "./overflow.js";
import { PICKERS } from "./pickers.js";
import { SELECTS } from "./selects.js";
import { using } from "./use.js";

const ELEMENTS = { ...BUTTONS, ...CHOICES, ...FIELDS, ...OVERFLOW, ...PICKERS, ...SELECTS };

/** Returns the node of an element in its block; `labels` as in use.js. */
export function renderElement(block, element, ctx, labels) {
  if (!Object.hasOwn(ELEMENTS, element?.type ?? "")) return unknown(element?.type);
  return ELEMENTS[element.type](using(block, element, ctx, labels));
}
