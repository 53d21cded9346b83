// Giving the phone to somebody else: the session ends, and the next person comes by the door.

import { element, filled } from "../map/elements.js";
import { actOf } from "./acts.js";
import { endSession } from "./person.js";

export function handingOverPart(app) {
  const { words } = app;
  const asked = element("div");
  const hand = async (button) => {
    button.disabled = true;
    const isEnded = await endSession();
    button.disabled = false;
    if (isEnded) return app.letGo({ isHandedOver: true });
    // Without a network nobody gets in again, not even who asks.
    const anyway = actOf(words.leaveAnyway, () => app.letGo({ isHandedOver: true }));
    const stay = actOf(words.leaveNot, () => asked.replaceChildren(), "primary");
    const sentence = filled(words.leaveOffline, { name: app.person.name });
    asked.replaceChildren(element("div", { class: "notice warn", role: "alert" }, element("p", {}, sentence), element("p", { class: "actions" }, stay, anyway)));
    stay.focus();
    return undefined;
  };
  const button = actOf(words.leave, () => hand(button));
  return element(
    "section", {}, element("h2", {}, words.leave), element("p", { class: "hint" }, words.leaveHint),
    element("p", { class: "actions" }, button), asked,
  );
}
