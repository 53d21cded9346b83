// Where a point that is being placed jumps to: the end of another street before its line, its line before nothing.
// Pure: the screen comes in as pixels a degree.
import { boxOf, nearestOn } from "./geometry.js";

// Pixels a degree of longitude and of latitude in Web Mercator.
export function pixelsPerDegree(zoom, lat) {
  const pixels = (256 * 2 ** zoom) / 360;
  return [pixels, pixels / Math.cos((lat * Math.PI) / 180)];
}

export class SnapTargets {
  // `streets` are { id, line }.
  constructor(streets) {
    this.streets = streets.map(({ id, line }) => ({ id, line, box: boxOf(line) }));
  }

  // { at, id, kind: "end" | "line" } or null. `reach` in pixels; `except` is a street's id; `ends` are more points
  // to jump to, such as the first of a ring.
  find(point, zoom, reach, { except = null, ends = [] } = {}) {
    const scale = pixelsPerDegree(zoom, point[1]);
    let end = null;
    let line = null;
    const offer = (at, id) => {
      const distance = Math.hypot((at[0] - point[0]) * scale[0], (at[1] - point[1]) * scale[1]);
      if (distance <= reach && distance < (end?.distance ?? Infinity)) end = { at, id, kind: "end", distance };
    };
    for (const at of ends) offer(at, null);
    for (const street of this.near(point, [reach / scale[0], reach / scale[1]])) {
      if (street.id === except) continue;
      offer(street.line[0], street.id);
      offer(street.line[street.line.length - 1], street.id);
      const found = nearestOn(street.line, point, scale);
      if (found.distance <= reach && found.distance < (line?.distance ?? Infinity)) {
        line = { at: found.at, id: street.id, kind: "line", distance: found.distance };
      }
    }
    return end ?? line;
  }

  // The streets whose box, grown by so many degrees, holds the point.
  near(point, [east, north]) {
    return this.streets.filter(
      ({ box }) =>
        point[0] >= box[0] - east && point[0] <= box[2] + east && point[1] >= box[1] - north && point[1] <= box[3] + north,
    );
  }
}
