// What a phone keeps for one person: villages taken along, drafts, what waits to be sent, receipts. One database a person,
// so that two people on one phone never meet; nothing of it needs a network. Every write is one transaction.
//
// Records (times are ISO texts, `house` a uuid, `answers` {field: value} in the manner of docs/survey.md):
//   draft    {round, village, house, is_new, base, held, answers, position, photos: [{sha256, question, size}],
//             started_at, changed_at, place: [lng, lat] | null, known}; `held` are the answers that were seen at `base`, `known`
//             those that the register gave
//   pack     {round, village, cursor, name, round_name, ends_on, commune, outline, area, rules, streets, bytes, taken_at,
//            asked_at, ended: why it is no longer this person's, or "", isPart of what came with a backup and not whole yet}
//   house    {round, village, house, …the columns of the pack by name}
//   household {round, village, id, house, …}
//   visit    {round, village, house, version, answers, state, comment, conflicts, photos}: what this phone knows of it;
//            `told` is how it stands at the server by changes that came while an entry of its house was here, with `tried`, ids
//            of those that had been sent by then, else null;
//            `photos` are all that were handed over here, and only those are sent, with `isReceived` once they have
//            their receipt: what lacks it is unsent, whether it lies here or not
//   entry    of queue.js, with {round, village, made_at, number, replaced, draft: what was handed over}; `house` there is
//            "<round>/<house>", `number` one more than of any handed over here before, whatever the clock says, and
//            `replaced` are ids of the refused ones that it takes the place of
//   receipt  as the server gave it, with {key: "<round>/<house>", here: {number, at, replaced} of its entry}
//   about    {name, value}: of `me` what the server said last, of `handed` {origin: an id of this database, last: number}, of
//            `withdrawn` ids of entries that somebody gave up here
//   photo    {sha256, round, house, village, question, size, taken_at, receipt: {…} | null, state, error} and apart from it, so
//            that nobody reads all pictures to know what there is, picture {sha256, round, house, bytes: ArrayBuffer}. Both go
//            once the server has it and something else needs the room. One a house: the same picture may be of two

import { newId } from "../core/ids.js";
import { bringBack, bringChosen } from "./bringing_back.js";
import { keyOf } from "./keys.js";
import { inTurn } from "./order_of_work.js";
import { answersIn, knownAfter, seen } from "./seeing.js";
import { PHOTO_STORES, dropPhoto, dropSent, dropUnlessGiven, keepPhoto, photosOf } from "./kept_photos.js";
import { Connection, NoRoom, asked, inOne } from "./store.js";
import { openStores } from "./stores.js";
import { withdraw } from "./withdrawing.js";

export { keyOf } from "./keys.js";
export { Closed, NoRoom, Superseded } from "./store.js";

const PLACED = ["houses", "households", "visits"];
const ALL = ["drafts", "packs", ...PLACED, "queue", "receipts", "photos", "about"]; // pictures apart
const BROUGHT = [...ALL, "pictures"];

export const databaseOf = (userId) => `sonha-survey-${userId}`;

// Open what is kept for a person; `keeping.close()` when somebody else takes the phone. `blocked()` is called where a page of an
// older version has it open and does not give way: it opens once that page is closed.
export async function openKeeping(userId, blocked) {
  const name = databaseOf(userId);
  const reopen = async () => {
    const again = await openStores(name);
    await inOne(again, ["about"], "readwrite", giveId).catch(() => {}); // what is handed over next gives it, too
    return again;
  };
  const keeping = new Keeping(new Connection(await openStores(name, blocked), reopen));
  await keeping.begin();
  return keeping;
}

