// The search box: asks while the person types, one question under way at most; results by arrow keys, Tab or tap.
import { getJson } from "../core/http.js";
import { byId, element, filled } from "./elements.js";

const PAUSE = 250; // milliseconds after the last key
const SHORTEST = 2;

export class Search {
  constructor({ url, text, notices, choose, expand }) {
    Object.assign(this, { url, text, notices, choose, expand });
    this.form = byId("search");
    this.box = byId("search-box");
    this.state = byId("search-state");
    this.list = byId("search-results");
    this.box.addEventListener("input", () => this.later());
    this.box.addEventListener("focus", () => this.expand());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.form.addEventListener("keydown", (event) => this.move(event));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  // Enter asks, or opens the first of what stands there, which has to be the answer to what is typed by now.
  async submit() {
    if (this.list.hidden || this.answered !== this.words) {
      const isToOpen = !this.list.hidden;
      await this.ask();
      if (!isToOpen || this.answered !== this.words || this.list.hidden) return;
    }
    this.list.querySelector("button, a")?.click();
  }

  get words() {
    return this.box.value.trim();
  }

  // Resolves once the answer stands there, or another question was asked.
  ask() {
    clearTimeout(this.timer);
    const { words } = this;
    if (this.asked?.words !== words) {
      this.question?.abort();
      const asked = (this.asked = { words, ended: this.#ask(words) });
      asked.ended.then(() => {
        if (this.asked === asked) this.asked = null;
      });
    }
    return this.asked.ended;
  }

  async #ask(words) {
    if (words.length < SHORTEST) {
      this.clear();
      return;
    }
    const question = (this.question = new AbortController());
    this.state.textContent = this.text.searching;
    try {
      const answer = await getJson(`${this.url}?q=${encodeURIComponent(words)}`, { signal: question.signal });
      this.show(answer);
      this.answered = words;
    } catch (error) {
      if (error.name === "AbortError") return;
      this.clear();
      this.state.textContent = this.notices.sentence(error);
    }
  }

  show({ results, more, not_understood: left, streets, explained }) {
    const pages = [...streets, ...(explained?.links ?? []).filter(({ url }) => !streets.some((one) => one.url === url))];
    const rows = [...pages.map((page) => this.page(page)), ...results.map((result) => this.row(result))];
    const held = this.list.contains(document.activeElement) ? document.activeElement.dataset.of : null;
    this.list.replaceChildren(...rows.map((row) => element("li", {}, row)));
    this.list.hidden = rows.length === 0;
    if (held) (rows.find((row) => row.dataset.of === held) ?? this.box).focus(); // whoever had gone into the list stays there
    const why = explained?.sentences.length > 0 ? filled(this.text.explained, { reasons: explained.sentences.join("; ") }) : "";
    const none = left.length > 0 && !why ? "" : why || this.text.nothingFound;
    const said = [results.length > 0 ? (more ? this.text.moreFound : "") : pages.length > 0 ? why : none];
    if (why) left = [];
    if (left.length > 0) said.push(filled(this.text.notUnderstood, { parts: left.join("; ") }));
    this.state.textContent = said.filter(Boolean).join(" ");
  }

  // A street, or the house that comes nearest: a page of its own.
  page({ url, text, place }) {
    return element("a", { href: url, "data-of": url }, element("strong", {}, text), place ? element("span", { class: "hint" }, place) : null);
  }

  row(result) {
    const button = element(
      "button",
      { type: "button", "data-of": result.code },
      element("strong", {}, result.address || result.formatted_code || result.code),
      result.former_address ? element("span", { class: "hint" }, filled(this.text.formerlyAt, { address: result.former_address })) : null,
      element("span", {}, (result.people ?? []).join(", ")),
      element("span", { class: "hint" }, result.place),
      result.state === "closed" ? element("span", { class: "tag" }, this.text.closed) : null,
    );
    button.addEventListener("click", () => {
      this.list.hidden = true;
      this.state.textContent = "";
      this.choose(result.code, result);
    });
    return button;
  }

  // Down from the box into the list, up and down in it, Escape back to an empty box.
  move(event) {
    const buttons = [...this.list.querySelectorAll("button, a")];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") {
      this.box.value = "";
      this.clear();
      this.box.focus();
    } else if (event.key === "ArrowDown" && at + 1 < buttons.length && !this.list.hidden) {
      event.preventDefault();
      buttons[at + 1].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (at === 0 ? this.box : buttons[at - 1]).focus();
    }
  }

  clear() {
    if (this.list.contains(document.activeElement)) this.box.focus();
    this.answered = null;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.state.textContent = "";
  }
}
