// What was refused, where it lies: a mark on the map with the sentence beside it, and the same sentence in the panel.
/* global L */
import { element } from "../map/elements.js";

export class Problem {
  constructor(page) {
    this.page = page;
    this.boxes = [...document.querySelectorAll("[data-problem]")];
  }

  // `error` of http.js, or a sentence of ours.
  show(error) {
    const { map, notices } = this.page;
    const sentence = typeof error === "string" ? error : notices.sentence(error);
    this.clear();
    this.code = error.code;
    for (const box of this.boxes) {
      box.textContent = sentence;
      box.hidden = false;
    }
    const box = this.boxes.find((each) => each.offsetParent !== null);
    box?.scrollIntoView({ block: "nearest" });
    if (!box) notices.show("problem", sentence);
    if (!error.place) return;
    const at = [error.place[1], error.place[0]];
    const icon = L.divIcon({ className: "problem-mark", iconSize: [34, 34] });
    this.mark = L.marker(at, { icon, interactive: false, keyboard: false, zIndexOffset: 3000 }).addTo(map);
    const words = element("span", { id: "problem-sentence" }, sentence);
    this.mark.bindTooltip(words, { permanent: true, direction: "top", offset: [0, -14], className: "problem-says" });
    this.page.bringInView(at, 80); // the sentence stands over it
  }

  clear() {
    this.mark?.remove();
    this.mark = null;
    this.code = null;
    this.page.notices.clear("problem");
    for (const box of this.boxes) box.hidden = true;
  }
}
