// A button that does something.

import { element } from "../map/elements.js";

export function actOf(label, act, kind = "quiet") {
  const made = element("button", { type: "button", class: `button ${kind === "primary" ? "" : kind}`.trim() }, label);
  made.addEventListener("click", act);
  return made;
}
