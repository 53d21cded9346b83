// A backup's file comes to a phone: what is here stays, whatever clocks and numbers say, until somebody chooses the file's; and
// what was handed over since, taken the place of or given up does not come back. Works within one transaction of keeping.js, over
// the stores that it is given.

import { isSameWork } from "./drafts.js";
import { handedOver, inTurn } from "./order_of_work.js";
import { keyOf } from "./keys.js";
import { keepPhoto } from "./kept_photos.js";
import { knownAfter, together } from "./seeing.js";
import { asked } from "./store.js";
import { bringVillages } from "./villages_in_backup.js";
import { withdrawnHere } from "./withdrawing.js";

// `kept` is what backup.js opened, `device` this phone's key. Returns how many drafts, entries and photos came that were not here, how many drafts and
// entries were skipped, since something newer of their house was handed over here or they were given up, and as `beside` the
// file's drafts that were left out, since one that says something else is being filled in here.
export async function bringBack(s, kept, device) {
  const count = { drafts: 0, queue: 0, photos: 0, skipped: 0, beside: [] };
  const { queue, receipts, handed, withdrawn, isOwn, here, isOver } = await comparedWith(s, kept);
  const arrived = new Set(receipts.map((one) => one.operation));
  const waiting = new Set(queue.map((one) => one.id));
  const left = { drafts: [], entries: [] };

  const entries = inTurn(kept.queue).filter((entry) => !arrived.has(entry.id) && !waiting.has(entry.id));
  const coming = entries.filter((entry) => {
    const last = here(entry.house);
    if (last.replaced.has(entry.id) || withdrawn.has(entry.id)) return false;
    if (isOwn) return (entry.number ?? 0) > last.number || last.number === 0;
    return kept.origin || deviceIn(entry) !== device || entry.made_at >= last.at;
  });
  left.entries = entries.filter((entry) => !coming.includes(entry));
  // Before all that waits here: it was made before this phone had it.
  const lowest = Math.min((handed?.last ?? 0) + 1, ...queue.map((one) => one.number ?? 0));
  for (const [place, entry] of coming.entries()) {
    s.queue.put(isOwn ? entry : { ...entry, number: lowest - coming.length + place });
    const { round, house, photos } = entry.draft;
    const visit = await asked(s.visits.get([round, house]));
    s.visits.put(visit ? { ...visit, photos: together(visit.photos, photos) } : knownAfter(entry.draft, null));
  }

  const [drafts, mine] = [[], []];
  for (const draft of kept.drafts) {
    const held = await asked(s.drafts.get([draft.round, draft.house]));
    const isTaken = held === undefined && !isOver(draft);
    if (isTaken) s.drafts.put(draft);
    else if (held) mine.push(held);
    (isTaken ? drafts : left.drafts).push(draft);
    if (isTaken || (held && isSameWork(held, draft))) continue;
    if (isOver(draft)) count.skipped += 1;
    else count.beside.push(draft);
  }
  count.queue = coming.length;
  count.drafts = drafts.length;
  count.skipped += left.entries.length;
  const skipped = [...left.drafts, ...left.entries.map((one) => one.draft)];
  count.photos = await bringPhotos(s, kept, { drafts: [...drafts, ...mine], skipped });
  await bringVillages(s, kept);
  return count;
}

// A draft of a file takes the place of the one that lies here, as somebody has chosen, with its photos; nothing else of the file
// comes, which may have been thrown away here since it was loaded. False where it is over by now, and stays away.
export async function bringChosen(s, kept, draft) {
  const { isOver } = await comparedWith(s, kept);
  if (isOver(draft)) return false;
  s.drafts.put(draft);
  const isItsOwn = (photo) => namesIn([draft]).has(nameOf(photo));
  await bringPhotos(s, { ...kept, photos: kept.photos.filter(isItsOwn) }, { drafts: [draft], skipped: [] });
  const isIts = ({ round, house }) => round === draft.round && house === draft.house;
  const packs = (kept.packs ?? []).filter((pack) => pack.round === draft.round && pack.village === draft.village);
  await bringVillages(s, { packs, houses: (kept.houses ?? []).filter(isIts), households: (kept.households ?? []).filter(isIts) });
  return true;
}

// What lies here against a file; `isOver(draft)` where something newer of its house was handed over here, or it was given up.
async function comparedWith(s, kept) {
  const [queue, receipts] = [await asked(s.queue.getAll()), await asked(s.receipts.getAll())];
  const withdrawn = new Set(await withdrawnHere(s));
  const handed = (await asked(s.about.get("handed")))?.value ?? null;
  // Numbers are of one database: those of another phone, or of what was cleared here, say nothing here.
  const isOwn = handed !== null && kept.origin === handed.origin;
  const [here, there] = [handedOver(queue, receipts), handedOver(kept.queue, kept.receipts ?? [])];
  const isOver = ({ round, house, changed_at: at, replaces = [] }) => {
    const key = keyOf(round, house);
    const isOlder = isOwn ? there(key).number < here(key).number : at < here(key).at;
    return isOlder || replaces.some((id) => withdrawn.has(id));
  };
  return { queue, receipts, handed, withdrawn, isOwn, here, isOver };
}

async function bringPhotos(s, kept, { drafts, skipped }) {
  const [drafted, dropped, isGiven] = [namesIn(drafts), namesIn(skipped), givenIn(kept)];
  let count = 0;
  for (const { isGiven: _told, ...photo } of kept.photos) {
    const { sha256, round, house, question, size } = photo;
    const held = await asked(s.photos.get([round, house, sha256]));
    if (held?.receipt || (held && (await asked(s.pictures.get([round, house, sha256]))))) continue;
    const visit = await asked(s.visits.get([round, house]));
    const name = nameOf(photo);
    const isKnown = drafted.has(name) || Boolean(visit?.photos?.some((one) => one.sha256 === sha256));
    if (!isKnown && dropped.has(name)) continue; // nothing that is here names it
    keepPhoto(s, photo);
    count += 1;
    // What no draft names any more and was never handed over is loose here as it was there: the house's form takes it in.
    if (isKnown || !isGiven(name)) continue;
    // Its operation arrived from the other phone; that it was handed over is known here too.
    const unknown = { round, house, village: "", version: 0, answers: {}, state: "received" };
    s.visits.put({ ...(visit ?? unknown), photos: together(visit?.photos, [{ sha256, question, size }]) });
  }
  return count;
}

// Whether a photo of a file, by its name, was handed over on the phone that made it. Files of before photos said so have receipts
// of what had arrived, by house alone.
function givenIn({ photos, queue, receipts = [] }) {
  const houses = new Set(receipts.map((one) => one.key));
  const told = photos.filter((one) => one.isGiven ?? houses.has(keyOf(one.round, one.house)));
  const given = new Set([...told.map(nameOf), ...namesIn(queue.map((entry) => entry.draft))]);
  return (name) => given.has(name);
}

const nameOf = ({ round, house, sha256 }) => `${keyOf(round, house)}/${sha256}`;

function namesIn(drafts) {
  return new Set(drafts.flatMap(({ round, house, photos }) => photos.map(({ sha256 }) => nameOf({ round, house, sha256 }))));
}

const deviceIn = (entry) => JSON.parse(entry.body).device;
