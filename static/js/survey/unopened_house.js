// A house whose form cannot be opened, since its village does not lie on the phone and may never come again: what lies here of
// it, put off or refused by the server, can be given up, or it would be warned of for ever.

import { element, filled } from "../map/elements.js";
import { actOf } from "./acts.js";
import { addressOf } from "./addresses.js";
import { reopened } from "./drafts.js";
import { whyNotKept } from "./leaving_house.js";

// `draft` of the house or null, `mine` the queue's entries of it. Returns a node, or "" where there is nothing to give up.
export function unopenedPart(app, { draft, mine }) {
  const { words } = app;
  const refused = mine.some((entry) => entry.state === "refused") ? mine : [];
  if (draft === null && refused.length === 0) return "";
  const photos = new Set([draft, ...refused.map((entry) => entry.draft)].flatMap((one) => one?.photos ?? []).map((one) => one.sha256));
  const box = element("div", { tabindex: "-1" });
  const offer = () => box.replaceChildren(element("p", {}, words.unopenedHint), element("p", { class: "actions" }, actOf(words.throwAway, () => ask())));
  const ask = (sentence = filled(words.throwAwayAsk, { photos: photos.size })) => {
    const acts = element("p", { class: "actions" }, actOf(words.throwAwayNo, offer, "primary"), actOf(words.throwAwayYes, throwAway));
    box.replaceChildren(element("div", { class: "notice warn", role: "alert" }, element("p", {}, sentence), acts));
    box.focus();
  };
  const throwAway = async () => {
    try {
      await givenUp(app.keeping, draft, refused);
    } catch (error) {
      return ask(filled(words.notThrownAway, { why: whyNotKept(error, words) }));
    }
    app.tell();
    return app.go(addressOf("phone"));
  };
  offer();
  return box;
}

async function givenUp(keeping, draft, refused) {
  if (draft) await keeping.drafts.remove(draft.round, draft.house, draft.photos.map((photo) => photo.sha256));
  if (refused.length) await keeping.withdraw(reopened(refused));
}
