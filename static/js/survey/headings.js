// What stands at the top of a screen: the way back, and where one is.

import { element } from "../map/elements.js";

// (heading, { address, label } of the screen that it belongs to, or null, …tags and hints under the heading)
export function headingOf(text, back = null, ...below) {
  const way = back && element("a", { class: "survey-back", href: back.address }, `‹ ${back.label}`);
  return element("header", { class: "survey-heading" }, way, element("h1", {}, text), ...below);
}