export class Keeping {
  constructor(connection) {
    this.connection = connection;
    this.drafts = {
      get: (round, house) => this.#get("drafts", [round, house]),
      put: (draft, photos) => this.#putDraft(draft, photos),
      remove: (round, house, dropped = []) => this.#removeDraft(round, house, dropped),
      all: () => this.#all("drafts"),
    };
    this.packs = {
      get: (round, village) => this.#get("packs", [round, village]),
      all: () => this.#all("packs"),
      remove: (round, village) => this.#removePlace(round, village),
      mark: (round, village, ended) => this.#mark(round, village, ended),
    };
    this.houses = this.#placed("houses");
    this.households = this.#placed("households");
    this.visits = { ...this.#placed("visits"), all: () => this.#all("visits"), put: (visit) => this.#put("visits", visit) };
    this.photos = photosOf((names, mode, work) => this.#in(names, mode, work));
    this.receipts = {
      all: () => this.#all("receipts"),
      of: (round, house) =>
        this.#in(["receipts"], "readonly", (s) => asked(s.receipts.index("key").getAll(keyOf(round, house)))),
    };
    this.about = {
      get: async (name) => (await this.#get("about", name))?.value ?? null,
      put: (name, value) => this.#put("about", { name, value }),
    };
    // What queue.js asks for.
    this.queue = {
      entries: async () => inTurn(await this.#all("queue")),
      get: (id) => this.#get("queue", id),
      note: (id, part) => this.#noteEntry(id, part),
      settle: (id, receipt) => this.#settle(id, receipt),
      remove: (id) => this.#remove("queue", id),
    };
  }

  close() {
    this.connection.close();
  }

  begin() {
    return this.#in(["about"], "readwrite", giveId).catch((error) => {
      if (!(error instanceof NoRoom)) throw error; // there is no room for anything else either
    });
  }

  // A draft becomes an entry of the queue, and what the phone knows of the house becomes what the draft says. All at once:
  // it is never in both places and never in none.
  handOver(draft, entry) {
    return this.#in(["drafts", "queue", "visits", "houses", "about", ...PHOTO_STORES], "readwrite", async (s) => {
      const { round, house } = draft;
      const { origin, last } = (await asked(s.about.get("handed")))?.value ?? { origin: newId(), last: 0 };
      const number = last + 1;
      s.about.put({ name: "handed", value: { origin, last: number } });
      const dropped = new Set(); // photos of what is replaced that the draft names no more
      const replaced = [];
      for (const id of draft.replaces ?? []) {
        const before = await asked(s.queue.get(id));
        for (const { sha256 } of before?.draft.photos ?? []) dropped.add(sha256);
        replaced.push(id, ...(before?.replaced ?? []));
        s.queue.delete(id);
      }
      s.queue.put({ state: "waiting", tries: 0, notBefore: 0, error: "", faults: [], ...entry, number, replaced });
      for (const { sha256 } of draft.photos) dropped.delete(sha256);
      s.drafts.delete([round, house]);
      const visit = knownAfter(draft, await asked(s.visits.get([round, house])));
      const gone = visit.photos.filter((photo) => dropped.has(photo.sha256) && !photo.isReceived);
      for (const { sha256 } of gone) dropPhoto(s, { round, house, sha256 });
      s.visits.put({ ...visit, photos: visit.photos.filter((photo) => !gone.includes(photo)) });
      if (draft.is_new && draft.place) {
        const known = await asked(s.houses.get([round, house]));
        const { number, street } = draft.answers;
        const [lng, lat] = draft.place;
        const called = { number: number ?? "", street: street ?? "" };
        // It may have been approved since the form was begun.
        if (!isOfRegister(known)) s.houses.put({ ...known, round, village: draft.village, house, lng, lat, ...called, is_new: true });
      }
    });
  }

  // What was refused goes, since of the draft that takes its place nothing is left.
  withdraw(draft) {
    return this.#in(["drafts", "queue", "visits", "packs", "about", ...PHOTO_STORES], "readwrite", (s) => withdraw(s, draft));
  }

