// The form of one house, drawn from the table of questions. Sections and questions come and go with the answers; what is
// wrong stands by its field, and above everything once somebody wants to finish. Nothing here knows of the network.
import { element, filled } from "../map/elements.js";
import { tidiedAnswers } from "./drafts.js";
import { fieldOf, idOf } from "./fields.js";
import { rosterOf } from "./roster.js";
import { check, isRelevant, sentence } from "./rules.js";

// The question of a field or of a fault by it: "members.<id>:born_in" → "members".
const keyOf = (field) => field.split(/[.:]/, 1)[0];

export class Form {
  #parts = new Map(); // question key → what fieldOf, rosterOf or a maker of `makers` returned
  #touched = new Set(); // fields that somebody has left: only those are found fault with before the end
  #sections = [];
  #told = new Set(); // questions of which the last tell said something: shown, though an answer may say that they are not asked

  // rules: of rules.understood; keeper: drafts.Keeper; makers: {kind: (question, part) → field} for what is not text or
  // choice, as photos; extra: (() → [{field, sentence}]) faults of what is no question, as the position.
  constructor({ root, rules, keeper, language, words, year, seesSensitive = false, makers = {}, extra = () => [], answered = () => {} }) {
    Object.assign(this, { root, rules, keeper, language, words, year, seesSensitive, makers, extra, answered });
    this.summary = element("div", { class: "notice error form-faults", role: "alert", tabindex: "-1", hidden: true });
    this.doubt = element("p", { class: "notice warn", role: "status", hidden: true });
    this.form = element("form", { class: "survey-form", autocomplete: "off", novalidate: true }, this.summary);
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.root.addEventListener("pointerdown", () => {
      this.isPressed = true;
      const released = () => (this.isPressed = false);
      addEventListener("pointerup", released, { once: true });
      addEventListener("pointercancel", released, { once: true });
    });
    for (const section of rules.table.sections) {
      if (!section.sensitive || seesSensitive) this.#addSection(section);
    }
    this.form.append(this.doubt);
    root.append(this.form);
    this.#arrange();
  }

  get answers() {
    return this.keeper.draft.answers;
  }

  // What is wrong, {field, sentence}, in the order of the page. `isWhole` asks for what is required too.
  faults(isWhole = true) {
    const { rules, year, seesSensitive, language } = this;
    const found = check(rules, tidiedAnswers(this.answers), { year, seesSensitive, isWhole });
    return found.map((fault) => ({ field: fault.field, sentence: sentence(rules, fault, language) }));
  }

  // Shows everything that is wrong and returns whether nothing is.
  finish() {
    const faults = [...this.extra(), ...this.faults()];
    for (const { field } of faults) this.#touched.add(field);
    this.tell(faults);
    return faults.length === 0;
  }

  // Faults by their fields, and all of them above with a way to each: also those that the server found.
  tell(faults) {
    this.#told = new Set(faults.map(({ field }) => keyOf(field)));
    this.#arrange();
    this.#show(faults);
    const lines = faults.map(({ field, sentence: said }) => {
      const link = element("a", { href: `#${idOf(field)}` }, said);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.focus(field);
      });
      return element("li", {}, link);
    });
    const head = element("p", {}, filled(this.words.faults, { count: faults.length }));
    this.summary.replaceChildren(...(faults.length ? [head, element("ul", {}, ...lines)] : []));
    this.summary.hidden = faults.length === 0;
    if (faults.length) this.summary.focus();
  }

  focus(field) {
    const part = this.#parts.get(keyOf(field));
    if (part) part.focus(field);
    else document.getElementById(idOf(field))?.focus();
  }

  // The part of the page that asks for a field.
  partOf(field) {
    return this.#parts.get(field)?.element ?? null;
  }

  // Values that came from elsewhere, as those of an officer, shown where nobody is typing.
  show(field) {
    this.#parts.get(field)?.show?.(this.answers[field] ?? null);
    this.#arrange();
  }

  #addSection(section) {
    const title = element("h2", {}, section.label[this.language]);
    const questions = section.questions.map((row) => this.rules.questions.get(row.key));
    const parts = questions.map((question) => {
      const part = this.#make(question);
      this.#parts.set(question.key, part);
      part.element.addEventListener("focusout", () => this.#left(question.key));
      return { question, part };
    });
    const frame = element("section", { class: "survey-section" }, title, ...parts.map(({ part }) => part.element));
    this.#sections.push({ frame, parts });
    this.form.append(frame);
  }

  #make(question) {
    const { language, words } = this;
    const changed = (field, value) => {
      this.keeper.answer(field, value);
      this.#arrange();
      this.#mend();
      this.answered(field, value);
    };
    const part = { language, words, name: question.key, value: this.answers[question.key] ?? null, values: this.answers };
    if (question.kind === "roster") {
      return rosterOf(question, { ...part, changed, touched: (name) => this.#left(name) });
    }
    const make = this.makers[question.kind] ?? fieldOf;
    return make(question, { ...part, changed: (value) => changed(question.key, value) });
  }

  // Show what is asked, hide what is not; what was answered stays, since the other answer may be a slip.
  #arrange() {
    for (const { frame, parts } of this.#sections) {
      let isEmpty = true;
      for (const { question, part } of parts) {
        part.element.hidden = !isRelevant(question, this.answers) && !this.#told.has(question.key);
        if (!part.element.hidden) isEmpty = false;
      }
      frame.hidden = isEmpty;
    }
    this.#doubtSize();
  }

  // "Six people" and four names: no fault, since a list is often begun and not ended, but worth a second look.
  #doubtSize() {
    const { size } = this.answers;
    const roster = this.rules.questions.get("members");
    const count = Object.entries(this.answers).filter(([field, value]) => field.startsWith("members.") && value).length;
    const isOdd = roster && isRelevant(roster, this.answers) && Number.isInteger(size) && count > 0 && count !== size;
    this.doubt.textContent = isOdd ? filled(this.words.sizeDiffers, { size, count }) : "";
    this.doubt.hidden = !isOdd;
  }

  // Said once the finger is up: a sentence that appears between pressing and letting go would push away what was pressed.
  #left(field) {
    this.#touched.add(field);
    const soon = () => setTimeout(() => this.#mend(), 0);
    if (this.isPressed) addEventListener("pointerup", soon, { once: true });
    else soon();
  }

  // What is wrong by the fields that somebody has been to; what is mended goes at once.
  #mend() {
    const isDone = !this.summary.hidden;
    const faults = this.faults(isDone).filter(({ field }) => this.#touched.has(field) || field.endsWith("."));
    this.#show(faults);
    if (isDone && faults.length + this.extra().length === 0) this.summary.hidden = true;
  }

  #show(faults) {
    for (const [key, part] of this.#parts) {
      const own = faults.filter(({ field }) => keyOf(field) === key);
      if (part.hasFaults) part.hasFaults(own);
      else part.hasFault(own[0]?.sentence ?? "");
    }
  }
}
