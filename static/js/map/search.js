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
      if (this.list.hidden) this.ask();
      else this.list.querySelector("button, a")?.click();
    });
    this.form.addEventListener("keydown", (event) => this.move(event));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    this.question?.abort();
    const words = this.box.value.trim();
    if (words.length < SHORTEST) {
      this.clear();
      return;
    }
    const question = (this.question = new AbortController());
    this.state.textContent = this.text.searching;
    try {
      const answer = await getJson(`${this.url}?q=${encodeURIComponent(words)}`, { signal: question.signal });
      this.show(answer);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.clear();
      this.state.textContent = this.notices.sentence(error);
    }
  }

  show({ results, more, not_understood: left, streets, explained }) {
    const pages = [...streets, ...(explained?.links ?? []).filter(({ url }) => !streets.some((one) => one.url === url))];
    const rows = [...pages.map((page) => this.page(page)), ...results.map((result) => this.row(result))];
    this.list.replaceChildren(...rows.map((row) => element("li", {}, row)));
    this.list.hidden = rows.length === 0;
    const why = explained?.sentences.length > 0 ? filled(this.text.explained, { reasons: explained.sentences.join("; ") }) : "";
    const none = left.length > 0 && !why ? "" : why || this.text.nothingFound;
    const said = [results.length > 0 ? (more ? this.text.moreFound : "") : pages.length > 0 ? why : none];
    if (why) left = [];
    if (left.length > 0) said.push(filled(this.text.notUnderstood, { parts: left.join("; ") }));
    this.state.textContent = said.filter(Boolean).join(" ");
  }

  // A street, or the house that comes nearest: a page of its own.
  page({ url, text, place }) {
    return element("a", { href: url }, element("strong", {}, text), place ? element("span", { class: "hint" }, place) : null);
  }

  row(result) {
    const button = element(
      "button",
      { type: "button" },
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
    this.list.hidden = true;
    this.list.replaceChildren();
    this.state.textContent = "";
  }
}
