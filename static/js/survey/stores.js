// The stores of a person's database, and how one of an older version becomes one of today's; keeping.js says what lies there.

import { NoRoom, inOne, open, removeWhere } from "./store.js";

const VERSION = 3;
const PHOTO_KEY = ["round", "house", "sha256"]; // one picture may be of two houses

// Raises NoRoom where what lies there does not fit any more in today's form; it stays as it was. `blocked()` as of store.js.
export async function openStores(name, blocked) {
  try {
    return await open(name, VERSION, upgrade, blocked);
  } catch (error) {
    if (!(error instanceof NoRoom) || (await madeRoom(name)) === 0) throw error;
    return open(name, VERSION, upgrade, blocked);
  }
}

// How many photos that the server has went from a database as it is; 0 where there is none yet.
async function madeRoom(name) {
  const older = await open(name).catch(() => null);
  if (older === null) return 0;
  try {
    const beside = older.objectStoreNames.contains("pictures") ? ["pictures"] : [];
    return await removeWhere((...given) => inOne(older, ...given), "photos", (photo) => photo.receipt, beside);
  } finally {
    older.close();
  }
}

function upgrade(database, from, transaction) {
  if (from === 0) make(database);
  else if (from === 1) nameByHouse(database, transaction, () => listPictures(database, transaction));
  else if (from === 2) listPictures(database, transaction);
}

function make(database) {
  database.createObjectStore("drafts", { keyPath: ["round", "house"] });
  database.createObjectStore("packs", { keyPath: ["round", "village"] });
  for (const [name, key] of [["houses", "house"], ["households", "id"], ["visits", "house"]]) {
    database.createObjectStore(name, { keyPath: ["round", key] }).createIndex("place", ["round", "village"]);
  }
  database.createObjectStore("queue", { keyPath: "id" });
  database.createObjectStore("receipts", { keyPath: "operation" }).createIndex("key", "key");
  database.createObjectStore("photos", { keyPath: PHOTO_KEY });
  database.createObjectStore("pictures", { keyPath: PHOTO_KEY });
  database.createObjectStore("about", { keyPath: "name" });
}

// Version 2 kept what is known of a photo in one row with its picture. The pictures stay where they are, so that no room is
// needed for them twice: their store gets another name, and what is known of each is listed beside.
function listPictures(database, transaction) {
  const pictures = transaction.objectStore("photos");
  pictures.name = "pictures";
  const photos = database.createObjectStore("photos", { keyPath: PHOTO_KEY });
  pictures.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return;
    const { bytes, ...about } = cursor.value;
    if (bytes || about.receipt) photos.put({ taken_at: new Date().toISOString(), ...about }); // nobody knows since when
    if (!bytes) cursor.delete();
    cursor.continue();
  };
}

// Version 1 kept a picture once, whichever house it was last taken for: each house that names it gets its own. Then `done()`.
function nameByHouse(database, transaction, done) {
  const before = transaction.objectStore("photos");
  before.name = "photos_1";
  const photos = database.createObjectStore("photos", { keyPath: PHOTO_KEY });
  const naming = new Map(); // hash → [{round, house, sha256, question, size}]
  const note = ({ round, house, photos: named }) => {
    for (const photo of named ?? []) {
      const { sha256, question, size } = photo;
      naming.set(sha256, [...(naming.get(sha256) ?? []), { round, house, sha256, question, size }]);
    }
  };
  const walk = () => {
    before.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) {
        database.deleteObjectStore("photos_1");
        return done();
      }
      const { value } = cursor;
      for (const one of naming.get(value.sha256) ?? []) {
        photos.put({ ...one, bytes: value.bytes, receipt: null, state: "waiting", error: "" });
      }
      photos.put(value);
      cursor.delete();
      return cursor.continue();
    };
  };
  transaction.objectStore("visits").getAll().onsuccess = ({ target: { result: visits } }) => {
    visits.forEach(note);
    transaction.objectStore("drafts").getAll().onsuccess = ({ target: { result: drafts } }) => {
      drafts.forEach(note);
      walk();
    };
  };
}
