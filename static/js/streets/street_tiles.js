// The streets on the map: each tile is drawn from the whole network, so that lines, arrows and names meet at its edges.
/* global L */
import { isAlley } from "./network.js";

const TILE = 256;
const MARGIN = 48; // pixels: what reaches over from a neighbouring tile
const WIDTHS = [2.5, 2, 2.5, 4, 6, 8]; // pixels by width class at zoom 17
const ARROWS_FROM = 16;
const ARROW_EVERY = 110;
const NAMES_FROM = { road: 15, alley: 17 };
const FONT = "600 12px system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";

export function streetColours() {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    road: named("street-road"), alley: named("street-alley"), lane: named("street-lane"),
    halo: named("map-halo"), arrow: named("street-arrow"), text: named("street-text"),
  };
}

export const StreetTiles = L.GridLayer.extend({
  options: { zIndex: 2, pane: "tilePane", keepBuffer: 1, updateWhenZooming: false },

  initialize(network, options) {
    L.setOptions(this, options);
    this.network = network;
    this.canvases = new Map();
    this.on("tileunload", ({ tile }) => this.canvases.delete(tile));
    this.forget();
    network.onChange(() => this.again());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.again());
  },

  // Paints over what is there; asking for new tiles would make the streets blink.
  again() {
    this.forget();
    for (const [tile, coords] of this.canvases) this.paint(tile, coords);
  },

  forget() {
    this.colour = streetColours();
    this.projected = new Map();
  },

  createTile(coords) {
    const tile = document.createElement("canvas");
    this.canvases.set(tile, coords);
    this.paint(tile, coords);
    return tile;
  },

  paint(tile, coords) {
    const ratio = window.devicePixelRatio || 1;
    tile.width = tile.height = TILE * ratio; // which wipes it, too
    const brush = tile.getContext("2d");
    brush.scale(ratio, ratio);
    brush.lineCap = brush.lineJoin = "round";
    const west = coords.x * TILE - MARGIN;
    const north = coords.y * TILE - MARGIN;
    const side = TILE + 2 * MARGIN;
    const shapes = this.shapesAt(coords.z)
      .filter(({ box }) => box[0] <= west + side && box[2] >= west && box[1] <= north + side && box[3] >= north)
      .map((shape) => seenFrom(shape, coords.x * TILE, coords.y * TILE));
    for (const shape of shapes) stroke(brush, shape.points, shape.width + 2.5, this.colour.halo);
    for (const shape of shapes) stroke(brush, shape.points, shape.width, this.colour[shape.look], shape.dashes);
    for (const shape of shapes) {
      if (coords.z >= ARROWS_FROM && shape.backwards !== null) drawArrows(brush, shape, this.colour);
    }
    for (const shape of shapes) drawMouth(brush, shape, this.colour);
    for (const shape of shapes) {
      if (coords.z >= (shape.look === "road" ? NAMES_FROM.road : NAMES_FROM.alley)) drawName(brush, shape, this.colour);
    }
  },

  // Every street in pixels of the world at this zoom, narrow ones first so that the wide ones lie on top.
  shapesAt(zoom) {
    if (!this.projected.has(zoom)) {
      const shapes = this.network.all.map((street) => this.shape(street, zoom));
      this.projected.set(zoom, shapes.sort((a, b) => a.width - b.width));
    }
    return this.projected.get(zoom);
  },

  shape(street, zoom) {
    const { properties, geometry } = street;
    const pixel = ([lng, lat]) => {
      const { x, y } = this._map.project([lat, lng], zoom);
      return [x, y];
    };
    const points = geometry.coordinates.map(pixel);
    const mouth = zoom >= 15 ? this.network.mouthOf(street) : null;
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [x, y] of points) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
    return {
      points,
      box,
      name: properties.fullName,
      look: isAlley(street) ? (properties.kind === "ngach" ? "lane" : "alley") : "road",
      width: Math.max(1.2, WIDTHS[properties.widthClass] * Math.min(1.5, 0.5 + Math.max(0, zoom - 14) / 6)),
      dashes: isAlley(street) && !properties.name && !properties.number ? [7, 5] : [],
      backwards: this.network.isBackwards(street),
      mouth: mouth && { at: pixel(mouth.mouth), on: pixel(mouth.on) },
    };
  },
});

