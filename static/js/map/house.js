// The open house: its summary in the panel, its ring on the map, and moving it to where it really stands.
import { getJson, postJson } from "../core/http.js";
import { byId, element, filled } from "./elements.js";
import { keep } from "./place.js";
import { movablePin, ring } from "./pin.js";

const CLOSE_UP = 18;

export class House {
  // `page` has map, config, text, notices, layers and expand().
  constructor(page) {
    this.page = page;
    this.section = byId("house");
    this.title = byId("house-title");
    this.body = byId("house-body");
    byId("house-close").addEventListener("click", () => this.close());
    this.section.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (this.pin) this.stopMoving();
      else this.close();
    });
  }

  async open(code, { fly = false, focus = true } = {}) {
    const { config, notices, map, text } = this.page;
    this.dropPin();
    this.question?.abort();
    const question = (this.question = new AbortController());
    try {
      const url = config.urls.summary.replace(config.urls.codePlaceholder, code);
      this.summary = await getJson(url, { signal: question.signal });
    } catch (error) {
      if (error.name === "AbortError") return;
      this.close();
      notices.done(error.status === 404 ? text.noSuchHouse : notices.sentence(error));
      return;
    }
    const at = [this.summary.lat, this.summary.lng];
    this.ring?.remove();
    this.ring = ring(at).addTo(map);
    this.fill();
    keep({ house: code });
    this.page.showOnly(this.section);
    this.page.bringInView(at, fly ? CLOSE_UP : 0);
    if (focus) this.title.focus();
  }

  fill() {
    const { text } = this.page;
    const house = this.summary;
    this.title.textContent = house.address || text.noAddress;
    const facts = [
      [text.code, element("span", { class: "code" }, house.formatted_code)],
      [text.village, house.place],
    ];
    if (house.former_addresses.length > 0) facts.push([text.formerly, house.former_addresses.join("; ")]);
    if (house.state === "closed") facts.push([text.state, text.closed]);
    facts.push([text.plate, house.has_plate ? text.hasPlate : text.noPlate]);
    this.body.replaceChildren(
      element("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
      ...this.people(),
      this.actions(),
    );
  }

  people() {
    const { text } = this.page;
    const { households } = this.summary;
    if (!households) return [];
    if (households.length === 0) return [element("p", { class: "hint" }, text.nobody)];
    const rows = households.map((household) =>
      element(
        "li",
        {},
        element("strong", {}, household.head),
        this.phone(household),
        household.size ? element("span", { class: "hint" }, filled(text.size, { count: household.size })) : null,
      ),
    );
    return [element("ul", { class: "people", "aria-label": text.households }, ...rows)];
  }

  // The number under its mask; whoever may, has it shown in full, which the server writes down.
  phone(household) {
    const { text, notices } = this.page;
    if (!household.phone && !household.reveal_url) return null;
    const place = element("span", { class: "phone" });
    const masked = element("span", {}, element("span", { "aria-hidden": "true" }, household.phone), element("span", { class: "visually-hidden" }, household.label));
    place.append(masked);
    if (household.reveal_url) {
      const button = element("button", { type: "button", class: "button quiet", "aria-label": filled(text.revealOf, { head: household.head }) }, text.reveal);
      button.addEventListener("click", async () => {
        button.disabled = true;
        try {
          const full = await postJson(household.reveal_url, {});
          const shown = [full.phone ? element("a", { href: `tel:${full.tel}` }, full.phone) : null, full.personal_number ? element("span", { class: "code" }, full.personal_number) : null];
          place.replaceChildren(...shown.filter(Boolean));
          place.querySelector("a")?.focus();
        } catch (error) {
          button.disabled = false;
          notices.done(notices.sentence(error));
        }
      });
      place.append(button);
    }
    return place;
  }

  actions() {
    const { text, config } = this.page;
    const actions = element("div", { class: "actions" }, element("a", { class: "button", href: this.summary.url }, text.openRecord));
    if (config.mayEdit && this.summary.state !== "closed") {
      const move = element("button", { type: "button", class: "button quiet", id: "house-move" }, text.move);
      move.addEventListener("click", () => this.startMoving());
      actions.append(move);
    }
    return actions;
  }

  startMoving() {
    const { map, text, notices } = this.page;
    const { lat, lng } = this.summary;
    this.pin = movablePin([lat, lng], text.pinOfHouse, (at) => {
      this.distance.textContent = filled(text.moved, { distance: Math.round(map.distance(at, [lat, lng])) });
      this.save.disabled = false;
    }).addTo(map);
    this.distance = element("p", { role: "status" }, text.dragPin);
    this.save = element("button", { type: "button", class: "button", disabled: true }, text.savePlace);
    this.save.addEventListener("click", () => this.savePlace());
    const cancel = element("button", { type: "button", class: "button quiet" }, text.cancel);
    cancel.addEventListener("click", () => this.stopMoving());
    this.body.replaceChildren(this.distance, element("div", { class: "actions" }, this.save, cancel));
    notices.clear();
    this.page.bringInView([lat, lng], CLOSE_UP);
    this.pin.getElement().focus({ preventScroll: true });
  }

  dropPin() {
    this.pin?.remove();
    this.pin = null;
  }

  stopMoving() {
    this.dropPin();
    this.fill();
    byId("house-move")?.focus();
  }

  async savePlace() {
    const { config, notices, text, layers } = this.page;
    const { code, version } = this.summary;
    const { lat, lng } = this.pin.getLatLng();
    this.save.disabled = true;
    try {
      const url = config.urls.move.replace(config.urls.codePlaceholder, code);
      const answer = await postJson(url, { lng, lat, version });
      notices.done(text.placeSaved, this.undo(answer.undo_url, () => this.open(code, { fly: true })));
      layers.refresh();
      await this.open(code);
    } catch (error) {
      this.save.disabled = false;
      this.distance.textContent = notices.sentence(error);
      if (error.status !== 409) return;
      // Somebody else changed the house meanwhile: show what it is now, and why nothing was saved.
      await this.open(code, { fly: true });
      notices.done(notices.sentence(error));
    }
  }

  // The button of a toast that takes an action back and then runs `after`.
  undo(url, after) {
    const { notices, text, layers } = this.page;
    if (!url) return null;
    const run = async () => {
      try {
        await postJson(url, {});
        layers.refresh();
        notices.done(text.undone);
        await after();
      } catch (error) {
        notices.done(notices.sentence(error));
      }
    };
    return { label: text.undo, run };
  }

  close() {
    this.question?.abort();
    this.dropPin();
    this.ring?.remove();
    this.ring = this.summary = null;
    keep({ house: null });
    this.page.showOnly(null);
  }
}
