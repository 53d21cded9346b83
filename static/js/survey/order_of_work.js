// In which order a phone handed its work over. Ids say when by the phone's clock, which may have been set back; each entry has
// a number too, one more than any before it in its database. Pure.

import { madeAt } from "./sortable_ids.js";

const numberOf = (entry) => entry.number ?? -Infinity; // before there were numbers

// Entries of the queue in the order in which they were handed over.
export function inTurn(entries) {
  const compared = (one, other) => (one < other ? -1 : Number(one > other));
  return [...entries].sort((a, b) => compared(numberOf(a), numberOf(b)) || compared(a.id, b.id));
}

// What was handed over of each house, whether it waits or has arrived: a function of "<round>/<house>" to {number and at of
// the last, ids that were replaced}; 0 and "" where there is nothing, or nothing with a number.
export function handedOver(queue, receipts) {
  const houses = new Map();
  const note = (key, { number = 0, at, replaced = [] }) => {
    const known = houses.get(key) ?? { number: 0, at: "", replaced: new Set() };
    known.number = Math.max(known.number, number);
    if (at > known.at) known.at = at;
    for (const id of replaced) known.replaced.add(id);
    houses.set(key, known);
  };
  for (const { house, number, made_at: at, replaced } of queue) note(house, { number, at, replaced });
  for (const { key, operation, here = {} } of receipts) note(key, { ...here, at: here.at ?? madeAt(operation) });
  return (key) => houses.get(key) ?? { number: 0, at: "", replaced: new Set() };
}
