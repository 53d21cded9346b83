// Photos of a person's database: what is known of each lies in `photos`, which is small enough to be read all together, and
// its picture in `pictures`, of which one at a time is read. Both come and go in one transaction.

import { asked, removeWhere } from "./store.js";

export const PHOTO_STORES = ["photos", "pictures"];

const keyOf = ({ round, house, sha256 }) => [round, house, sha256];

// Within a transaction over PHOTO_STORES: `taken` is what keeping.js says of a photo, with its `bytes` where these are here.
export function keepPhoto(stores, { bytes, ...photo }) {
  const { round, house, sha256 } = photo;
  stores.photos.put({ taken_at: new Date().toISOString(), ...photo });
  if (bytes) stores.pictures.put({ round, house, sha256, bytes });
}

export function dropPhoto(stores, photo) {
  stores.photos.delete(keyOf(photo));
  stores.pictures.delete(keyOf(photo));
}

// Photos that a draft names no more go, unless they were handed over with what came before. Over "visits" too.
export async function dropUnlessGiven(stores, { round, house }, hashes) {
  if (hashes.length === 0) return;
  const visit = await asked(stores.visits.get([round, house]));
  const given = new Set(visit?.photos?.map((photo) => photo.sha256));
  for (const sha256 of hashes) if (!given.has(sha256)) dropPhoto(stores, { round, house, sha256 });
}

// What the server has makes room; `within(names, mode, work)` runs a transaction. Returns how many went.
export function dropSent(within) {
  return removeWhere(within, "photos", (photo) => photo.receipt, ["pictures"]);
}

// What keeping.js lets others do with photos; `within(names, mode, work)` runs a transaction.
export function photosOf(within) {
  return {
    get: (round, house, sha256) => within(["photos"], "readonly", async (s) => (await asked(s.photos.get([round, house, sha256]))) ?? null),
    // Its picture, or null of one that is not here.
    bytes: (photo) => within(["pictures"], "readonly", async (s) => (await asked(s.pictures.get(keyOf(photo))))?.bytes ?? null),
    // Those that lack their receipt and whose picture is not here any more say so, `isMissing`.
    all: () => within(PHOTO_STORES, "readonly", async (s) => {
      const [rows, keys] = [await asked(s.photos.getAll()), await asked(s.pictures.getAllKeys())];
      const pictures = new Set(keys.map(String));
      return rows.map((row) => (row.receipt || pictures.has(String(keyOf(row))) ? row : { ...row, isMissing: true }));
    }),
    // What became of sending one: noted where it is still here.
    note: (photo, part) => within(["photos"], "readwrite", (s) => note(s, photo, part)),
    // The server has it; the visit remembers that when the picture itself has gone.
    arrived: (photo, receipt) => within(["photos", "visits"], "readwrite", async (s) => {
      await note(s, photo, { receipt, state: "sent", error: "" });
      await inVisit(s, photo, (one) => [{ ...one, isReceived: true }]);
    }),
    // Somebody gives it up: neither is it here nor does anybody wait for it.
    giveUp: (photo) => within([...PHOTO_STORES, "visits"], "readwrite", async (s) => {
      dropPhoto(s, photo);
      await inVisit(s, photo, () => []);
    }),
  };
}

async function note(stores, photo, part) {
  const held = await asked(stores.photos.get(keyOf(photo)));
  if (held) stores.photos.put({ ...held, ...part });
}

// What the visit says of a photo becomes what `made(it)` lists.
async function inVisit(stores, { round, house, sha256 }, made) {
  const visit = await asked(stores.visits.get([round, house]));
  const photos = visit?.photos?.flatMap((one) => (one.sha256 === sha256 ? made(one) : [one]));
  if (photos) stores.visits.put({ ...visit, photos });
}
