// Base maps on the phone: fetched in pieces that are kept one by one, so that a line that breaks costs one piece; read
// piece by piece without a network. Nothing in them is anybody's, so all who use the phone share one database.
//
// Records:
//   take   {id, commune, mark, bytes, had, name, begun_at, taken_at: ISO text or ""}: `mark` is the file's version, `had` how
//          many of its bytes lie here; the one before stays until a new one is whole
//   piece  {take, at, bytes: ArrayBuffer}

import { getPiece } from "../core/http.js";
import { Connection, asked, open } from "./store.js";

export const PIECE = 512 * 1024;
const NAME = "sonha-survey-base-maps";
const VERSION = 1;
const BOTH = ["takes", "pieces"];
const MOST_VERSIONS = 3; // of one fetch: a server that changes its mind each time is not asked for ever

export const baseMapAddress = (commune) => `/survey/basemap/${encodeURIComponent(commune)}.pmtiles`;

function upgrade(database) {
  database.createObjectStore("takes", { keyPath: "id", autoIncrement: true }).createIndex("commune", "commune");
  database.createObjectStore("pieces", { keyPath: ["take", "at"] });
}

const reopen = () => open(NAME, VERSION, upgrade);

let opened = null;

// The phone's base maps, opened once.
export function baseMaps() {
  opened ??= reopen().then((database) => new BaseMaps(new Connection(database, reopen)));
  opened.catch(() => (opened = null));
  return opened;
}

// Tells "changed" when fetching a commune's begins or ends: another screen may show it than the one that began.
export class BaseMaps extends EventTarget {
  #fetching = new Map(); // commune → {work: promise, listeners}

  constructor(connection) {
    super();
    this.connection = connection;
  }

  // {kept, begun} of a commune: the take that is whole and the one that is not, or null.
  async of(commune) {
    const takes = await this.connection.in(["takes"], "readonly", (s) => asked(s.takes.index("commune").getAll(commune)));
    return { kept: takes.findLast((one) => one.taken_at) ?? null, begun: takes.findLast((one) => !one.taken_at) ?? null };
  }

  // Communes of which something lies here: {code, name}.
  async communes() {
    const takes = await this.connection.in(["takes"], "readonly", (s) => asked(s.takes.getAll()));
    return [...new Map(takes.map(({ commune, name }) => [commune, { code: commune, name }])).values()];
  }

  isFetching(commune) {
    return this.#fetching.has(commune);
  }

  // Fetch a commune's base map, from where an earlier try ended; `came(bytes here, bytes of all)` after each piece. Resolves
  // to the take, which is of the version that the server had at the end. Rejects with NetworkError, Refused, or NoRoom of
  // store.js; what came stays, for the next try. Whoever asks while it is being fetched is told as well.
  take({ commune, name, mark, bytes }, came = () => {}) {
    const known = this.#fetching.get(commune);
    if (known) {
      known.listeners.add(came);
      return known.work;
    }
    const listeners = new Set([came]);
    const tell = (had, all) => listeners.forEach((listener) => listener(had, all));
    const work = this.#bring({ commune, name, mark, bytes }, tell).finally(() => {
      this.#fetching.delete(commune);
      this.dispatchEvent(new Event("changed"));
    });
    this.#fetching.set(commune, { work, listeners });
    this.dispatchEvent(new Event("changed"));
    return work;
  }

  async #bring({ commune, name, mark, bytes }, came) {
    let take = await this.#begin({ commune, name, mark, bytes });
    for (let versions = 1; take.had < take.bytes; ) {
      came(take.had, take.bytes);
      const to = Math.min(take.had + PIECE, take.bytes) - 1;
      const piece = await getPiece(baseMapAddress(commune), { from: take.had, to, etag: `"${take.mark}"` });
      if (piece.bytes === null) {
        versions += 1;
        if (versions > MOST_VERSIONS) throw new Error("the base map changes all the time");
        take = await this.#begin({ commune, name, mark: piece.etag.slice(1, -1), bytes: piece.size });
      } else {
        take = await this.#keep(take, piece.bytes);
      }
    }
    came(take.had, take.bytes);
    await this.#finish(take);
    return take;
  }

  // The take to go on with: one of the same version, or a new one, and then none other that was begun.
  #begin({ commune, name, mark, bytes }) {
    return this.connection.in(BOTH, "readwrite", async (s) => {
      const begun = (await asked(s.takes.index("commune").getAll(commune))).filter((one) => !one.taken_at);
      const same = begun.find((one) => one.mark === mark && one.bytes === bytes);
      for (const one of begun) if (one !== same) forget(s, one.id);
      if (same) return same;
      const take = { commune, name, mark, bytes, had: 0, begun_at: new Date().toISOString(), taken_at: "" };
      return { ...take, id: await asked(s.takes.add(take)) };
    });
  }

  #keep(take, bytes) {
    const now = { ...take, had: take.had + bytes.byteLength };
    return this.connection.in(BOTH, "readwrite", async (s) => {
      if (!(await asked(s.takes.get(take.id)))) throw new Error("taken off the phone meanwhile");
      s.pieces.put({ take: take.id, at: take.had, bytes });
      s.takes.put(now);
      return now;
    });
  }

  #finish(take) {
    return this.connection.in(BOTH, "readwrite", async (s) => {
      s.takes.put({ ...take, taken_at: new Date().toISOString() });
      for (const id of await asked(s.takes.index("commune").getAllKeys(take.commune))) if (id !== take.id) forget(s, id);
    });
  }

  // Take a commune's base map off the phone, whole or begun.
  remove(commune) {
    return this.connection.in(BOTH, "readwrite", async (s) => {
      for (const id of await asked(s.takes.index("commune").getAllKeys(commune))) forget(s, id);
    });
  }

  // A take as the library reads it: a source of ranges of bytes.
  source(take) {
    return {
      getKey: () => `${NAME}/${take.id}`,
      getBytes: async (offset, length) => ({ data: await this.#bytes(take, offset, Math.min(length, take.bytes - offset)) }),
    };
  }

  async #bytes(take, offset, length) {
    const first = Math.floor(offset / PIECE) * PIECE;
    const range = IDBKeyRange.bound([take.id, first], [take.id, offset + length], false, true);
    const pieces = await this.connection.in(["pieces"], "readonly", (s) => asked(s.pieces.getAll(range)));
    const data = new Uint8Array(length);
    for (const { at, bytes } of pieces) {
      const from = Math.max(offset, at);
      const part = new Uint8Array(bytes).subarray(from - at, offset + length - at);
      data.set(part, from - offset);
    }
    return data.buffer;
  }
}

function forget(stores, id) {
  stores.takes.delete(id);
  stores.pieces.delete(IDBKeyRange.bound([id, 0], [id, Number.MAX_SAFE_INTEGER]));
}
