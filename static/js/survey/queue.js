// What waits to be sent. One after another, in the order in which it was made; what cannot be taken is kept and shown and
// holds up nothing but later operations of its own house. Nothing leaves the queue but for our receipt. Pure: `store`,
// `send` and `now` are handed over.
//
// An entry is {id, house, body, digest, state: "waiting" | "refused", tries, notBefore, code, error, faults}. `body` is the text
// that goes over the wire, made once and never again, so that its digest is what the receipt names.

import { Verdict, isDue, judge, waitAfter } from "./judging.js";

export class Queue {
  // store: {entries() in their order, get(id), note(id, part), settle(id, receipt)}, each a promise. An entry may be replaced
  // while it is under way: note leaves alone what is not there any more. settle removes the entry and keeps the receipt in one
  // transaction. send(entry) → {status, body} or null, never rejects. now() → milliseconds. mayGoAgain(entry) says
  // whether what was refused may be sent once more by itself.
  constructor({ store, send, now, mayGoAgain = () => false, changed = () => {} }) {
    this.store = store;
    this.send = send;
    this.now = now;
    this.mayGoAgain = mayGoAgain;
    this.changed = changed;
    this.running = null;
  }

  // Send what may be sent; a second call while one runs waits for that one. `all` asks again at once, as the button does,
  // for what was refused too.
  // Returns why it stopped: "" at the end of the queue, else a Verdict.
  run({ all = false } = {}) {
    this.running ??= this.#pass(all).finally(() => (this.running = null));
    return this.running;
  }

  async #pass(all) {
    const heldUp = new Set(); // houses whose earlier operation is still here
    for (const entry of await this.store.entries()) {
      const isOpen = entry.state === "waiting" || this.mayGoAgain(entry);
      const mayGo = all || (isOpen && isDue(entry.notBefore, this.now()));
      if (heldUp.has(entry.house) || !mayGo) {
        heldUp.add(entry.house);
        continue;
      }
      if (!(await this.store.get(entry.id))) continue; // replaced since this pass began
      const told = judge(entry, await this.send(entry));
      if (told.verdict === Verdict.ARRIVED) {
        await this.store.settle(entry.id, told.receipt);
      } else if (told.verdict === Verdict.REFUSED) {
        heldUp.add(entry.house);
        const { code, error, faults } = told;
        await this.store.note(entry.id, { state: "refused", code, error, faults, ...this.#afterTry(entry) });
      } else if (told.verdict === Verdict.LATER) {
        heldUp.add(entry.house);
        await this.store.note(entry.id, this.#afterTry(entry));
      } else {
        this.changed();
        return told.verdict;
      }
      this.changed();
    }
    return "";
  }

  #afterTry({ tries }) {
    return { tries: tries + 1, notBefore: this.now() + waitAfter(tries + 1) };
  }
}
