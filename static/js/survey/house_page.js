// One house on the phone: what may be the same house, its position, its questions, and the end. Brings the parts together;
// app.js gives it what is kept and takes the finished draft.
import { element, filled } from "../map/elements.js";
import { isUntouched } from "./drafts.js";
import { Form } from "./form.js";
import { Keeper } from "./keeper.js";
import { LeavingHouse, toldNotKept } from "./leaving_house.js";
import { finishedOf, foundOf } from "./opening_house.js";
import { photoMaker } from "./photo_part.js";
import { PositionPart } from "./position_part.js";
import { understood } from "./rules.js";
import { SameHouse } from "./same_house.js";
import { UnderWay } from "./under_way.js";

const NEIGHBOURS_M = 400;
const METRES_PER_DEGREE = 111_320;
const TYPED_OF_HOUSE = new Set(["number", "street", "head_name"]);

// Draws the house into `root`. `house` is its id, `place` {lng, lat} of one that is being added; `keeping` of keeping.js,
// `pack` its pack, `mending` the queue's entries of the house where the server refused one, `states` Map(house → state for
// map.js). `done(draft)` hands the draft over, `left()` is called then and when somebody puts it off, `opened(house)` when
// another house turns out to be the one. Returns a HousePage.
export async function openHouse({ root, keeping, pack, house, place = null, mending = [], seesSensitive = false, ...rest }) {
  const found = await foundOf({ keeping, pack, house, place, mending, sees: seesSensitive });
  return new HousePage({ root, keeping, pack, seesSensitive, ...found, ...rest });
}

export class HousePage {
  constructor({ root, keeping, pack, draft, loose, cut, beside, fresh, isKept, own, houses, heads, comment, year, states = new Map(), words, language, seesSensitive = false, receiver, done = () => {}, left = () => {}, opened = () => {}, counted = () => {} }) {
    Object.assign(this, { keeping, pack, own, houses, words, done, opened, language, counted, isClosed: false, isHandingOver: false });
    // Whoever has gone elsewhere meanwhile stays there.
    this.left = () => this.isClosed || left();
    this.saved = element("p", { class: "hint saved", role: "status" });
    this.same = new SameHouse({ words, houses: [...houses, ...beside.houses], heads: new Map([...heads, ...beside.heads]), opened });
    this.keeper = new Keeper(draft, keeping.drafts, (what) => this.#tellSaved(what), isKept);
    this.isCounted = isKept;
    const underWay = new UnderWay();
    const stopMeasuring = () => this.position.stop();
    this.leaving = new LeavingHouse({ keeper: this.keeper, keeping, fresh, underWay, stopMeasuring, words, left: this.left });
    this.position = new PositionPart({
      keeper: this.keeper, house: own, pack, words, language, neighbours: this.#neighbours(states), ...(receiver ? { receiver } : {}),
    });
    this.frame = element("div", { class: "survey house-page" });
    if (comment) this.frame.append(element("p", { class: "notice warn" }, comment));
    if (cut) this.frame.append(element("p", { class: "notice warn" }, words.notYoursAnyMore));
    if (loose.length) this.frame.append(element("p", { class: "notice warn" }, filled(words.photosFound, { count: loose.length })));
    this.frame.append(this.position.element, this.same.box);
    root.replaceChildren(this.frame);
    this.form = new Form({
      root: this.frame, keeper: this.keeper, rules: understood(pack.rules), language, words, seesSensitive,
      year,
      makers: { photos: photoMaker({ keeper: this.keeper, photos: keeping.photos, underWay, inform: counted }) },
      extra: () => this.position.faults(),
      answered: (field) => TYPED_OF_HOUSE.has(field) && this.same.tell(this.keeper.draft, this.form.partOf(field)),
    });
    const finish = element("button", { type: "button", class: "button wide" }, words.finish);
    const later = element("button", { type: "button", class: "button quiet wide" }, words.later);
    finish.addEventListener("click", async () => (await this.leaving.finishing(this.#finish(finish))) && this.left());
    later.addEventListener("click", async () => (await this.mayLeave()) && this.left());
    this.frame.append(this.saved, element("div", { class: "actions" }, finish, later), this.leaving.element);
    this.position.begin();
    this.position.changed = () => this.same.tell(this.keeper.draft, this.position.element);
    this.same.tell(this.keeper.draft);
    if (loose.length) this.keeper.save(); // they belong to a draft from now on
  }

  // Faults that the server found after all, {field, error}.
  tell(faults) {
    this.form.tell(faults.map(({ field, error }) => ({ field, sentence: error })));
  }

  // Whether all that was typed is kept; where it is not, somebody is asked and the page stays.
  mayLeave() {
    return this.leaving.mayLeave();
  }

  // What ends after that is written nowhere: the draft is another page's by then, or was handed over.
  close() {
    this.isClosed = true;
    this.keeper.end();
    this.position.end();
    this.leaving.end();
    this.frame.remove();
  }

  // Whether the house was handed over; where it was not, the page says why.
  async #finish(button) {
    const { keeper } = this;
    button.disabled = true;
    try {
      await this.leaving.settled();
      // While it waited the draft may have been thrown away, or another tab have taken the house: it is nobody's here any more.
      if (keeper.isOver || !this.form.finish() || this.same.mustAsk(this.saved)) return false;
      if (isUntouched(this.#finished()) && !keeper.draft.replaces) {
        this.form.tell([{ field: "", sentence: this.words.nothingChanged }]);
        return false;
      }
      await keeper.save();
      return !keeper.isOver && !keeper.error && (await this.#handOver());
    } finally {
      button.disabled = false;
    }
  }

  // Nothing may be written beside what is handed over: it would lie there as a draft that nobody made.
  async #handOver() {
    const { keeper, frame, words } = this;
    frame.inert = this.isHandingOver = true;
    await keeper.end();
    if (this.isClosed) return false;
    try {
      await this.#given(this.#finished());
      return true;
    } catch (error) {
      if (this.isClosed) return false;
      frame.inert = this.isHandingOver = false;
      await keeper.goOn();
      this.#tellNotKept(toldNotKept(words.notFinished, error, words));
      return false;
    }
  }

  // Of what was refused nothing may be left, as where it was no longer its person's to say: then it waits for nothing more.
  #given(draft) {
    return isUntouched(draft) ? this.keeping.withdraw(draft) : this.done(draft);
  }

  #finished() {
    return finishedOf(this.keeper.draft, this.form.rules);
  }

  #tellSaved(what) {
    const { words, saved } = this;
    if (what === "saving") return;
    const isKept = what === "saved";
    if (isKept) {
      saved.textContent = words.saved;
      saved.className = "hint saved";
      saved.setAttribute("role", "status");
    } else {
      this.#tellNotKept(toldNotKept(words.notSaved, what, words));
    }
    this.leaving.tell();
    if (isKept && !this.isCounted) this.counted();
    this.isCounted ||= isKept;
  }

  #tellNotKept(sentence) {
    this.saved.textContent = sentence;
    this.saved.className = "notice error saved";
    this.saved.setAttribute("role", "alert");
  }

  #neighbours(states) {
    const [lng, lat] = this.own ? [this.own.lng, this.own.lat] : (this.keeper.draft.place ?? []);
    const near = (one) => lat === undefined || Math.max(Math.abs(one.lat - lat), Math.abs(one.lng - lng)) * METRES_PER_DEGREE < NEIGHBOURS_M;
    return this.houses.filter((one) => one.lat !== null && near(one)).map((one) => ({ ...one, state: states.get(one.house) ?? "todo" }));
  }
}
