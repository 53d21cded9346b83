// Whether the browser keeps what lies here, and how much of it that is.

import { element, filled } from "../map/elements.js";
import { sizeOf } from "./amounts.js";

// `tell(left)` with what is unsent, as standing.js counts it: a page that is put on an iPhone's first screen from now on has a
// storage of its own, and what lies here is not in it.
export function storagePart({ words, language, persisting }) {
  const used = element("p", { class: "hint" });
  navigator.storage?.estimate?.().then(({ usage, quota }) => {
    used.textContent = filled(words.used, { used: sizeOf(usage, language), quota: sizeOf(quota, language) });
  });
  const promise = element("p", { class: "hint" });
  const here = element("p", { class: "notice warn", hidden: true });
  persisting.then((answer) => {
    promise.className = answer === "may_go" ? "notice warn" : "hint";
    promise.textContent = words[`storage_${answer}`];
  });
  const tell = async (left) => {
    here.hidden = (await persisting) === "kept" || left.count + left.drafts + left.photos === 0;
    here.textContent = filled(words.storageUnsent, left);
  };
  return { element: element("section", {}, element("h2", {}, words.storage), promise, here, used), tell };
}
