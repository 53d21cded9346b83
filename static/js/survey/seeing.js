// What a person has seen of what others wrote. A value counts as seen once a form has shown it; only then may an operation
// say, by its `base`, that it was made knowing it. Pure. Drafts and visits are those of keeping.js.

import { changesOf, isSame, tidied } from "./drafts.js";

// A draft that lay here while a receipt told what others changed, {field: value}: fields that it leaves alone follow, and
// the form shows them. Where it says something else itself, what the other wrote is shown to nobody: then `base` stays
// where it was, so that the server finds two values and asks.
export function seen(draft, others, version) {
  const held = { ...draft.held };
  const answers = { ...draft.answers };
  let isHidden = draft.position !== null && Boolean(others.position) && !isSamePlace(draft.position, others.position);
  for (const [field, value] of Object.entries(answersIn(others))) {
    // What the register gave is shown as what is held is, and was typed by nobody.
    const had = (field in held ? held[field] : draft.known?.[field]) ?? null;
    const own = tidied(answers[field] ?? null);
    const isOurs = !isSame(had, own);
    if (isOurs && !isSame(value, own) && !isSame(value, had)) {
      isHidden = true;
      continue;
    }
    held[field] = value;
    if (!isOurs) answers[field] = value;
  }
  return { ...draft, held, answers, base: isHidden ? draft.base : Math.max(version, draft.base) };
}

// The position is no answer: it is measured anew and never typed.
export function answersIn({ position: _place, ...answers }) {
  return answers;
}

const isSamePlace = (one, other) => one.lng === other.lng && one.lat === other.lat;

// What the phone knows of a house once a draft was handed over: what was known, with what the draft changed. What was emptied
// stays as null, so that the register does not fill it in again. It was made having seen its own `base` and no more, and so
// is whatever is begun from here.
export function knownAfter(draft, visit) {
  const answers = { ...visit?.answers };
  for (const [field, { to }] of Object.entries(changesOf(draft))) answers[field] = to;
  const { round, village, house, base, position } = draft;
  const photos = together(visit?.photos, draft.photos);
  return { comment: "", conflicts: [], ...visit, round, village, house, position, photos, answers, version: base, state: "waiting" };
}

// Photos that were handed over before, and those that are now.
export function together(before = [], now = []) {
  const known = new Set(before.map((photo) => photo.sha256));
  return [...before, ...now.filter((photo) => !known.has(photo.sha256))];
}
