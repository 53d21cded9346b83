// Adding a house: choose its place on the map, write what is known, save. The pin can be dragged until then.
import { postJson } from "../core/http.js";
import { newId } from "../core/ids.js";
import { byId } from "./elements.js";
import { movablePin } from "./pin.js";

export class Adding {
  // `page` as for House; `house` opens what was added.
  constructor(page, house) {
    this.page = page;
    this.house = house;
    this.button = byId("add-button");
    this.form = byId("add-form");
    this.error = byId("add-error");
    this.anyway = byId("add-anyway");
    if (!this.button) return;
    this.button.addEventListener("click", () => (this.active ? this.stop() : this.start()));
    byId("add-cancel").addEventListener("click", () => this.stop());
    this.anyway.addEventListener("click", () => this.save({ anyway: true }));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.stop();
    });
  }

  get active() {
    return this.button?.getAttribute("aria-pressed") === "true";
  }

  start() {
    const { map, notices, text } = this.page;
    this.house.close();
    this.button.setAttribute("aria-pressed", "true");
    map.getContainer().classList.add("choosing");
    this.page.collapse();
    notices.show("adding", text.tapToAdd, { label: text.cancel, run: () => this.stop() });
    map.getContainer().focus({ preventScroll: true });
  }

  choose(latlng) {
    const { map, notices, text } = this.page;
    notices.clear("adding");
    this.pin?.remove();
    this.pin = movablePin(latlng, text.pinOfNew, () => this.forgetRefusal()).addTo(map);
    this.forgetRefusal();
    // Names what is filled in now: sent twice, because the answer was lost on its way, it is one house.
    this.formId ??= newId();
    this.page.showOnly(this.form);
    this.page.bringInView(latlng);
    byId("add-number").focus();
  }

  // What was refused was this form at that place; at another place there is nothing to insist on.
  forgetRefusal() {
    this.error.hidden = true;
    this.anyway.hidden = true;
  }

  async save({ anyway = false } = {}) {
    const { config, layers, notices, text } = this.page;
    const { lat, lng } = this.pin.getLatLng();
    const fields = Object.fromEntries(new FormData(this.form));
    const buttons = [byId("add-save"), this.anyway];
    for (const button of buttons) button.disabled = true;
    try {
      const added = await postJson(config.urls.add, { lng, lat, ...fields, form_id: this.formId, anyway });
      this.formId = null;
      this.stop();
      this.form.reset();
      layers.refresh();
      notices.done(text.added, this.house.undo(added.undo_url, () => this.house.close()));
      await this.house.open(added.code);
    } catch (error) {
      this.error.textContent = notices.sentence(error);
      this.error.hidden = false;
      this.anyway.hidden = error.code !== "house_there";
      this.error.scrollIntoView({ block: "nearest" });
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  stop() {
    const { map, notices } = this.page;
    this.pin?.remove();
    this.pin = null;
    this.button.setAttribute("aria-pressed", "false");
    map.getContainer().classList.remove("choosing");
    notices.clear("adding");
    if (!this.form.hidden) this.page.showOnly(null);
    this.button.focus({ preventScroll: true });
  }
}
