// A draft on the map: its line, the band to where the next point would be, its points to drag and the middles between
// them that make new ones. Only points in view get handles, so that an imported line of a thousand does not drown it.
/* global L */
import { filled } from "../map/elements.js";
import { moveByArrows } from "../map/pin.js";
import { middleOf } from "./geometry.js";
import { SnapMark } from "./sheet.js";

const MOST_HANDLES = 200;
const APART = 14; // pixels between handles: of points closer together the later ones wait for a nearer look
const latlngs = (points) => points.map(([lng, lat]) => [lat, lng]);
const isCoarse = () => matchMedia("(pointer: coarse)").matches;

export class SketchView {
  // `snapped(point, index)` gives where a dragged point comes to lie, or null.
  constructor(map, draft, { text, snapped }) {
    Object.assign(this, { map, draft, text, snapped });
    const shape = draft.closed ? L.polygon : L.polyline;
    this.line = shape([], { className: "sketch-line", interactive: false }).addTo(map);
    this.band = L.polyline([], { className: "sketch-band", interactive: false }).addTo(map);
    this.handles = L.layerGroup().addTo(map);
    this.mark = new SnapMark(map);
    this.isMending = false;
  }

  remove() {
    this.showSnap(null);
    for (const layer of [this.line, this.band, this.handles]) layer.remove();
  }

  // `mending` gives handles; without it there are dots.
  draw({ mending }) {
    this.isMending = mending;
    this.line.setLatLngs(latlngs(this.draft.points));
    if (mending) this.band.setLatLngs([]);
    this.placeHandles();
  }

  // From the last point, and back to the first of a ring, to where the pointer is; null takes the band away.
  stretch(to) {
    const { points, closed } = this.draft;
    const path = to && points.length ? [points[points.length - 1], to, ...(closed && points.length > 1 ? [points[0]] : [])] : [];
    this.band.setLatLngs(latlngs(path));
  }

  showSnap(found) {
    this.mark.show(found);
  }

  placeHandles() {
    const focused = this.focused();
    this.handles.clearLayers();
    const { points, closed } = this.draft;
    for (const index of this.shown(focused)) {
      const point = points[index];
      this.handles.addLayer(this.isMending ? this.handle(point, index) : this.dot(point, index));
      const next = points[index + 1] ?? (closed && points.length > 2 ? points[0] : null);
      if (this.isMending && next && this.pixel(point).distanceTo(this.pixel(next)) > 2 * APART) {
        this.handles.addLayer(this.middle(middleOf(point, next), index + 1));
      }
    }
    if (focused !== null) this.focus(Math.min(focused, points.length - 1));
  }

  // The places of the points that get a handle: in view, apart from one another, the ends and the focused one first.
  shown(focused) {
    const { points } = this.draft;
    const view = this.map.getBounds().pad(0.1);
    const last = points.length - 1;
    const must = (index) => index === 0 || index === last || index === focused;
    const kept = [];
    const inView = points.map((_point, index) => index).filter((index) => view.contains([points[index][1], points[index][0]]));
    for (const index of [...inView.filter(must), ...inView.filter((each) => !must(each))]) {
      if (kept.length >= MOST_HANDLES) break;
      const at = this.pixel(points[index]);
      if (must(index) || kept.every((other) => this.pixel(points[other]).distanceTo(at) >= APART)) kept.push(index);
    }
    this.someHidden = kept.length < inView.length;
    return kept.sort((a, b) => a - b);
  }

  pixel([lng, lat]) {
    return this.map.latLngToContainerPoint([lat, lng]);
  }

  dot([lng, lat], index) {
    const isLast = index === this.draft.points.length - 1;
    const icon = L.divIcon({ className: `sketch-dot${isLast ? " last" : ""}`, iconSize: [14, 14] });
    return L.marker([lat, lng], { icon, interactive: false, keyboard: false });
  }

  handle([lng, lat], index) {
    const label = filled(this.text.pointOf, { place: index + 1, count: this.draft.points.length });
    const marker = this.grip([lat, lng], "sketch-handle", label, true);
    const settle = (at) => this.draft.move(index, (this.snapped([at.lng, at.lat], index) ?? { at: [at.lng, at.lat] }).at);
    marker.on("drag", () => {
      const { lng: x, lat: y } = marker.getLatLng();
      const found = this.snapped([x, y], index);
      this.showSnap(found);
      this.line.setLatLngs(latlngs(this.draft.points.with?.(index, found?.at ?? [x, y]) ?? this.draft.points));
    });
    marker.on("dragend", () => {
      this.showSnap(null);
      settle(marker.getLatLng());
    });
    marker.on("add", () => {
      moveByArrows(marker, (at) => this.draft.move(index, [at.lng, at.lat]));
      marker.getElement().addEventListener("keydown", (event) => {
        if (event.key === "Delete" || event.key === "Backspace") this.draft.remove(index);
        else if (event.key === "+" || event.key === "Insert") this.insertAfter(index);
        else return;
        event.preventDefault();
        event.stopPropagation();
      });
      marker.getElement().dataset.index = index;
    });
    marker.on("contextmenu dblclick", () => this.draft.remove(index));
    return marker;
  }

  insertAfter(index) {
    const { points, closed } = this.draft;
    const next = points[index + 1] ?? (closed ? points[0] : null);
    if (!next) return;
    this.draft.insert(index + 1, middleOf(points[index], next));
    this.focus(index + 1);
  }

  middle([lng, lat], index) {
    const marker = this.grip([lat, lng], "sketch-middle", this.text.addPointHere, false);
    marker.on("click", () => this.draft.insert(index, [lng, lat]));
    marker.on("dragend", () => {
      const at = marker.getLatLng();
      this.draft.insert(index, (this.snapped([at.lng, at.lat], null) ?? { at: [at.lng, at.lat] }).at);
    });
    return marker;
  }

  grip(at, className, label, keyboard) {
    const size = isCoarse() ? 44 : 26;
    const icon = L.divIcon({ className, iconSize: [size, size] });
    const marker = L.marker(at, { icon, draggable: true, keyboard, title: label, alt: label, bubblingMouseEvents: false });
    marker.on("add", () => {
      const made = marker.getElement();
      made.setAttribute("aria-label", label);
      if (!keyboard) made.setAttribute("aria-hidden", "true"); // by keyboard, + on a point does the same
    });
    return marker;
  }

  focus(index) {
    this.map.getPane("markerPane").querySelector(`.sketch-handle[data-index="${index}"]`)?.focus({ preventScroll: true });
  }

  focused() {
    const { index } = document.activeElement?.dataset ?? {};
    return document.activeElement?.classList.contains("sketch-handle") ? Number(index) : null;
  }
}
