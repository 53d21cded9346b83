// Two campaigns side by side under a line that is dragged, or their difference as one picture.
import { getJson } from "../core/http.js";
import { byId, element, filled } from "../map/elements.js";
import { inTime } from "./choice.js";
import { COMPARE } from "./state.js";

const KEY_STEP = 2; // percent of the map's width; ten times that with Shift, Page Up and Page Down
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

export class Compare {
  // `page` has map, layers, config, text, notices, legend and change(patch).
  constructor(page) {
    Object.assign(this, page);
    this.frame = byId("swipe");
    this.line = byId("swipe-line");
    byId("other").addEventListener("change", ({ target }) => this.change({ other: target.value || null }));
    byId("compare-ways").append(...COMPARE.map((way) => this.way(way)));
    this.map.on("move zoomend resize", () => this.cut());
    this.line.addEventListener("keydown", (event) => this.key(event));
    this.line.addEventListener("pointerdown", (event) => this.grab(event));
  }

  way(name) {
    const input = element("input", { type: "radio", name: "compare", value: name });
    input.addEventListener("change", () => this.change({ compare: name }));
    return element("label", {}, input, element("span", {}, this.text.ways[name]));
  }

  show(chosen, state) {
    const { others, other } = chosen;
    byId("compare").hidden = others.length === 0;
    byId("other").replaceChildren(
      element("option", { value: "" }, this.text.noOther),
      ...others.map(({ campaign: each }) => element("option", { value: each.id }, each.name)),
    );
    byId("other").value = other?.campaign.id ?? "";
    const bothDrawn = Boolean(this.config.urls.difference && other?.layer.surface && chosen.layer.surface);
    const way = bothDrawn ? state.compare : COMPARE[0];
    byId("compare-ways").hidden = !bothDrawn;
    for (const input of byId("compare-ways").querySelectorAll("input")) input.checked = input.value === way;
    this.isSwiped = Boolean(other) && way === "swipe";
    this.isDifference = Boolean(other) && way === "difference";
    this.frame.hidden = !this.isSwiped;
    this.split = state.split;
    if (this.isSwiped) {
      const [older, newer] = inTime(chosen);
      byId("swipe-left").textContent = older.campaign.name;
      byId("swipe-right").textContent = newer.campaign.name;
    }
    this.cut();
    this.difference(chosen, state);
  }

  // Cuts both sides at the line, in the coordinates of the map's panes, which move with the map.
  cut() {
    const left = this.map.getPane("left");
    const right = this.map.getPane("right");
    if (!this.isSwiped) {
      left.style.clipPath = right.style.clipPath = "";
      return;
    }
    const size = this.map.getSize();
    const start = this.map.containerPointToLayerPoint([0, 0]);
    const end = this.map.containerPointToLayerPoint(size);
    const at = start.x + (size.x * this.split) / 100;
    const box = (from, to) => `polygon(${from}px ${start.y}px, ${to}px ${start.y}px, ${to}px ${end.y}px, ${from}px ${end.y}px)`;
    left.style.clipPath = box(start.x, at);
    right.style.clipPath = box(at, end.x);
    this.line.style.left = `${this.split}%`;
    this.line.setAttribute("aria-valuenow", Math.round(this.split));
    const [before, after] = ["swipe-left", "swipe-right"].map((id) => byId(id).textContent);
    const said = filled(this.text.splitAt, { percent: Math.round(this.split), left: before, right: after });
    this.line.setAttribute("aria-valuetext", said);
  }

  moveTo(split, isDone) {
    this.split = Math.min(100, Math.max(0, split));
    this.cut();
    if (isDone) this.change({ split: Math.round(this.split) });
  }

  key(event) {
    const step = STEPS[event.key];
    const end = { Home: 0, End: 100 }[event.key];
    if (step === undefined && end === undefined) return;
    event.preventDefault();
    this.moveTo(end ?? this.split + step * KEY_STEP * (event.shiftKey ? 10 : 1), true);
  }

  grab(event) {
    event.preventDefault();
    this.line.focus({ focusVisible: false });
    this.line.setPointerCapture(event.pointerId);
    const box = this.frame.getBoundingClientRect();
    const follow = ({ clientX }) => this.moveTo((100 * (clientX - box.left)) / box.width, false);
    const stop = () => {
      this.line.removeEventListener("pointermove", follow);
      this.moveTo(this.split, true);
    };
    this.line.addEventListener("pointermove", follow);
    this.line.addEventListener("lostpointercapture", stop, { once: true });
  }

  // The picture of the difference and what its colours mean; asked for once for each pair.
  async difference(chosen, state) {
    const place = byId("difference");
    place.hidden = !this.isDifference;
    if (!this.isDifference) {
      this.layers.hideDifference();
      this.pair = null;
      return;
    }
    const [from, to] = inTime(chosen);
    const { urls } = this.config;
    const at = (address) => address.replace(urls.before, from.layer.surface.id).replace(urls.after, to.layer.surface.id);
    const url = at(urls.difference);
    if (url === this.pair) return;
    this.pair = url;
    place.replaceChildren();
    try {
      const found = await getJson(url);
      if (this.pair !== url) return;
      this.layers.showDifference(at(urls.differencePicture), found.bounds, state.layers.value.opacity);
      place.replaceChildren(...this.words(found, from, to));
    } catch (error) {
      if (this.pair !== url) return;
      this.pair = null; // asked for again with whatever is shown next
      place.replaceChildren(element("p", { class: "notice warn" }, this.notices.sentence(error)));
    }
  }

  words(found, from, to) {
    const { text, legend } = this;
    return [
      element("p", { class: "hint" }, filled(text.differenceOf, { from: from.campaign.name, to: to.campaign.name })),
      legend.ramp(found.legend.map(({ colour }) => colour), [found.legend[0].text, "0", found.legend.at(-1).text]),
      element("p", { class: "hint" }, found.pale),
      element("p", {}, found.sentence),
    ];
  }
}
