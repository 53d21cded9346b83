// Where a house stands in a round, as the phone knows it. Pure. The map and the list draw by it.

import { keyOf } from "./keys.js";
import { metresBetween } from "./position.js";

// "todo", "draft", "waiting" to be sent, "refused" by the server, "returned" by an officer, "rejected", "approved", "sent".
export function standingOf(house, { drafts, entries, visits }) {
  if (entries.get(house) === "refused") return "refused";
  if (drafts.has(house)) return "draft";
  if (entries.has(house)) return "waiting";
  const state = visits.get(house)?.state;
  if (state === undefined) return "todo";
  return state === "received" || state === "waiting" ? "sent" : state;
}

// {house → standing} for the houses of a village, of what keeping.js holds.
export function standings(houses, { drafts, queue, visits, round }) {
  const entries = new Map();
  for (const entry of queue) {
    if (entry.round === round && entries.get(entry.draft.house) !== "refused") entries.set(entry.draft.house, entry.state);
  }
  const known = {
    entries,
    drafts: new Set(drafts.filter((draft) => draft.round === round).map((draft) => draft.house)),
    visits: new Map(visits.map((visit) => [visit.house, visit])),
  };
  return new Map(houses.map(({ house }) => [house, standingOf(house, known)]));
}

// How a mark on the map is drawn: what asks for something from the surveyor stands out.
export const MARKS = Object.freeze({
  todo: "todo", draft: "draft", waiting: "waiting", sent: "sent", approved: "sent", rejected: "sent", returned: "returned",
  refused: "returned",
});

const ORDER = { refused: 0, returned: 0, todo: 1, draft: 1 };

// What came back before all, then what is still to do, then what is done; within each nearest first from `here` [lng, lat],
// or as the list was. `metres` of a house is null where nobody knows.
export function nearestFirst(houses, standing, here) {
  const far = ({ lng, lat }) => (here && Number.isFinite(lng ?? NaN) ? Math.round(metresBetween(here[0], here[1], lng, lat)) : null);
  const rank = ({ house }) => ORDER[standing.get(house)] ?? 2;
  const metres = (house) => house.metres ?? (here ? Infinity : 0);
  const away = (one, other) => (metres(one) === metres(other) ? 0 : metres(one) - metres(other));
  return houses
    .map((house) => ({ ...house, metres: far(house) }))
    .sort((one, other) => rank(one) - rank(other) || away(one, other));
}

const LATE_MS = 24 * 3_600_000;

const photoKey = ({ round, house, sha256 }) => `${round}/${house}/${sha256}`;

// Photos without a receipt: those that lie here, and those that a finished visit names and that should, as `isMissing`.
export function unsentPhotos(photos, visits) {
  const here = new Set(photos.map(photoKey));
  const named = visits.flatMap(({ round, house, village, photos: all }) => (all ?? []).map((one) => ({ ...one, round, house, village, isMissing: true })));
  return [
    ...photos.filter((photo) => !photo.receipt),
    ...named.filter((photo) => !photo.isReceived && !here.has(photoKey(photo))),
  ];
}

// Whether something of a village would be lost if it were taken off the phone. A house that was given another village has its
// visit there, whatever was made of it before; of photos that were taken long ago nobody wrote down where.
export function isHeld({ round, village }, { queue, drafts, photos, visits }) {
  const now = new Map(visits.map((visit) => [keyOf(visit.round, visit.house), visit.village]));
  const left = [...queue.map((entry) => entry.draft), ...drafts, ...unsentPhotos(photos, visits)];
  return left.filter((one) => one.round === round).some((one) => {
    const known = [one.village, now.get(keyOf(round, one.house))].filter(Boolean);
    return known.length === 0 || known.includes(village);
  });
}

// {count, oldest: ISO text or "", isLate} of what is on this phone and nowhere else.
export function unsent({ queue, drafts, photos, visits }) {
  const left = unsentPhotos(photos, visits);
  // What is missing has no time.
  const times = [...queue.map((one) => one.made_at), ...drafts.map((one) => one.changed_at), ...left.map((one) => one.taken_at)];
  const oldest = times.filter(Boolean).sort()[0] ?? "";
  return { count: queue.length, drafts: drafts.length, photos: left.length, oldest, isLate: oldest !== "" && Date.now() - Date.parse(oldest) > LATE_MS };
}