  // Take a pack in, or what changed of it: {pack, houses, households, visits, gone: {houses, households}, isWhole}.
  // What the phone itself has not sent yet outlives it. Of changes after a cursor, `from`, nothing is taken where the village does
  // not lie here with that cursor any more: it was taken off the phone meanwhile, or is to come whole.
  takeIn({ pack, houses, households, visits, gone, isWhole, from = null }) {
    return this.#in(["packs", "queue", ...PLACED], "readwrite", async (s) => {
      const { round, village } = pack;
      const before = (await asked(s.packs.get([round, village])))?.cursor;
      if (from !== null && from !== before) return;
      const queue = await asked(s.queue.getAll());
      const waiting = new Set(queue.map((entry) => entry.house));
      // Versions of a server whose backup was brought back begin again lower than what receipts told.
      const isOfBackup = isOtherTime(pack.cursor, before);
      if (isWhole) {
        const place = IDBKeyRange.only([round, village]);
        const added = (await asked(s.houses.index("place").getAll(place))).filter((one) => one.is_new);
        for (const name of ["houses", "households"]) {
          for (const key of await asked(s[name].index("place").getAllKeys(place))) s[name].delete(key);
        }
        for (const house of added) s.houses.put(house);
      }
      await takeOut(s, round, village, gone);
      // What changes told at another time holds no more, though the server has nothing to say of it now.
      for (const visit of isOfBackup ? await asked(s.visits.index("place").getAll(IDBKeyRange.only([round, village]))) : []) {
        if (visit.told) s.visits.put({ ...visit, comment: "", conflicts: [], told: null });
      }
      for (const house of houses) {
        // What the register has is more than what a visit says of a house that somebody added.
        const held = house.is_new ? await asked(s.houses.get([round, house.house])) : null;
        if (!isOfRegister(held) || held.village !== village) s.houses.put({ ...house, round, village });
      }
      for (const household of households) s.households.put({ ...household, round, village });
      for (const visit of visits) {
        const held = await asked(s.visits.get([round, visit.house]));
        const isWaiting = waiting.has(keyOf(round, visit.house));
        if (isWaiting && !held) continue;
        // Older than what a receipt, or the changes before, told.
        const newest = Math.max(held?.version ?? 0, held?.told?.version ?? 0);
        if (newest > visit.version && visit.mine !== false && !isOfBackup) continue;
        // Of another person's visit only how it stands is told: what this phone has seen stays.
        const { state, comment = "", conflicts = held?.conflicts ?? [] } = visit;
        const told = visit.mine === false && held ? { state, comment, conflicts, mine: false } : visit;
        if (isWaiting) {
          const tried = queue.filter((entry) => entry.house === keyOf(round, visit.house) && entry.tries > 0).map(({ id: one }) => one);
          s.visits.put({ ...held, comment, conflicts, told: { version: 0, ...told, village, tried } });
        } else s.visits.put({ conflicts: [], ...held, ...told, told: null, round, village });
      }
      s.packs.put(pack);
    });
  }

  // All that is kept, for a backup; and back again, where what is here already stays if it is newer.
  // Photos that the server lacks come with their `bytes`.
  async everything() {
    return this.#in(BROUGHT, "readonly", async (s) => {
      const rows = await Promise.all(ALL.map((name) => asked(s[name].getAll())));
      const kept = Object.fromEntries(ALL.map((name, place) => [name, rows[place]]));
      for (const photo of kept.photos) {
        const { round, house, sha256, receipt } = photo;
        if (!receipt) photo.bytes = (await asked(s.pictures.get([round, house, sha256])))?.bytes ?? null;
      }
      return kept;
    });
  }

  // What backup.js opened comes here; `device` is this phone's key. Returns what bringing_back.js counts.
  bringBack(kept, device) {
    return this.#in(BROUGHT, "readwrite", (s) => bringBack(s, kept, device));
  }

  // Of what was brought back a draft, left out beside one that lies here, takes its place; false where it may not any more.
  choose(kept, draft) {
    return this.#in(BROUGHT, "readwrite", (s) => bringChosen(s, kept, draft));
  }

  // The entry goes, the receipt stays, and the phone has seen what others changed.
  #settle(id, receipt) {
    return this.#in(["queue", "receipts", "visits", "drafts"], "readwrite", async (s) => {
      const entry = await asked(s.queue.get(id));
      s.queue.delete(id);
      if (!entry) return;
      const { number, made_at: at, replaced } = entry;
      s.receipts.put({ ...receipt, key: entry.house, here: { number, at, replaced } });
      const [round, house] = entry.house.split("/");
      const others = receipt.others ?? {};
      const visit = await asked(s.visits.get([round, house]));
      const isLast = !(await asked(s.queue.getAll())).some((one) => one.house === entry.house);
      // The receipt may be an old one, told again after its first answer was lost: how the visit stood after that holds.
      const { tried, ...stands } = visit?.told ?? {};
      const told = visit?.told ? stands : null;
      // Of the same version is a receipt of conflicts alone, which came after what was told before its entry was ever sent.
      const isSince = told?.version > receipt.version || (told?.version === receipt.version && (tried?.includes(id) ?? true));
      const isLater = isLast && told !== null && told.mine !== false && isSince;
      s.visits.put({
        ...visit, round, house, village: entry.village, version: receipt.version, conflicts: receipt.conflicts ?? [],
        answers: { ...visit?.answers, ...answersIn(others) }, state: isLast ? (receipt.state ?? "received") : "waiting",
        ...(isLater ? told : {}), told: isLast ? null : (visit?.told ?? null),
      });
      const draft = await asked(s.drafts.get([round, house]));
      if (draft) s.drafts.put(seen(draft, others, receipt.version));
    });
  }

  // What became of sending an entry: noted where it still waits here, and nothing has taken its place meanwhile.
  #noteEntry(id, part) {
    return this.#in(["queue"], "readwrite", async (s) => {
      const entry = await asked(s.queue.get(id));
      if (entry) s.queue.put({ ...entry, ...part });
    });
  }

  // With photos that it named, by their hashes; those that were handed over before stay.
  #removeDraft(round, house, dropped) {
    return this.#in(["drafts", "visits", ...PHOTO_STORES], "readwrite", async (s) => {
      s.drafts.delete([round, house]);
      await dropUnlessGiven(s, { round, house }, dropped);
    });
  }

  // A draft, with the photo that it names from now on, `taken`, and without those that it names no more, `dropped` (hashes):
  // all of it, or nothing.
  #putDraft(draft, { taken = null, dropped = [] } = {}) {
    const row = { ...draft, changed_at: new Date().toISOString() };
    if (taken === null && dropped.length === 0) return this.#put("drafts", row);
    return this.#in(["drafts", "visits", ...PHOTO_STORES], "readwrite", async (s) => {
      s.drafts.put(row);
      if (taken) keepPhoto(s, taken);
      await dropUnlessGiven(s, draft, dropped);
    });
  }

  // Why a village is no longer this person's: kept until it is taken off the phone.
  #mark(round, village, ended) {
    return this.#in(["packs"], "readwrite", async (s) => {
      const pack = await asked(s.packs.get([round, village]));
      if (pack) s.packs.put({ ...pack, ended, asked_at: new Date().toISOString() });
    });
  }

  async #removePlace(round, village) {
    await this.#in(["packs", ...PLACED], "readwrite", async (s) => {
      s.packs.delete([round, village]);
      for (const name of PLACED) {
        const keys = await asked(s[name].index("place").getAllKeys(IDBKeyRange.only([round, village])));
        for (const key of keys) s[name].delete(key);
      }
    });
  }

  #placed(name) {
    return {
      get: (round, id) => this.#get(name, [round, id]),
      of: (round, village) =>
        this.#in([name], "readonly", (s) => asked(s[name].index("place").getAll(IDBKeyRange.only([round, village])))),
    };
  }

  // Where the phone is full, photos that the server has make room for what it does not have.
  async #in(names, mode, work) {
    try {
      return await this.connection.in(names, mode, work);
    } catch (error) {
      if (!(error instanceof NoRoom) || (await dropSent((...given) => this.connection.in(...given))) === 0) throw error;
      return this.connection.in(names, mode, work);
    }
  }

  #get(name, key) {
    return this.#in([name], "readonly", async (s) => (await asked(s[name].get(key))) ?? null);
  }

  #all(name) {
    return this.#in([name], "readonly", (s) => asked(s[name].getAll()));
  }

  #put(name, row) {
    return this.#in([name], "readwrite", (s) => asked(s[name].put(row)));
  }

  #remove(name, key) {
    return this.#in([name], "readwrite", (s) => asked(s[name].delete(key)));
  }
}

