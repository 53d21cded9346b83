// The position of a house in its form: measure it, see how good it is, drag the pin to the front door.
import { element, filled } from "../map/elements.js";
import { insideBounds, insideOf } from "./inside.js";
import { HouseMap } from "./map.js";
import { doubts, Measuring, missingOf, moved, needsReason } from "./measuring.js";
import { metresBetween } from "./position.js";

const FIELD = "position"; // as faults name it

export class PositionPart {
  #measuring = null;
  #ended = Promise.resolve(); // once what was measured last is written down
  changed = () => {}; // called after the position is another

  // keeper: a Keeper; house: {lng, lat} of the register or null; pack: of keeping.js;
  // neighbours: rows for HouseMap.showHouses.
  constructor({ keeper, house, pack, neighbours, words, language, receiver = navigator.geolocation }) {
    Object.assign(this, { keeper, house, words, language, receiver });
    this.places = { house, village: insideOf(pack.outline), commune: insideBounds(pack.commune?.bounds) };
    this.state = element("p", { role: "status", class: "measured" });
    this.notes = element("div", { class: "position-notes" });
    this.button = element("button", { type: "button", class: "button wide", id: "q-position" }, words.measure);
    this.reason = element("input", { type: "text", id: "q-position-reason", maxlength: 200 });
    this.reasonRow = element("div", {}, element("label", { for: "q-position-reason" }, words.reason), this.reason);
    this.fault = element("p", { class: "fault", hidden: true });
    this.frame = element("div", { class: "position-map" });
    this.element = element(
      "section", { class: "survey-section" }, element("h2", {}, words.position), element("p", { class: "hint" }, words.standAtDoor),
      this.button, this.state, this.notes, this.reasonRow, this.fault, this.frame,
    );
    this.neighbours = neighbours;
    this.pack = pack;
    this.button.addEventListener("click", () => (this.#measuring ? this.stop() : this.measure()));
    this.reason.value = this.position?.reason ?? "";
    this.reason.addEventListener("input", () => this.keeper.change({ position: { ...this.position, reason: this.reason.value } }).then(() => this.#show()));
    this.#show();
  }

  get position() {
    return this.keeper.draft.position;
  }

  // Once the form is on the page: Leaflet wants to know how large it is.
  begin() {
    this.map = new HouseMap({ frame: this.frame, words: this.words });
    this.map.showVillage(this.pack);
    this.map.showHouses(this.neighbours);
    this.#pin();
  }

  measure() {
    this.#ended = this.#measure();
    return this.#ended;
  }

  // What was measured so far is taken; once it is written down.
  stop() {
    this.#measuring?.stop();
    return this.#ended;
  }

  async #measure() {
    const { words } = this;
    this.button.textContent = words.stop;
    this.#measuring = new Measuring({
      receiver: this.receiver,
      told: ({ fixes, best, left_ms }) => {
        const figures = { fixes, metres: this.#metres(best), seconds: Math.ceil(left_ms / 1000) };
        this.state.textContent = filled(best === null ? words.awaiting : words.measuring, figures);
      },
    });
    const found = await this.#measuring.run();
    this.#measuring = null;
    if (found.failed) {
      this.#show();
      this.state.textContent = found.failed === "denied" ? words.denied : words.noFix;
      return;
    }
    if (!needsReason(found)) this.reason.value = ""; // it spoke of another measurement
    await this.keeper.change({ position: { ...found, reason: this.reason.value }, ...this.#placeOf(found) });
    this.#show();
    this.#pin();
    this.changed();
  }

  // Stop listening. What was measured so far is kept where the keeper still writes.
  end() {
    this.#measuring?.stop();
    this.map?.remove();
    this.map = null;
  }

  faults() {
    const code = missingOf(this.position, { isNew: this.keeper.draft.is_new, commune: this.places.commune });
    this.fault.textContent = code ? this.words[code] : "";
    this.fault.hidden = code === "";
    return code ? [{ field: FIELD, sentence: this.words[code] }] : [];
  }

  #placeOf({ lng, lat }) {
    return this.keeper.draft.is_new ? { place: [lng, lat] } : {};
  }

  #pin() {
    if (!this.map) return;
    const [lng, lat] = this.keeper.draft.place ?? [];
    const place = this.position ?? this.house ?? (lng === undefined ? null : { lng, lat });
    if (place === null) return;
    this.map.showPin(place, async (to) => {
      const isMeasured = this.#measuring !== null;
      await this.stop(); // what was measured so far stays beside it, and takes the pin back no more
      const position = moved(this.position, to);
      if (isMeasured) this.map?.showPin(position);
      await this.keeper.change({ position, ...this.#placeOf(position) });
      this.#show();
      this.changed();
    });
    this.map.lookAt(place);
    if (this.position?.measured ?? this.position) this.map.showHere(this.position.measured ?? this.position);
  }

  #show() {
    const { words, position } = this;
    this.button.textContent = position ? words.measureAgain : words.measure;
    this.state.textContent = position ? this.#told(position) : "";
    const notes = doubts(position, this.places).map(({ code, metres }) =>
      element("p", { class: "notice warn" }, filled(words[code], { metres: this.#metres(metres) })),
    );
    this.notes.replaceChildren(...notes);
    this.reasonRow.hidden = !needsReason(position);
    if (!this.fault.hidden) this.faults();
  }

  #told(position) {
    const { words } = this;
    if (position.source !== "map") {
      return filled(words.measured, { metres: this.#metres(position.accuracy_m), used: position.used, fixes: position.fixes });
    }
    if (!position.measured) return words.placed;
    const away = metresBetween(position.lng, position.lat, position.measured.lng, position.measured.lat);
    return filled(words.dragged, { metres: this.#metres(away) });
  }

  #metres(number) {
    return number === null || number === undefined ? "" : number.toLocaleString(this.language, { maximumFractionDigits: number < 10 ? 1 : 0 });
  }
}
