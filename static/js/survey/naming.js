// What this phone is called: whoever looks for one among ten of the same make tells them apart by it.

import { element } from "../map/elements.js";
import { nameDevice } from "./person.js";

const LONGEST = 60;

export function namingPart(app) {
  const { words, device } = app;
  const input = element("input", { type: "text", id: "phone-name", maxlength: LONGEST, autocomplete: "off", value: device.name });
  const told = element("p", { class: "hint", role: "status" });
  const form = element(
    "form", { class: "survey-naming" }, element("label", { for: "phone-name" }, words.phoneName), input,
    element("p", { class: "actions" }, element("button", { class: "button quiet" }, words.keepName)), told,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = input.value.trim();
    if (!name) {
      told.textContent = words.nameNeeded;
      return;
    }
    nameDevice(device, name);
    told.textContent = words.nameKept;
    app.sync.run();
  });
  return element("section", {}, element("h2", {}, words.thisPhone), form);
}
