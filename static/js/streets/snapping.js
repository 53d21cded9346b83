// Where a point that is being placed jumps to: the larger of the streets there, of one as large as another an end before
// a line, a line before nothing.
// Pure: the screen comes in as pixels a degree.
import { boxOf, nearestOn } from "./geometry.js";

// Pixels a degree of longitude and of latitude in Web Mercator.
export function pixelsPerDegree(zoom, lat) {
  const pixels = (256 * 2 ** zoom) / 360;
  return [pixels, pixels / Math.cos((lat * Math.PI) / 180)];
}

export class SnapTargets {
  // `streets` are { id, line, level }: 0 is a road, and the higher the level the smaller the street.
  constructor(streets) {
    this.streets = streets.map(({ id, line, level = 0 }) => ({ id, line, level, box: boxOf(line) }));
  }

  // { at, id, kind: "end" | "line" } or null. `reach` in pixels; `except` is a street's id; `ends` are more points
  // to jump to, such as the first of a ring. `larger`: an alley that is nearer by less than half the reach gives way
  // to the road beside it, since from afar nobody hits the one and not the other.
  find(point, zoom, reach, { except = null, ends = [], larger = false } = {}) {
    const scale = pixelsPerDegree(zoom, point[1]);
    const found = [];
    const offer = (kind, at, { id, level }) => {
      const distance = Math.hypot((at[0] - point[0]) * scale[0], (at[1] - point[1]) * scale[1]);
      if (distance <= reach) found.push({ at, id, kind, distance, level });
    };
    for (const at of ends) offer("end", at, { id: null, level: 0 });
    for (const street of this.near(point, [reach / scale[0], reach / scale[1]])) {
      if (street.id === except) continue;
      offer("end", street.line[0], street);
      offer("end", street.line[street.line.length - 1], street);
      offer("line", nearestOn(street.line, point, scale).at, street);
    }
    const nearest = Math.min(...found.map(({ distance }) => distance));
    const meant = larger ? found.filter(({ distance }) => distance <= nearest + reach / 2) : found;
    const level = ({ level: of }) => (larger ? of : 0);
    const inOrder = (a, b) => level(a) - level(b) || (a.kind === "end" ? 0 : 1) - (b.kind === "end" ? 0 : 1) || a.distance - b.distance;
    return meant.sort(inOrder)[0] ?? null;
  }

  // The streets whose box, grown by so many degrees, holds the point.
  near(point, [east, north]) {
    return this.streets.filter(
      ({ box }) =>
        point[0] >= box[0] - east && point[0] <= box[2] + east && point[1] >= box[1] - north && point[1] <= box[3] + north,
    );
  }
}
