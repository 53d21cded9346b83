// The panel, which is a sheet from below on a phone, and what lies over the map for a moment: a mark, a question.
/* global L */
import { byId } from "../map/elements.js";

const NEAREST = 18; // zoom to which a short alley is brought: what it leaves is seen too

export class Sheet {
  constructor(map) {
    this.map = map;
    this.panel = byId("panel");
    this.handle = byId("panel-handle");
    this.handle.addEventListener("click", () => this.open(!this.panel.classList.contains("open")));
  }

  open(open) {
    this.panel.classList.toggle("open", open);
    this.handle.setAttribute("aria-expanded", String(open));
    this.handle.textContent = open ? this.handle.dataset.less : this.handle.dataset.more;
  }

  // One part at a time under the search box; null is the list.
  showOnly(part) {
    for (const each of document.querySelectorAll("#panel [data-part]")) {
      each.hidden = part ? each !== part : each.dataset.part !== "start";
    }
    byId("street-find").hidden = part !== null;
    if (part) this.open(true);
    this.panel.scrollTop = 0;
  }

  // How many pixels of the map a phone's sheet covers.
  get covered() {
    if (getComputedStyle(this.panel).position !== "absolute") return 0;
    const { bottom } = this.map.getContainer().getBoundingClientRect();
    return Math.max(0, bottom - this.panel.getBoundingClientRect().top);
  }

  // `above`: how many pixels there must be room for over the place.
  bringInView(latlng, above = 0) {
    const zoom = this.map.getZoom();
    const { covered } = this;
    if (!covered && this.map.getBounds().pad(-0.1).contains(latlng)) return;
    this.map.setView(this.map.unproject(this.map.project(latlng, zoom).add([0, (covered - above) / 2]), zoom), zoom);
  }

  // The map comes to the line, and stays where it is when the line is seen there about as large as it would be.
  bringLineInView(line) {
    const bounds = boundsOf(line);
    const near = Math.min(NEAREST, this.map.getBoundsZoom(bounds, false, L.point(80, 100)));
    const isSeen = this.map.getBounds().contains(bounds) && this.map.getZoom() >= near - 1;
    if (!isSeen || this.covered) this.fitLine(line);
  }

  fitLine(line) {
    const bounds = boundsOf(line);
    this.map.fitBounds(bounds, { paddingTopLeft: [40, 60], paddingBottomRight: [40, 40 + this.covered], maxZoom: NEAREST });
  }
}

function boundsOf(line) {
  return L.latLngBounds(line.map(([lng, lat]) => [lat, lng]));
}

// Where something would come to lie: { at, kind } or null.
export class SnapMark {
  constructor(map) {
    this.map = map;
  }

  show(found) {
    this.mark?.remove();
    this.mark = null;
    if (!found) return;
    const icon = L.divIcon({ className: `snap-mark ${found.kind}`, iconSize: [24, 24] });
    this.mark = L.marker([found.at[1], found.at[0]], { icon, interactive: false, keyboard: false, zIndexOffset: 2000 });
    this.mark.addTo(this.map);
  }
}

// Whether unsaved work may be thrown away, asked of the person.
export function askToLose() {
  const dialog = byId("lose-dialog");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "lose"), { once: true });
  });
}
