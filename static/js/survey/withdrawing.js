// What the server refused and of which its person has nothing left to say goes, with what stood behind it. Works within one
// transaction of keeping.js, over the stores that it is given.

import { dropPhoto } from "./kept_photos.js";
import { asked } from "./store.js";

const NOTED = "withdrawn";

// Ids of what was withdrawn on this phone, {about}: an older backup holds it still.
export async function withdrawnHere({ about }) {
  return (await asked(about.get(NOTED)))?.value ?? [];
}

// `draft` takes the place of entries, `replaces`, and would send nothing. The phone knows of the house again what it knew before
// them, and how its visit stands by what was told while they waited; what else was not taken in then comes with the village, which is
// fetched whole with the next changes.
export async function withdraw(s, { round, house, replaces, ...draft }) {
  s.drafts.delete([round, house]);
  const entries = [];
  for (const id of replaces) {
    entries.push(await asked(s.queue.get(id)));
    s.queue.delete(id);
  }
  const gone = [...replaces, ...entries.flatMap((entry) => entry?.replaced ?? [])];
  s.about.put({ name: NOTED, value: [...new Set([...(await withdrawnHere(s)), ...gone])] });
  const drafts = entries.flatMap((entry) => entry?.draft ?? []); // one that arrived meanwhile is no entry any more
  if (drafts.length === 0) return;
  const [{ base, held }] = drafts;
  const visit = await asked(s.visits.get([round, house]));
  const village = visit?.village ?? draft.village; // the house may have moved since
  const named = new Set(drafts.flatMap(({ photos }) => photos.map((photo) => photo.sha256)));
  const photos = (visit?.photos ?? []).filter((photo) => photo.isReceived || !named.has(photo.sha256));
  for (const { sha256 } of photos) named.delete(sha256);
  for (const sha256 of named) dropPhoto(s, { round, house, sha256 });
  // Of another person's visit only how it stands is told.
  const { tried: _tried, version = base, mine = true, ...told } = visit?.told ?? {};
  const stands = visit?.told ? { ...told, mine, version: mine ? version : base, told: null } : {};
  const wasVisited = Boolean(visit?.told) || base > 0 || Object.keys(held).length > 0 || photos.length > 0 || visit?.mine === false;
  if (wasVisited) s.visits.put({ ...visit, round, village, house, photos, answers: held, version: base, state: "received", ...stands });
  else s.visits.delete([round, house]);
  const pack = await asked(s.packs.get([round, village]));
  if (pack) s.packs.put({ ...pack, cursor: "" });
}
