// Photos of one question: taken or chosen, made small, kept on the phone at once. The answer is the list of their hashes.
import { element, filled } from "../map/elements.js";
import { idOf, withFault } from "./fields.js";
import { Closed, NoRoom, Superseded } from "./store.js";
import { drawThumb, MOST_BYTES, PhotoFault, shrunk } from "./photos.js";

const THUMB = 192; // pixels; shown at half of that

// A maker of fields for form.js. `keeper` is a Keeper, `photos` those of keeping.js, `underWay` hears of what takes a while.
export function photoMaker({ keeper, photos, underWay, inform = () => {} }) {
  return (question, part) => new PhotoField(question, part, { keeper, photos, underWay, inform }).field;
}

// Why a photo was not kept, as form_words.py names it; null of what nobody foresaw.
function codeOf(error) {
  if (error instanceof PhotoFault) return error.code;
  if (error instanceof NoRoom) return "photoNoRoom";
  return error instanceof Closed || error instanceof Superseded ? "photoNotWritten" : null;
}

class PhotoField {
  constructor(question, { language, words, name, value, changed }, parts) {
    Object.assign(this, { question, language, words, name, changed, ...parts });
    this.hashes = [...(value ?? [])];
    const id = idOf(name);
    this.list = element("ul", { class: "photos" });
    this.state = element("p", { class: "hint", role: "status" });
    this.problem = element("p", { class: "fault", role: "alert", hidden: true });
    const take = this.#input(id, words.takePhoto, { capture: "environment" });
    const choose = this.#input(`${id}-chosen`, words.choosePhoto, { multiple: true });
    this.inputs = [take.input, choose.input];
    const legend = element("legend", {}, question.label[language]);
    const buttons = element("div", { class: "actions" }, take.label, choose.label);
    const group = element("fieldset", { class: "question", "aria-describedby": `${id}-fault` }, legend, this.list, this.state, this.problem, buttons);
    this.field = withFault(group, group, take.input, id, (shown) => {
      this.hashes = [...(shown ?? [])];
      this.#show();
    });
    this.#show();
  }

  // The input fills its label, which looks like a button: so the keyboard finds it too.
  #input(id, text, attributes) {
    const input = element("input", { type: "file", accept: "image/*", id, class: "visually-hidden", ...attributes });
    input.addEventListener("change", () => this.underWay.add(this.#take([...input.files]).finally(() => (input.value = ""))));
    return { input, label: element("label", { class: "button quiet", for: id }, input, text) };
  }

  async #take(files) {
    this.problem.hidden = true;
    for (const input of this.inputs) input.disabled = true;
    try {
      const problems = await this.#keepAll(files);
      this.problem.textContent = problems.join(" ");
      this.problem.hidden = problems.length === 0;
    } finally {
      for (const input of this.inputs) input.disabled = false;
      await this.#show();
    }
  }

  // What is to be said of those that were not kept.
  async #keepAll(files) {
    const problems = [];
    for (const file of files) {
      const most = this.question.most;
      if (this.hashes.length >= most) {
        problems.push(filled(this.words.photosFull, { most }));
        break;
      }
      this.state.textContent = this.words.photoWorking;
      try {
        await this.#keep(await shrunk(file));
      } catch (error) {
        const code = codeOf(error);
        if (code === null) throw error;
        problems.push(filled(this.words[code], { name: file.name, size: this.#size(file.size), most: this.#size(MOST_BYTES) }));
      }
    }
    return problems;
  }

  // The picture and the draft that names it at once: neither is ever there without the other.
  async #keep({ sha256, size, bytes }) {
    if (this.hashes.includes(sha256)) throw new PhotoFault("photoTwice");
    const { round, house, village } = this.keeper.draft;
    const about = { sha256, round, house, village, question: this.question.key, size, taken_at: new Date().toISOString() };
    if (!(await this.keeper.take({ ...about, bytes, receipt: null, state: "waiting", error: "" }))) return;
    this.hashes = [...this.hashes, sha256];
    this.changed(this.hashes);
    this.inform();
  }

  async #remove(sha256) {
    this.hashes = this.hashes.filter((one) => one !== sha256);
    await this.keeper.drop({ sha256, question: this.question.key });
    this.changed(this.hashes);
    await this.#show();
    this.inputs[0].focus();
  }

  async #show() {
    const { round, house } = this.keeper.draft;
    const thumbs = [];
    const kept = await Promise.all(this.hashes.map((sha256) => this.photos.get(round, house, sha256)));
    const rows = this.hashes.map((sha256, place) => {
      const number = place + 1;
      const remove = element("button", { type: "button", class: "button quiet", "aria-label": filled(this.words.removePhoto, { number }) }, "✕");
      remove.addEventListener("click", () => this.#remove(sha256));
      const thumb = element("canvas", { role: "img", "aria-label": filled(this.words.photoNumber, { number }) });
      if (kept[place]) thumbs.push({ thumb, photo: kept[place] });
      return element("li", {}, thumb, remove);
    });
    this.list.replaceChildren(...rows);
    this.#drawAll(thumbs);
    const size = kept.reduce((sum, one) => sum + (one?.size ?? 0), 0);
    this.state.textContent = this.hashes.length ? filled(this.words.photosKept, { count: this.hashes.length, size: this.#size(size) }) : "";
  }

  // One after another: several opened pictures are more than some phones give a page.
  async #drawAll(thumbs) {
    this.thumbs = thumbs;
    for (const { thumb, photo } of thumbs) {
      if (this.thumbs !== thumbs) return; // others are shown by now
      try {
        const bytes = await this.photos.bytes(photo);
        if (bytes) await drawThumb(thumb, bytes, THUMB);
      } catch {
        // It stays blank: the page has closed its database, or this browser does not draw it.
      }
    }
  }

  #size(bytes) {
    const mega = bytes / 1e6;
    return mega >= 1 ? `${mega.toLocaleString(this.language, { maximumFractionDigits: 1 })} MB` : `${Math.ceil(bytes / 1000)} kB`;
  }
}
