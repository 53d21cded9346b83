// New numbers beside the houses and names along the streets, drawn on a canvas of their own; what would lie over
// another label is left out until the map is nearer.
/* global L */

const FONT = "600 13px system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
const NUMBERS_FROM = 17; // zoom
const NAMES_FROM = 16;
const BUCKET = 40; // pixels: how the places of drawn labels are remembered

export const Labels = L.Layer.extend({
  initialize() {
    this.texts = { houses: [], streets: [], marks: [] };
  },

  onAdd(map) {
    this.map = map;
    this.canvas = L.DomUtil.create("canvas", "map-labels leaflet-zoom-hide");
    map.createPane("labels").style.zIndex = 450;
    map.getPane("labels").style.pointerEvents = "none";
    map.getPane("labels").append(this.canvas);
    map.on("moveend zoomend resize", this.draw, this);
  },

  // houses: { at: [lng, lat], text, must }, streets: { line, text }, colour of text and halo, marks: boxes around places
  // that lie over the labels, { at, box: [west, north, east, south] in pixels }. What `must` be read is written even
  // over other labels.
  show(houses, streets, colour, marks = []) {
    this.texts = { houses, streets, marks };
    this.colour = colour;
    this.draw();
  },

  draw() {
    if (!this.map || !this.colour) return;
    const size = this.map.getSize();
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = size.x * scale;
    this.canvas.height = size.y * scale;
    this.canvas.style.width = `${size.x}px`;
    this.canvas.style.height = `${size.y}px`;
    L.DomUtil.setPosition(this.canvas, this.map.containerPointToLayerPoint([0, 0]));
    const ink = this.canvas.getContext("2d");
    ink.scale(scale, scale);
    ink.font = FONT;
    ink.textBaseline = "middle";
    ink.lineJoin = "round";
    ink.lineWidth = 3;
    ink.strokeStyle = this.colour.halo;
    ink.fillStyle = this.colour.text;
    this.taken = new Map();
    for (const mark of this.texts.marks) this.keepClear(mark);
    const zoom = this.map.getZoom();
    if (zoom >= NUMBERS_FROM) for (const house of this.texts.houses) this.keepClear(house);
    if (zoom >= NAMES_FROM) for (const street of this.texts.streets) this.name(ink, street, size);
    if (zoom >= NUMBERS_FROM) for (const house of this.texts.houses) this.number(ink, house, size, zoom);
  },

  // Nothing is written over a house, nor under a mark.
  keepClear({ at, box: [west, north, east, south] = [-5, -5, 5, 5] }) {
    const { x, y } = this.map.latLngToContainerPoint([at[1], at[0]]);
    this.put([x + west, y + north, x + east, y + south]);
  },

  number(ink, { at, text, must }, size, zoom) {
    if (!text) return;
    const point = this.map.latLngToContainerPoint([at[1], at[0]]);
    if (point.x < 0 || point.y < 0 || point.x > size.x || point.y > size.y) return;
    const width = ink.measureText(text).width;
    const away = zoom >= 18 ? 10 : 8;
    // To the right of the dot, else to its left, above, below.
    const tries = [[away, 0], [-away - width, 0], [-width / 2, -away - 6], [-width / 2, away + 6]];
    const free = tries.find(([dx, dy]) => this.take(point.x + dx, point.y + dy - 8, width, 16));
    const [dx, dy] = free ?? (must ? tries.at(-1) : []);
    if (dx === undefined) return;
    ink.strokeText(text, point.x + dx, point.y + dy);
    ink.fillText(text, point.x + dx, point.y + dy);
  },

  // Written once along the longest straight piece in view that has room for it.
  name(ink, { line, text }, size) {
    const points = line.map(([lng, lat]) => this.map.latLngToContainerPoint([lat, lng]));
    const width = ink.measureText(text).width;
    const pieces = points.slice(1).map((to, place) => ({ from: points[place], to, length: to.distanceTo(points[place]) }));
    if (pieces.reduce((sum, piece) => sum + piece.length, 0) < width + 20) return;
    for (const { from, to } of pieces.sort((one, other) => other.length - one.length).slice(0, 4)) {
      for (const share of [0.5, 0.25, 0.75]) {
        const at = from.add(to.subtract(from).multiplyBy(share));
        const inView = at.x > 20 && at.y > 20 && at.x < size.x - 20 && at.y < size.y - 20;
        const angle = Math.atan2(to.y - from.y, to.x - from.x);
        if (!inView || !this.takeAlong(at, angle, width)) continue;
        ink.save();
        ink.translate(at.x, at.y);
        ink.rotate(Math.abs(angle) > Math.PI / 2 ? angle + Math.PI : angle);
        ink.strokeText(text, -width / 2, 0);
        ink.fillText(text, -width / 2, 0);
        ink.restore();
        return;
      }
    }
  },

  // A slanting text as a row of small boxes.
  takeAlong(at, angle, width) {
    const boxes = [];
    for (let along = -width / 2; along <= width / 2; along += 8) {
      const [x, y] = [at.x + along * Math.cos(angle), at.y + along * Math.sin(angle)];
      boxes.push([x - 7, y - 7, x + 7, y + 7]);
    }
    if (boxes.some((box) => this.meets(box))) return false;
    for (const box of boxes) this.put(box);
    return true;
  },

  // Whether nothing is written in the box yet; from now on something is.
  take(x, y, width, height) {
    const box = [x, y, x + width, y + height];
    if (this.meets(box)) return false;
    this.put(box);
    return true;
  },

  meets(box) {
    const over = (other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1];
    return keysOf(box).some((key) => this.taken.get(key)?.some(over));
  },

  put(box) {
    for (const key of keysOf(box)) {
      if (this.taken.has(key)) this.taken.get(key).push(box);
      else this.taken.set(key, [box]);
    }
  },
});

function keysOf([west, north, east, south]) {
  const keys = [];
  for (let column = Math.floor(west / BUCKET); column <= Math.floor(east / BUCKET); column += 1) {
    for (let row = Math.floor(north / BUCKET); row <= Math.floor(south / BUCKET); row += 1) keys.push(`${column}:${row}`);
  }
  return keys;
}
