// A phone without a browser: the survey's own modules, a database in memory, and a line that the test is.
//
// Lines of JSON in: {number, do, …} is a command, {answer, …} what came of a request. Lines of JSON out: {ask, method, url,
// headers, body} is a request, {done: number, result} the end of a command. Bytes are base64. With `server` requests go
// out to a real server instead.

import { createHash, webcrypto } from "node:crypto";
import { createInterface } from "node:readline";
import { Disk } from "./phone_database.mjs";

const asked = new Map();
const networkFetch = globalThis.fetch;
const [later, forget] = [globalThis.setTimeout, globalThis.clearTimeout];
let count = 0;
let file = null; // a backup
let timers = new Map(); // of the page: number → {at, work}
let ahead = 0; // milliseconds that the phone's clock is ahead
let line = null; // {address, cookie} of a real server
let disk = new Disk();
let page = null;
let holder = null; // {person, device, round, village}

globalThis.crypto ??= webcrypto; // node 18 has it under another name

const PASSPHRASE = "mật khẩu dài";
const tell = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const RealDate = Date;
// The phone's clock, whichever way it is read.
class PhoneDate extends RealDate {
  constructor(...given) {
    super(...(given.length ? given : [PhoneDate.now()]));
  }

  static now() {
    return RealDate.now() + ahead;
  }
}
Object.assign(globalThis, {
  Date: PhoneDate,
  IDBKeyRange: { only: (value) => ({ only: value }) },
  window: new EventTarget(),
  document: new EventTarget(),
  // A phone in a test waits for nothing but its line: its clock goes on as far as the test says (`pass`).
  setTimeout: (work, wait) => {
    if (line) return later(work, wait).unref();
    count += 1;
    timers.set(count, { at: Date.now() + wait, work });
    return count;
  },
  clearTimeout: (timer) => (line ? forget(timer) : timers.delete(timer)),
  fetch: (url, { method = "GET", headers, body, signal }) => {
    if (line) return networkFetch(line.address + url, { method, headers: { ...headers, Cookie: line.cookie }, body, signal });
    return new Promise((resolve, reject) => {
      count += 1;
      asked.set(count, { resolve, reject });
      const bytes = body === undefined ? "" : Buffer.from(body).toString("base64");
      tell({ ask: count, method, url, headers, body: bytes });
    });
  },
});
Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });

const survey = new URL("../../static/js/survey/", import.meta.url);
const names = ["keeping.js", "sync.js", "drafts.js", "operation.js", "packs.js", "backup.js", "standing.js", "store.js"];
const [{ openKeeping, keyOf, NoRoom }, { Sync }, drafts, { entryOf }, { takeAlong }, backup, { isHeld, unsentPhotos }, { removeWhere }] =
  await Promise.all(names.map((name) => import(new URL(name, survey))));
const ofHouse = ["opening_house.js", "keeper.js", "rights.js", "rules.js"];
const [{ finishedOf, foundOf }, { Keeper }, { seesSensitive }, { understood }] = await Promise.all(ofHouse.map((name) => import(new URL(name, survey))));

// The page as it is opened: what was under way in the one before never ends.
async function opened() {
  if (page) page.isDead = true;
  const fresh = { isDead: false };
  page = fresh;
  asked.clear();
  timers = new Map();
  globalThis.indexedDB = disk.forPage(fresh);
  fresh.keeping = await openKeeping(holder.person.id);
  fresh.sync = new Sync({ keeping: fresh.keeping, person: holder.person, device: holder.device });
}

const within = (...given) => page.keeping.connection.in(...given);

// A house as its form finds it, with the pack that it stands in.
async function houseAt(house, place) {
  const { keeping } = page;
  const { round, village, person } = holder;
  const [kept, own, entries] = await Promise.all([keeping.drafts.get(round.id, house), keeping.houses.get(round.id, house), keeping.queue.entries()]);
  const mine = entries.filter((entry) => entry.house === keyOf(round.id, house));
  const pack = await keeping.packs.get(round.id, kept?.village ?? own?.village ?? mine.at(-1)?.draft.village ?? village.code);
  const sees = seesSensitive({ me: await keeping.about.get("me"), person }, pack);
  const mending = mine.some((entry) => entry.state === "refused") ? mine : [];
  const at = place ? { lng: place[0], lat: place[1] } : null;
  return { pack, ...(await foundOf({ keeping, pack, house, place: at, mending, sees })) };
}

