// Writes a draft as it changes, and photos with it. What is typed while a write is under way goes with the next one, so that the
// last state is always the one that is kept.

import { naming, notNaming } from "./drafts.js";

export class Keeper {
  #waiting = false;
  #running = null;
  #isOver = false;
  #taken = []; // photos that the next writes keep, one each: {photo, resolve, reject}
  #dropped = new Set(); // hashes that the draft names no more
  error = null; // why the last write failed

  // `store` has put(draft, {taken, dropped}) and remove(round, house, dropped), promises both, as keeping.drafts; `told` gets "saving", "saved" or an error. `isKept`
  // is whether the store holds the draft.
  constructor(draft, store, told = () => {}, isKept = false) {
    Object.assign(this, { draft, store, told, isKept });
  }

  answer(field, value) {
    return this.change({ answers: { ...this.draft.answers, [field]: value } });
  }

  change(part) {
    this.draft = { ...this.draft, ...part };
    return this.save();
  }

  // A photo of keeping.js with its `bytes`: kept with the draft that names it, or, where that cannot be, it raises why and
  // the draft names it not. Returns false where nothing is written any more.
  async take(photo) {
    if (this.#isOver) return false;
    this.#dropped.delete(photo.sha256);
    const kept = new Promise((resolve, reject) => this.#taken.push({ photo, resolve, reject }));
    this.save();
    return kept;
  }

  // The draft names a photo, {sha256, question}, no more; its picture goes once that is written.
  drop(photo) {
    this.draft = notNaming(this.draft, photo);
    this.#dropped.add(photo.sha256);
    return this.save();
  }

  save() {
    if (this.#isOver) return Promise.resolve();
    this.#waiting = true;
    this.#running ??= this.#write();
    return this.#running;
  }

  // Once all that was typed is written, as far as it can be; what changed nothing writes nothing.
  flush() {
    return this.error ? this.save() : (this.#running ?? Promise.resolve());
  }

  // The store lets the draft go, should it hold one.
  async remove() {
    await this.#running;
    const dropped = [...this.#dropped];
    if (this.isKept || dropped.length) await this.store.remove(this.draft.round, this.draft.house, dropped);
    this.#dropped.clear();
    this.isKept = false;
    this.error = null;
  }

  get isOver() {
    return this.#isOver;
  }

  // Nothing is written any more: what comes later would write over what others made of the draft.
  end() {
    this.#isOver = true;
    return this.#running ?? Promise.resolve();
  }

  // It goes on after all, as when what should have become of the draft did not.
  goOn() {
    this.#isOver = false;
    return this.save();
  }

  async #write() {
    this.told("saving");
    while (this.#waiting || this.#taken.length) {
      this.#waiting = false;
      await this.#writeOnce(this.#taken.shift() ?? null);
    }
    this.#running = null; // at once: who saves from here on begins anew
    this.told(this.error ?? "saved");
  }

  async #writeOnce(taking) {
    const dropped = [...this.#dropped];
    const draft = taking ? naming(this.draft, taking.photo) : this.draft;
    try {
      await this.store.put(draft, { taken: taking?.photo ?? null, dropped });
    } catch (error) {
      this.error = error;
      if (!taking) return;
      this.#waiting = true; // the draft alone may still fit
      taking.reject(error);
      return;
    }
    for (const hash of dropped) if (!draft.photos.some((one) => one.sha256 === hash)) this.#dropped.delete(hash);
    this.error = null;
    this.isKept = true;
    if (!taking) return;
    this.draft = naming(this.draft, taking.photo); // with what was typed meanwhile
    taking.resolve(true);
  }
}
