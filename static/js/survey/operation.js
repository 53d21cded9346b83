// The entry of the queue that becomes of a draft: the text that goes over the wire, made once, and its digest, which the
// receipt will name.

import { operationOf } from "./drafts.js";
import { keyOf } from "./keeping.js";
import { sortableId } from "./sortable_ids.js";

export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// `who` is {user, device}, `rules` the version that was answered.
export async function entryOf(draft, { user, device }, rules, now = Date.now()) {
  const operation = operationOf(draft, { id: sortableId(now), user, device, rules, now });
  const body = JSON.stringify(operation);
  return {
    id: operation.id, house: keyOf(draft.round, draft.house), round: draft.round, village: draft.village,
    made_at: operation.made_at, body, digest: await sha256(new TextEncoder().encode(body)), draft,
  };
}