function photoOf(photo, { round, village, house }) {
  const bytes = Uint8Array.from(Buffer.from(photo, "base64")).buffer;
  const sha256 = createHash("sha256").update(new Uint8Array(bytes)).digest("hex");
  return { sha256, question: "photos", size: bytes.byteLength, round, village, house, bytes, receipt: null, state: "", error: "" };
}

const doing = {
  async begin({ clock = 0, ...who }) {
    holder = who;
    line = who.server ?? null;
    ahead = clock;
    disk = new Disk();
    await opened();
    await takeAlong(page.keeping, who.round, who.village);
  },

  // One more village comes along.
  take: ({ village }) => takeAlong(page.keeping, holder.round, village),

  // A house is filled in and finished, or put off, as house_screen.js and house_page.js do it; {noRoom} where the disk was full.
  // `shown` are the answers that the form showed when it was opened.
  async note({ house, answers, position, place, photo, isPutOff = false }) {
    const { keeping } = page;
    const { person, device } = holder;
    const { pack, ...found } = await houseAt(house, place);
    const shown = found.draft.answers;
    const keeper = new Keeper(found.draft, keeping.drafts, () => {}, found.isKept);
    if (found.loose.length) keeper.save();
    for (const [field, value] of Object.entries(answers)) keeper.answer(field, value);
    keeper.change({ position });
    try {
      if (photo) await keeper.take(photoOf(photo, keeper.draft));
      await keeper.flush();
      if (keeper.error) throw keeper.error;
      if (isPutOff) {
        if (drafts.isSameWork(keeper.draft, found.fresh)) await keeper.remove();
        return { shown };
      }
      await keeper.end();
      const draft = finishedOf(keeper.draft, understood(pack.rules));
      const entry = await entryOf(draft, { user: person.id, device: device.key }, pack.rules.version, Date.now());
      await keeping.handOver(draft, entry);
      return { id: entry.id, body: entry.body, digest: entry.digest, photos: draft.photos, shown, replaced: draft.replaces ?? [] };
    } catch (error) {
      if (error instanceof NoRoom) return { noRoom: true };
      throw error;
    }
  },

  // What the form of a house begins with.
  async open({ house }) {
    const { comment, draft } = await houseAt(house);
    return { comment, answers: draft.answers };
  },

  // A village goes off the phone, as home_screen.js lets it go; false where something of it would be lost.
  async drop({ village }) {
    const { keeping } = page;
    const [queue, begun, photos, visits] = await Promise.all([keeping.queue.entries(), keeping.drafts.all(), keeping.photos.all(), keeping.visits.all()]);
    const place = { round: holder.round.id, village };
    if (isHeld(place, { queue, drafts: begun, photos, visits })) return false;
    await keeping.packs.remove(place.round, village);
    return true;
  },

  async sync({ all = true }) {
    try {
      await page.sync.run({ all });
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      return { reason: "no room" };
    }
    return { reason: page.sync.state.reason };
  },

  restart: opened,

  async backup() {
    const written = await backup.written(await page.keeping.everything(), holder.person, PASSPHRASE);
    file = await written.arrayBuffer();
  },

  // What the last backup held; counts as the page says them, and houses of drafts that were left out.
  async load() {
    const kept = await backup.opened(file, holder.person, PASSPHRASE);
    const { beside, ...count } = await page.keeping.bringBack(kept, holder.device.key);
    return { ...count, beside: beside.map(({ house }) => house) };
  },

  // The last backup's draft of a house takes the place of the one that lies here; whether it did.
  async choose({ house }) {
    const kept = await backup.opened(file, holder.person, PASSPHRASE);
    return page.keeping.choose(kept, kept.drafts.find((draft) => draft.house === house));
  },

  // The phone breaks, and what its backup held comes to another one of the same person, who may take the village along still, or not.
  async move({ device, isTooLate = false }) {
    await doing.backup();
    holder = { ...holder, device };
    disk = new Disk();
    await opened();
    if (!isTooLate) await takeAlong(page.keeping, holder.round, holder.village);
    return doing.load();
  },

  // A draft as it lies here is finished; {noRoom} where the disk was full.
  async finish({ house }) {
    const { keeping } = page;
    const { round, person, device } = holder;
    const draft = await keeping.drafts.get(round.id, house);
    try {
      await keeping.handOver(draft, await entryOf(draft, { user: person.id, device: device.key }, 1, Date.now()));
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      return { noRoom: true };
    }
    return {};
  },

  // What is being filled in of a house is given up.
  async throwAway({ house }) {
    const { keeping } = page;
    const draft = await keeping.drafts.get(holder.round.id, house);
    await keeping.drafts.remove(draft.round, house, draft.photos.map((photo) => photo.sha256));
  },

  // What was refused of a house is opened again, and nothing of it is left to say.
  async withdraw({ house }) {
    const key = keyOf(holder.round.id, house);
    const waiting = (await page.keeping.queue.entries()).filter((entry) => entry.house === key);
    await page.keeping.withdraw(drafts.reopened(waiting));
  },

  // A database of a version that gave itself no id.
  async forgetOrigin() {
    await removeWhere(within, "about", ({ name }) => name === "handed");
  },

  // Photos vanish as nothing of ours lets them.
  async forgetPhotos() {
    await removeWhere(within, "photos", () => true, ["pictures"]);
  },

  async full({ isFull, isToldAtOnce = false }) {
    Object.assign(disk, { isFull, isToldAtOnce });
  },

  // The clock is set on, or back, and nothing happens for it.
  async wait({ ms }) {
    ahead += ms;
  },

  // Time goes by with the page open, and what waited for its time happens.
  async pass({ ms }) {
    const end = Date.now() + ms;
    for (;;) {
      const [next] = [...timers].sort(([, one], [, other]) => one.at - other.at);
      if (!next || next[1].at > end) break;
      const [number, { at, work }] = next;
      timers.delete(number);
      ahead += Math.max(0, at - Date.now());
      work();
      await page.sync.running;
    }
    ahead += Math.max(0, end - Date.now());
  },

  async look() {
    const { keeping } = page;
    const photos = await keeping.photos.all();
    const left = unsentPhotos(photos, await keeping.visits.all()).map(({ house, sha256 }) => [sha256, house]);
    const [visits, begun] = [await keeping.visits.all(), await keeping.drafts.all()];
    const people = await keeping.households.of(holder.round.id, holder.village.code);
    const packs = [];
    for (const { village, rules, ended } of await keeping.packs.all()) {
      const [houses, households] = [await keeping.houses.of(holder.round.id, village), await keeping.households.of(holder.round.id, village)];
      packs.push({ village, rules, ended, houses, households });
    }
    const [entries, receipts] = [await keeping.queue.entries(), await keeping.receipts.all()];
    return { entries, receipts, photos, left, visits, drafts: begun, people, packs };
  },
};

function answered({ answer, cut, status, headers, body }) {
  const waiting = asked.get(answer);
  asked.delete(answer);
  if (!waiting) return;
  if (cut) waiting.reject(new TypeError("the line was cut"));
  else waiting.resolve(new Response(status === 204 || !body ? null : Buffer.from(body, "base64"), { status, headers }));
}

for await (const text of createInterface({ input: process.stdin })) {
  const message = JSON.parse(text);
  if ("answer" in message) {
    answered(message);
    continue;
  }
  const { number, do: what, ...given } = message;
  doing[what](given).then(
    (result) => tell({ done: number, result: result ?? null }),
    (error) => tell({ done: number, failed: error?.stack ?? String(error) }),
  );
}
