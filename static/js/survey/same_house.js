// The sentence that the house which is being added may be there already: by the field that said so, and once more at the end.
import { element, filled } from "../map/elements.js";
import { alike } from "./duplicates.js";

export class SameHouse {
  #asked = new Set(); // houses that were shown at the end: who goes on has seen them
  #found = [];

  // `houses` and `heads` as duplicates.js has them, `of` of a row the name of its village where that is another one;
  // `opened(house)` when one of them turns out to be the one.
  constructor({ words, houses, heads, opened }) {
    Object.assign(this, { words, houses, heads, opened });
    this.box = element("div", { class: "notice warn same-house", role: "status", tabindex: "-1", hidden: true });
  }

  // What is like the draft now; the box goes behind `after`, the part of the page that was just changed, if there is one.
  // Only where a house is being added: what the register has is what it is.
  tell(draft, after = null) {
    if (!draft.is_new) return;
    const { number, street, head_name } = draft.answers;
    const own = this.houses.find(({ house }) => house === draft.house);
    const [lng, lat] = draft.position ? [draft.position.lng, draft.position.lat] : (draft.place ?? [own?.lng, own?.lat]);
    this.#found = alike({ house: draft.house, lng, lat, number, street, head_name }, this.houses, this.heads);
    const wasHidden = this.box.hidden;
    this.box.hidden = this.#found.length === 0;
    if (this.#found.length === 0) return;
    const isElsewhere = after !== null && this.box.previousElementSibling !== after;
    if (isElsewhere) after.after(this.box);
    this.box.replaceChildren(element("p", {}, this.words.sameHouse), this.#list());
    if (after && (wasHidden || isElsewhere)) this.box.scrollIntoView({ block: "nearest" }); // else below the screen's edge
  }

  // Whether somebody has to look once more before the house is done: shows it before `before` then. Who goes on has said
  // that it is another house.
  mustAsk(before) {
    const isNew = this.#found.some(({ house }) => !this.#asked.has(house));
    if (!isNew) return false;
    for (const { house } of this.#found) this.#asked.add(house);
    before.before(this.box);
    this.box.replaceChildren(element("p", {}, this.words.sameHouseStill), this.#list());
    this.box.focus();
    return true;
  }

  #list() {
    return element("ul", {}, ...this.#found.map((one) => this.#line(one)));
  }

  #line({ house, why, metres }) {
    const { words } = this;
    const row = this.houses.find((one) => one.house === house);
    const name = [row.number || words.noNumber, row.street, ...(this.heads.get(house) ?? []), row.of].filter(Boolean).join(", ");
    const said = why.map((code) => filled(words[metres === null ? `${code}Somewhere` : code], { metres: metres ?? "" })).join("; ");
    const open = element("button", { type: "button", class: "link" }, words.openThat);
    open.addEventListener("click", () => this.opened(house));
    return element("li", {}, `${name} (${said}) `, open);
  }
}
