// What a house's form begins with: the draft that lies here, what the server refused, or one that is begun now; what stands
// around the house; and what becomes of the draft once it is finished. No page: house_page.js draws it.

import { besideVillage } from "./beside.js";
import { thisYear } from "./clock.js";
import { beginDraft, knownAnswers, naming, reopened, tidiedAnswers } from "./drafts.js";
import { headsOf, withOwn } from "./own_houses.js";
import { asFarAsSeen, saysMore } from "./rights.js";
import { withoutSlips } from "./rules.js";

// `keeping` of keeping.js, `pack` its pack, `house` an id, `place` {lng, lat} of one that is being added, `mending` the queue's
// entries of the house where the server refused one, `sees` whether its person may see what is sensitive, `now` milliseconds.
//
// `draft` says what the form shows, `fresh` what it would show if nothing had been put off; `cut` whether something was left
// out that its person may not see any more; `loose` are photos of the house that nothing named: the draft does. `own` is the
// pack's row of the house, or null.
export async function foundOf({ keeping, pack, house, place = null, mending = [], sees = false, now = Date.now() }) {
  const { round, village, rules } = pack;
  const [kept, visit, ofPack, households, me, drafts, queue, photos] = await Promise.all([
    keeping.drafts.get(round, house), keeping.visits.get(round, house), keeping.houses.of(round, village), keeping.households.of(round, village),
    keeping.about.get("me"), keeping.drafts.all(), keeping.queue.entries(), keeping.photos.all(),
  ]);
  const here = { drafts, queue, round, village };
  const houses = withOwn(ofPack, here);
  const own = ofPack.find((one) => one.house === house) ?? null;
  const isNew = own === null || Boolean(own.is_new);
  const known = knownAnswers(own, households.filter((one) => one.house === house));
  // One that was added here, or came with a backup, stands where its draft says.
  const added = own === null ? houses.find((one) => one.house === house && one.lng !== null) : null;
  const at = place ? [place.lng, place.lat] : added ? [added.lng, added.lat] : null;
  const begun = beginDraft({ round, village, house, isNew, visit, known, place: at, now });
  const whole = mending.length ? reopened(mending, kept) : (kept ?? begun);
  const [draft, fresh] = [whole, mending.length ? reopened(mending) : begun].map((one) => asFarAsSeen(one, rules, sees));
  const named = new Set([...draft.photos, ...(visit?.photos ?? [])].map((photo) => photo.sha256));
  const isHere = (one) => one.round === round && one.house === house && !one.receipt && !one.isMissing;
  const loose = photos.filter((one) => isHere(one) && !named.has(one.sha256));
  return {
    draft: loose.reduce(naming, draft), fresh, loose, own, houses, heads: headsOf(households, here),
    cut: saysMore(whole, rules, sees), isKept: kept !== null, comment: visit?.comment ?? "", year: thisYear(me),
    beside: await besideVillage(keeping, { ...here, at: isNew ? (draft.place ?? (own && [own.lng, own.lat])) : null }),
  };
}

// The draft as it is handed over; `rules` of rules.understood.
export function finishedOf(draft, rules) {
  const answers = withoutSlips(rules, tidiedAnswers(draft.answers), { ...draft.known, ...draft.held });
  return { ...draft, answers: tidiedAnswers(answers) };
}
