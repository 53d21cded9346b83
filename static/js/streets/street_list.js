// The list of streets under the search box: filtered as one types, with how many there are and how long each is.
import { byId, element, filled } from "../map/elements.js";
import { isAlley, metresOf } from "./network.js";

const MOST = 200; // rows; whoever has more types a part of the name

export class StreetList {
  // `choose(id)` is what a row does; `expand()` opens the sheet of a phone.
  constructor({ network, config, text, choose, expand }) {
    Object.assign(this, { network, text, choose, language: config.language });
    this.box = byId("street-search");
    this.state = byId("street-state");
    this.list = byId("street-list");
    this.box.addEventListener("input", () => this.draw());
    this.box.addEventListener("focus", () => expand());
    byId("street-find").addEventListener("submit", (event) => {
      event.preventDefault();
      this.list.querySelector("button")?.click();
    });
    byId("street-find").addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        this.box.value = "";
        this.draw();
      } else if (event.key === "ArrowDown") {
        event.preventDefault();
        this.list.querySelector("button")?.focus();
      }
    });
    this.list.addEventListener("keydown", (event) => this.move(event));
    network.onChange(() => this.draw());
  }

  number(value) {
    return value.toLocaleString(this.language);
  }

  draw() {
    const found = this.network.sorted(this.box.value);
    this.list.replaceChildren(...found.slice(0, MOST).map((street) => element("li", {}, this.row(street))));
    this.list.hidden = found.length === 0;
    byId("no-streets").hidden = this.network.streets.size > 0;
    this.state.textContent = this.sentence(found);
  }

  sentence(found) {
    const { text, network } = this;
    if (network.streets.size === 0) return "";
    if (found.length === 0) return text.nothingFound;
    const said = [];
    if (this.box.value.trim()) {
      said.push(filled(text.found, { count: this.number(found.length) }));
    } else {
      const { roads, alleys, nameless } = network.counts();
      said.push(filled(text.counts, { roads: this.number(roads), alleys: this.number(alleys) }));
      if (nameless) said.push(filled(text.nameless, { count: this.number(nameless) }));
    }
    if (found.length > MOST) said.push(filled(text.firstOfMany, { shown: this.number(MOST) }));
    return said.join(" ");
  }

  row(street) {
    const { properties, id } = street;
    const { text } = this;
    const facts = [
      filled(text.metres, { metres: this.number(metresOf(street)) }),
      properties.houses ? filled(text.houses, { count: this.number(properties.houses) }) : "",
      isAlley(street) ? (properties.parentName ? filled(text.offStreet, { street: properties.parentName }) : text.offNothing) : "",
    ];
    const button = element(
      "button",
      { type: "button", "data-street": id },
      element("strong", {}, properties.calledHere),
      element("span", { class: "hint" }, facts.filter(Boolean).join(" · ")),
    );
    button.addEventListener("click", () => this.choose(id));
    return button;
  }

  move(event) {
    const buttons = [...this.list.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && at + 1 < buttons.length) buttons[at + 1].focus();
    else if (event.key === "ArrowUp") (at > 0 ? buttons[at - 1] : this.box).focus();
    else return;
    event.preventDefault();
  }
}
