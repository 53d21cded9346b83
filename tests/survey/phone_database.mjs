// A browser's database in memory, as far as static/js/survey/store.js asks for one: transactions one after another, all of
// each or nothing. A disk outlives its pages; a page that was killed leaves nothing half done and hears nothing more.

import { serialize } from "node:v8";

const soon = () => new Promise((resolve) => setImmediate(resolve));

function compared(one, other) {
  if (Array.isArray(one)) {
    for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
      const told = compared(one[at], other[at]);
      if (told) return told;
    }
    return one.length - other.length;
  }
  return one < other ? -1 : Number(one > other);
}

const keyIn = (value, path) => (Array.isArray(path) ? path.map((name) => value[name]) : value[path]);
const sizeOf = (row) => (row === undefined ? 0 : serialize(row).length);

export class Disk {
  constructor() {
    this.stores = new Map(); // name → {path, indexes: Map, rows: Map of key as JSON → value}
    this.version = 0;
    this.isFull = false; // no transaction may leave more behind than it found
    this.isToldAtOnce = false; // by the write that finds no room, as in Safari, and not by the transaction at its end
    this.turn = Promise.resolve();
  }

  // What a page calls indexedDB.
  forPage(page) {
    return {
      open: (_name, version) => {
        const request = { result: new Connection(this, page) };
        setImmediate(() => {
          if (version > this.version) {
            request.onupgradeneeded?.({ oldVersion: this.version });
            this.version = version;
          }
          request.onsuccess?.();
        });
        return request;
      },
    };
  }
}

class Connection {
  constructor(disk, page) {
    this.disk = disk;
    this.page = page;
  }

  createObjectStore(name, { keyPath }) {
    const store = { path: keyPath, indexes: new Map(), rows: new Map() };
    this.disk.stores.set(name, store);
    const made = { createIndex: (index, path) => (store.indexes.set(index, path), made) };
    return made;
  }

  transaction(names, _mode, _options) {
    return new Transaction(this.disk, this.page, names);
  }

  close() {}
}

class Transaction {
  constructor(disk, page, names) {
    Object.assign(this, { disk, page, error: null, requests: [], grown: 0, isOver: false });
    this.rows = new Map(names.map((name) => [name, null]));
    disk.turn = disk.turn.then(() => this.#run());
  }

  objectStore(name) {
    const { path, indexes } = this.disk.stores.get(name);
    const rows = () => this.rows.get(name);
    const all = (of) => [...rows().values()].filter(of).sort((a, b) => compared(keyIn(a, path), keyIn(b, path)));
    const index = (indexed) => {
      const within = (range) => (row) => compared(keyIn(row, indexes.get(indexed)), range.only ?? range) === 0;
      return {
        getAll: (range) => this.#ask(() => structuredClone(all(within(range)))),
        getAllKeys: (range) => this.#ask(() => all(within(range)).map((row) => keyIn(row, path))),
      };
    };
    const set = (key, value) => {
      this.grown += sizeOf(value) - sizeOf(rows().get(key));
      if (value === undefined) rows().delete(key);
      else rows().set(key, value);
    };
    return {
      index,
      get: (key) => this.#ask(() => structuredClone(rows().get(JSON.stringify(key)))),
      getAll: () => this.#ask(() => structuredClone(all(() => true))),
      getAllKeys: () => this.#ask(() => all(() => true).map((row) => keyIn(row, path))),
      put: (given) => {
        const value = structuredClone(given);
        return this.#ask(() => set(JSON.stringify(keyIn(value, path)), value));
      },
      openCursor: () => this.#walk(() => all(() => true), (row) => keyIn(row, path), (key) => set(JSON.stringify(key), undefined)),
      delete: (key) => this.#ask(() => set(JSON.stringify(key), undefined)),
    };
  }

  abort() {
    if (this.isOver) throw new Error("over");
    this.isOver = true;
    this.onabort?.();
  }

  #ask(work) {
    if (this.isOver) throw new Error("The transaction is over.");
    const request = { work };
    this.requests.push(request);
    return request;
  }

  // One row after another to the same listener; the last one hears null.
  #walk(all, keyOf, remove) {
    let left = null;
    const work = () => {
      left ??= all();
      const value = left.shift();
      if (value === undefined) return null;
      const primaryKey = keyOf(value);
      const next = () => this.requests.push(request);
      return { value: structuredClone(value), primaryKey, delete: () => remove(primaryKey), continue: next };
    };
    const request = this.#ask(work);
    return request;
  }

  async #run() {
    for (const name of this.rows.keys()) this.rows.set(name, new Map(this.disk.stores.get(name).rows));
    await soon();
    while (this.requests.length && !this.isOver && !this.page.isDead) {
      const request = this.requests.shift();
      const before = this.grown;
      request.result = request.work();
      const isTooMuch = this.disk.isFull && this.disk.isToldAtOnce && this.grown > Math.max(before, 0);
      if (isTooMuch) return this.#giveUp(request);
      request.onsuccess?.();
      await soon(); // whoever waited for it asks further, or the transaction ends
    }
    if (this.isOver || this.page.isDead) return;
    this.isOver = true;
    if (this.disk.isFull && this.grown > 0) {
      this.error = new DOMException("full", "QuotaExceededError");
      this.onabort?.();
      return;
    }
    for (const [name, rows] of this.rows) this.disk.stores.get(name).rows = rows;
    this.oncomplete?.();
  }

  // The write that found no room says so while its transaction knows of nothing; what else was asked hears that all is given up.
  async #giveUp(request) {
    const why = new DOMException("full", "QuotaExceededError");
    this.isOver = true;
    this.#fail(request, why);
    await soon();
    this.error = why;
    for (const left of this.requests) this.#fail(left, new DOMException("given up", "AbortError"));
    this.onabort?.();
  }

  #fail(request, error) {
    request.error = error;
    request.onerror?.({ target: request });
    this.onerror?.({ target: request });
  }
}