// In pixels of the tile: a canvas reckons in single precision, too coarse for pixels of the world.
function seenFrom(shape, left, top) {
  const shifted = ([x, y]) => [x - left, y - top];
  const { mouth } = shape;
  return { ...shape, points: shape.points.map(shifted), mouth: mouth && { at: shifted(mouth.at), on: shifted(mouth.on) } };
}

function stroke(brush, points, width, colour, dashes = []) {
  brush.beginPath();
  points.forEach(([x, y], i) => (i ? brush.lineTo(x, y) : brush.moveTo(x, y)));
  brush.lineWidth = width;
  brush.strokeStyle = colour;
  brush.setLineDash(dashes);
  brush.stroke();
  brush.setLineDash([]);
}

// Where so many pixels along the line lie, and which way it runs there.
export function along(points, distance) {
  let left = distance;
  for (let i = 1; i < points.length; i += 1) {
    const [dx, dy] = [points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]];
    const length = Math.hypot(dx, dy);
    if (left <= length || i === points.length - 1) {
      const share = length ? Math.min(1, left / length) : 0;
      return { x: points[i - 1][0] + share * dx, y: points[i - 1][1] + share * dy, angle: Math.atan2(dy, dx) };
    }
    left -= length;
  }
  return { x: points[0][0], y: points[0][1], angle: 0 };
}

export function lengthInPixels(points) {
  let length = 0;
  for (let i = 1; i < points.length; i += 1) {
    length += Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]);
  }
  return length;
}

function drawArrows(brush, { points, width, backwards }, colour) {
  const length = lengthInPixels(points);
  if (length < 24) return;
  const count = Math.max(1, Math.round(length / ARROW_EVERY));
  const size = Math.max(4, width * 0.75);
  for (let i = 0; i < count; i += 1) {
    // Between the middle, where the name stands, and the ends.
    const { x, y, angle } = along(points, (length * (i + (count === 1 ? 0.7 : 0.5))) / count);
    brush.save();
    brush.translate(x, y);
    brush.rotate(backwards ? angle + Math.PI : angle);
    brush.beginPath();
    brush.moveTo(-size, -size);
    brush.lineTo(size, 0);
    brush.lineTo(-size, size);
    brush.closePath();
    brush.lineWidth = 2.5;
    brush.strokeStyle = colour.halo;
    brush.stroke();
    brush.fillStyle = colour.arrow;
    brush.fill();
    brush.restore();
  }
}

// A ring where an alley leaves its parent, and dots to the parent's line where the two do not touch.
function drawMouth(brush, { mouth, look }, colour) {
  if (!mouth) return;
  stroke(brush, [mouth.at, mouth.on], 2, colour[look], [1, 5]);
  brush.beginPath();
  brush.arc(mouth.at[0], mouth.at[1], 4, 0, 2 * Math.PI);
  brush.fillStyle = colour.halo;
  brush.fill();
  brush.lineWidth = 2;
  brush.strokeStyle = colour[look];
  brush.stroke();
}

function drawName(brush, { points, name, width }, colour) {
  brush.font = FONT;
  const needed = brush.measureText(name).width;
  const length = lengthInPixels(points);
  if (length < needed + 12) return;
  const from = along(points, (length - needed) / 2);
  const to = along(points, (length + needed) / 2);
  if (Math.hypot(to.x - from.x, to.y - from.y) < needed * 0.85) return; // around a bend nobody could read it
  const middle = along(points, length / 2);
  let angle = Math.atan2(to.y - from.y, to.x - from.x);
  if (Math.abs(angle) > Math.PI / 2) angle += Math.PI;
  brush.save();
  brush.translate(middle.x, middle.y);
  brush.rotate(angle);
  brush.textAlign = "center";
  brush.textBaseline = "bottom";
  brush.lineWidth = 3.5;
  brush.strokeStyle = colour.halo;
  brush.strokeText(name, 0, -width / 2 - 2);
  brush.fillStyle = colour.text;
  brush.fillText(name, 0, -width / 2 - 2);
  brush.restore();
}