// A new database gives itself an id, by which its backups know it again.
async function giveId(s) {
  if (!(await asked(s.about.get("handed")))) s.about.put({ name: "handed", value: { origin: newId(), last: 0 } });
}

const isOfRegister = (row) => Boolean(row) && !row.is_new;

// What is gone from a village goes, before anything is put: what the register has lost may have its visit still. A house
// that another village of this phone got stays as that one has it, whichever of the two was asked first.
async function takeOut(s, round, village, { houses, households }) {
  if (houses.length + households.length === 0) return;
  const place = IDBKeyRange.only([round, village]);
  const gone = new Set(houses);
  for (const { house } of await asked(s.houses.index("place").getAll(place))) {
    if (gone.has(house)) s.houses.delete([round, house]);
  }
  // Who lived there goes along: nothing happened to them, so nothing else tells.
  for (const { id, house } of await asked(s.households.index("place").getAll(place))) {
    if (gone.has(house) || households.includes(id)) s.households.delete([round, id]);
  }
}

// Whether a cursor of the server is of another database than the one `before`, or of an earlier time of the same: its backup
// was brought back. An answer that was only late says so too, and does no harm: what it tells is told again after it.
function isOtherTime(cursor, before) {
  if (!before) return false;
  const [[table, at], [tableBefore, atBefore]] = [cursor.split("-"), before.split("-")];
  return table !== tableBefore || Number(at) < Number(atBefore);
}
