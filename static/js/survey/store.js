// A browser's own database as promises. Names of stores and what they hold are in keeping.js.

// The phone has no room left: nothing of what was to be written is written.
export class NoRoom extends Error {}

// The browser has closed the database, and does not open it again by now.
export class Closed extends Error {}

// Another page has the database in a newer form: from here nothing is written any more.
export class Superseded extends Error {}

const superseded = new WeakSet(); // databases that gave way
const LOST = ["InvalidStateError", "UnknownError", "AbortError"]; // as browsers call a database that they have closed

// `upgrade(database, from, transaction)` makes the stores that a version lacks; without a version it is opened as it is, and
// not made where there is none. A page that holds an older version open gives way; `blocked()` is called where it does not, and
// the database opens once that page is closed.
export function open(name, version, upgrade, blocked = () => {}) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, version);
    asked.onblocked = () => blocked();
    let why = null; // the request itself only says that the upgrade was given up
    asked.onupgradeneeded = (event) => {
      const { transaction } = asked;
      if (transaction) transaction.onabort = () => (why = transaction.error);
      if (upgrade) upgrade(asked.result, event.oldVersion, transaction);
      else transaction.abort();
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = ({ newVersion }) => {
        if (newVersion !== null) superseded.add(asked.result); // else it is being thrown away
        asked.result.close();
      };
      resolve(asked.result);
    };
    asked.onerror = () => reject(asError(why ?? asked.error));
  });
}

// Run `work(stores, tx)` in one transaction: all of it is kept, or nothing. `work` may await requests of this transaction
// alone (anything else ends it). Durable: what the promise says is on the disk.
export async function inOne(database, names, mode, work) {
  if (superseded.has(database)) throw new Superseded("superseded");
  const transaction = database.transaction(names, mode, { durability: "strict" });
  const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    // A request that fails is heard of here before the transaction itself knows why it is given up.
    transaction.onerror = ({ target }) => reject(asError(transaction.error ?? target.error));
    transaction.onabort = () => reject(asError(transaction.error));
  });
  ended.catch(() => {}); // told below, whichever comes first
  let result;
  try {
    result = await work(stores, transaction);
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended by itself.
    }
    // A write that nobody waits for may have failed for want of room: what is asked after it only hears that all was given up.
    const why = await ended.catch((reason) => reason);
    throw why instanceof NoRoom ? why : asError(error);
  }
  await ended;
  return result;
}

// A database, opened again where the browser has closed it: browsers do so in the background and where memory is short, and
// tell only who writes next. `reopen()` resolves to the database.
export class Connection {
  #opening = null;
  #isOver = false;

  constructor(database, reopen) {
    Object.assign(this, { database, reopen });
  }

  // As inOne, whose `work` may run twice: what was cut off has left nothing. Raises Closed or Superseded where it stays closed.
  async in(names, mode, work) {
    const { database } = this;
    try {
      return await inOne(database, names, mode, work);
    } catch (error) {
      if (!LOST.includes(error?.name) || this.#isOver) throw error;
    }
    if (this.database === database) await (this.#opening ??= this.#again().finally(() => (this.#opening = null)));
    try {
      return await inOne(this.database, names, mode, work);
    } catch (error) {
      throw LOST.includes(error?.name) ? new Closed(error.message) : error;
    }
  }

  close() {
    this.#isOver = true;
    this.database.close();
  }

  async #again() {
    this.database.close();
    try {
      this.database = await this.reopen();
    } catch (error) {
      if (error instanceof NoRoom) throw error;
      throw error?.name === "VersionError" ? new Superseded(error.message) : new Closed(error?.message);
    }
    if (this.#isOver) this.database.close();
  }
}

// Remove the rows of a store of which `isOld(row)` is true, and those of the same key in the stores `beside`; one after
// another, so that large ones are never in memory together. `within(names, mode, work)` runs a transaction. Returns how many.
export async function removeWhere(within, name, isOld, beside = []) {
  let count = 0;
  await within([name, ...beside], "readwrite", (stores) => new Promise((resolve, reject) => {
    count = 0;
    const walk = stores[name].openCursor();
    walk.onerror = () => reject(walk.error);
    walk.onsuccess = () => {
      const cursor = walk.result;
      if (!cursor) return resolve();
      if (isOld(cursor.value)) {
        for (const other of beside) stores[other].delete(cursor.primaryKey);
        cursor.delete();
        count += 1;
      }
      return cursor.continue();
    };
  }));
  return count;
}

export function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function asError(error) {
  return error?.name === "QuotaExceededError" ? new NoRoom(error.message) : (error ?? new Error("the database gave up"));
}
