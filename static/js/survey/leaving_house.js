// Going away from a house's form: what was typed, measured and taken is kept first, or somebody says that it may be lost; a
// house that was opened and left as it was leaves no draft; and a draft can be thrown away.

import { element, filled } from "../map/elements.js";
import { actOf } from "./acts.js";
import { isSameWork } from "./drafts.js";
import { NoRoom, Superseded } from "./store.js";

// Why something was not kept, in words.
export function whyNotKept(error, words) {
  if (error instanceof NoRoom) return words.noRoom;
  return error instanceof Superseded ? words.newerElsewhere : words.notWritten;
}

// `sentence` says why something was not kept and what may help against that.
export function toldNotKept(sentence, error, words) {
  const advice = error instanceof NoRoom ? words.makeRoom : error instanceof Superseded ? words.noteAndReload : words.waitAWhile;
  return filled(sentence, { why: whyNotKept(error, words), advice });
}

export class LeavingHouse {
  #mayGo = false;
  #settling = null;
  #letPhotoGo = () => {};
  #finishing = null; // resolves to whether the form was handed over
  #isAwaited = false; // whether somebody goes once it was
  #isEnded = false;

  // keeper: a Keeper; `fresh` the draft as it would be begun now; `underWay` what the form has begun, `stopMeasuring()` takes
  // what was measured; `left()` goes away.
  constructor({ keeper, keeping, fresh, underWay, stopMeasuring, words, left }) {
    Object.assign(this, { keeper, keeping, fresh, underWay, stopMeasuring, words, left });
    this.drop = actOf(words.throwAway, () => this.#askToThrowAway());
    this.drop.classList.add("wide");
    this.asked = element("div", { tabindex: "-1" });
    this.element = element("div", { class: "leaving-house" }, element("p", { class: "actions" }, this.drop), this.asked);
    this.warn = (event) => (this.keeper.error || this.underWay.isAny) && event.preventDefault();
    window.addEventListener("beforeunload", this.warn);
    this.tell();
  }

  // After each write: whether there is anything to throw away.
  tell() {
    this.drop.hidden = !this.keeper.isKept || this.#finishing !== null;
    if (!this.keeper.error && this.asked.dataset.why === "unkept") this.#ask("");
  }

  // While a form is being finished it cannot be thrown away, and who goes meanwhile waits for it: they meant both. `work`
  // resolves to whether the form was handed over; this to whether that is all there is to wait for, so that the page goes away by itself.
  async finishing(work) {
    this.#finishing = work;
    this.#isAwaited = false;
    if (this.asked.dataset.why === "throw") this.#ask("");
    this.tell();
    try {
      if (!(await work)) return false;
      this.#mayGo = true;
      return !this.#isAwaited;
    } finally {
      this.#finishing = null;
      this.tell();
    }
  }

  // Whether everything lies on the phone, or may be lost; asks where it does not. What could not be finished says why, and stays.
  async mayLeave() {
    const { keeper, words } = this;
    if (this.#mayGo) return true;
    if (!this.#finishing) {
      await this.settled();
      await keeper.flush();
    }
    if (this.#finishing) {
      this.#isAwaited = true;
      return (await this.#finishing.catch(() => false)) || this.#mayGo;
    }
    if (isSameWork(keeper.draft, this.fresh)) {
      await keeper.remove();
      return true;
    }
    if (!keeper.error) return true;
    const again = actOf(words.keepAgain, () => keeper.save(), "primary");
    this.#ask("unkept", filled(words.notLeaving, { why: whyNotKept(keeper.error, words) }), again, actOf(words.leaveUnkept, () => this.#go()));
    return false;
  }

  // Once nothing is under way that would still be written down: measuring ends with what there is, a photo is waited for,
  // unless somebody gives it up.
  settled() {
    this.#settling ??= this.#settle().finally(() => (this.#settling = null));
    return this.#settling;
  }

  async #settle() {
    const { words, underWay } = this;
    await this.stopMeasuring();
    if (!underWay.isAny) return;
    await new Promise((resolve) => {
      this.#letPhotoGo = () => {
        underWay.giveUp();
        resolve();
      };
      this.#ask("photo", words.photoPending, actOf(words.photoGiveUp, () => this.#letPhotoGo()));
      underWay.ended().then(resolve);
    });
    if (this.asked.dataset.why === "photo") this.#ask("");
  }

  end() {
    this.#isEnded = true;
    window.removeEventListener("beforeunload", this.warn);
  }

  #askToThrowAway() {
    const { words, keeper } = this;
    this.#offerToThrowAway(filled(words.throwAwayAsk, { photos: keeper.draft.photos.length }));
  }

  #offerToThrowAway(sentence) {
    const { words } = this;
    const no = actOf(words.throwAwayNo, () => this.#ask(""), "primary");
    this.#ask("throw", sentence, no, actOf(words.throwAwayYes, () => this.#throwAway()));
  }

  // What cannot be thrown away stays as it was, and the form goes on.
  async #throwAway() {
    const { words, keeper } = this;
    await keeper.end();
    try {
      const { round, house, photos } = keeper.draft;
      await this.keeping.drafts.remove(round, house, photos.map((photo) => photo.sha256));
    } catch (error) {
      if (this.#isEnded) return;
      await keeper.goOn();
      this.#offerToThrowAway(filled(words.notThrownAway, { why: whyNotKept(error, words) }));
      return;
    }
    this.#go();
  }

  #go() {
    this.#mayGo = true;
    this.#letPhotoGo(); // nobody waits for it any more
    this.left();
  }

  #ask(why, sentence = "", ...acts) {
    this.asked.dataset.why = why;
    const notice = why && element("div", { class: "notice warn", role: "alert" }, element("p", {}, sentence), element("p", { class: "actions" }, ...acts));
    this.asked.replaceChildren(notice);
    if (why) this.asked.focus();
  }
}
