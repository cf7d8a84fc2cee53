// The options that the app offers while somebody types into a select.

import { act } from "./api.js";
import { tried } from "./say.js";

export async function suggestions(where, block, element, typed) {
  const said = { ...where, block_id: block.block_id, action_id: element.action_id, value: typed };
  const answer = await tried(() => act("suggestions", said));
  return answer?.options ?? (answer?.option_groups ?? []).flatMap((group) => group.options);
}
