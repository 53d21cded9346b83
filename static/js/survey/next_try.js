// When the phone tries again by itself. Pure.

import { isDue } from "./judging.js";

// In milliseconds since 1970, null where nothing may be tried. `entries` are the queue's in their order: what stands behind
// another of its house waits for that one. `photos` are those that may go, now that nothing of their house waits before
// them. mayGoAgain(entry or photo) says whether what was refused may be sent once more by itself.
export function nextTry({ entries, photos, now, mayGoAgain }) {
  const first = new Map();
  for (const entry of entries) if (!first.has(entry.house)) first.set(entry.house, entry);
  const isOpen = (one) => one.state !== "refused" || mayGoAgain(one);
  const dues = [
    ...[...first.values()].filter(isOpen).map((entry) => entry.notBefore),
    ...photos.filter(isOpen).map((photo) => photo.not_before ?? 0),
  ].map((at) => (isDue(at, now) ? now : at));
  return dues.length ? Math.min(...dues) : null;
}
