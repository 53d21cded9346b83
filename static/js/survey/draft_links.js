// The way to what is being filled in for a house, by what was typed there.

import { element } from "../map/elements.js";
import { addressOf } from "./addresses.js";

export function linkTo({ round, house, answers }, words) {
  const { number, street, head_name: head } = answers;
  const name = [number && `${words.house} ${number}`, street, head].filter(Boolean).join(", ") || words.newHouse;
  return element("a", { href: addressOf("house", round, house) }, name);
}
