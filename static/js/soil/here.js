// What soil there is at a place: asked of the server for a tap, a key or where one stands, and shown beside the map.
/* global L */
import { getJson } from "../core/http.js";
import { byId, element, filled } from "../map/elements.js";
import { Answer } from "./answer.js";
import { depthOf } from "./choice.js";
import { timeline } from "./history.js";
import { keptTyping, needs } from "./needs.js";

export class Here {
  // `page` has map, config, catalogue, text, notices, legend, change(patch), showOnly(part) and bringInView(latlng).
  constructor(page) {
    Object.assign(this, page);
    this.answer = new Answer(page);
    this.section = byId("here");
    this.title = byId("here-title");
    this.body = byId("here-body");
    byId("here-close").addEventListener("click", () => this.close());
    this.section.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  close() {
    this.question?.abort();
    this.mark?.remove();
    this.mark = this.at = this.asked = null;
    this.change({ at: null });
    this.showOnly(null);
    this.map.getContainer().focus({ preventScroll: true });
  }

  // Where somebody stands has an `accuracy` in metres.
  open(latlng, { accuracy = null, focus = true } = {}) {
    byId("tap-hint").hidden = true;
    this.at = { latlng, accuracy };
    this.mark?.remove();
    const icon = L.divIcon({ className: "soil-pin", iconSize: [30, 40], iconAnchor: [15, 37] });
    this.mark = L.marker(latlng, { icon, interactive: false, keyboard: false }).addTo(this.map);
    this.wantsFocus = focus;
    this.change({ at: { lng: latlng.lng, lat: latlng.lat } });
  }

  // Ask anew if anything that the answer hangs on is different.
  async show(chosen, state) {
    if (!this.at) return;
    const { lat, lng } = this.at.latlng;
    const asked = new URLSearchParams({ lng: lng.toFixed(6), lat: lat.toFixed(6) });
    if (chosen.layer) {
      asked.set("campaign", chosen.campaign.id);
      asked.set("method", chosen.layer.method);
      asked.set("depth", depthOf(chosen.layer));
    }
    if (chosen.map) asked.set("map", chosen.map.id);
    if (state.crop) asked.set("crop", state.crop);
    if (state.crop && state.target) asked.set("target", state.target);
    if (state.crop && state.zeroK) asked.set("zero_k", state.zeroK);
    const url = `${this.config.urls.at}?${asked}`;
    if (url === this.asked) return;
    this.asked = url;
    this.question?.abort();
    const question = (this.question = new AbortController());
    this.section.setAttribute("aria-busy", "true");
    if (this.section.hidden) this.wait();
    try {
      const found = await getJson(url, { signal: question.signal });
      this.fill(found, chosen, state);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.asked = null;
      this.title.textContent = this.heading();
      this.body.replaceChildren(this.where(), element("p", { class: "notice error" }, this.notices.sentence(error)));
    }
    this.section.removeAttribute("aria-busy");
    this.bringInView(this.at.latlng);
    if (this.wantsFocus) this.title.focus();
    this.wantsFocus = false;
  }

  // At once, so that a tap is seen to be taken; the answer may be slow to come.
  wait() {
    this.title.textContent = this.heading();
    this.body.replaceChildren(this.where(), element("p", { class: "hint" }, this.text.asking));
    this.showOnly(this.section);
    this.bringInView(this.at.latlng);
  }

  heading() {
    return this.at.accuracy === null ? this.text.soilHere : this.text.soilWhereIStand;
  }

  fill(found, chosen, state) {
    const { text } = this;
    this.title.textContent = this.heading();
    const typedIn = this.body.contains(document.activeElement) ? document.activeElement.id : "";
    const isNothing = !found.soil && !found.estimate && !found.nearest && found.others.length === 0;
    const known = isNothing
      ? [element("p", { class: "notice" }, found.why_not || text.nothingHere)]
      : [...this.answer.all(found, chosen), ...timeline(found.history, chosen.layer, this), ...needs(found.needs, state, this)];
    const parts = [this.where(found), ...known, element("p", { class: "hint soil-note" }, text.estimateNote), this.share()];
    if (keptTyping(this.body, parts)) return;
    this.body.replaceChildren(...parts);
    if (typedIn) byId(typedIn)?.focus();
  }

  where(found) {
    const { lat, lng } = this.at.latlng;
    const { accuracy } = this.at;
    const parts = [
      found?.commune?.name,
      `${lat.toFixed(5)}, ${lng.toFixed(5)}`,
      accuracy === null ? null : filled(this.text.accuracy, { metres: Math.max(1, Math.round(accuracy)) }),
    ];
    return element("p", { class: "hint here-place" }, parts.filter(Boolean).join(" · "));
  }

  share() {
    const { text, notices } = this;
    const button = element("button", { type: "button", class: "button quiet" }, text.copyLink);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(location.href);
        notices.done(text.linkCopied);
      } catch {
        notices.done(text.linkNotCopied);
      }
    });
    const print = element("button", { type: "button", class: "button quiet" }, text.print);
    print.addEventListener("click", () => window.print());
    return element("div", { class: "actions" }, button, print);
  }
}
