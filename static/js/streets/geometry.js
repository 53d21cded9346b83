// Measuring and placing on lines of [lng, lat]. Pure: knows neither the map nor the page.

const METRES_PER_DEGREE = 111_320;

// How many metres a degree of longitude and one of latitude are at this latitude.
export function metresPerDegree(lat) {
  return [METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180), METRES_PER_DEGREE];
}

export function middleOf(a, b) {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

// [west, south, east, north]
export function boxOf(line) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lng, lat] of line) {
    box[0] = Math.min(box[0], lng);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lng);
    box[3] = Math.max(box[3], lat);
  }
  return box;
}

// The point of the line nearest to `point`: { at, distance, segment }, measured with `scale` units a degree
// of longitude and latitude (metres by default). `segment` is the place of the point before it.
export function nearestOn(line, point, scale = metresPerDegree(point[1])) {
  let best = { at: line[0], distance: Infinity, segment: 0 };
  for (let i = 0; i < Math.max(1, line.length - 1); i += 1) {
    const from = line[i];
    const to = line[i + 1] ?? from;
    const across = [(to[0] - from[0]) * scale[0], (to[1] - from[1]) * scale[1]];
    const away = [(point[0] - from[0]) * scale[0], (point[1] - from[1]) * scale[1]];
    const square = across[0] ** 2 + across[1] ** 2;
    const share = square ? Math.min(1, Math.max(0, (across[0] * away[0] + across[1] * away[1]) / square)) : 0;
    const at = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
    const distance = Math.hypot((point[0] - at[0]) * scale[0], (point[1] - at[1]) * scale[1]);
    if (distance < best.distance) best = { at, distance, segment: i };
  }
  return best;
}

// Whether numbers rise against the line as drawn, by the circular: an alley from its mouth on `parent` (a line or
// null), any other from north to south, east to west, north-east to south-west, south-east to north-west. Null where
// it takes more than the line to tell: outward from a centre that is chosen with the numbering.
export function risesBackwards(line, direction, parent) {
  if (direction === "outward") return null;
  if (direction === "as_drawn") return false;
  const first = line[0];
  const last = line[line.length - 1];
  if (parent) return nearestOn(parent, last).distance < nearestOn(parent, first).distance;
  const [east, north] = metresPerDegree(first[1]);
  const heading = (Math.atan2((last[0] - first[0]) * east, (last[1] - first[1]) * north) * 180) / Math.PI;
  const clockwise = (heading + 360) % 360; // 0 is north, 90 east
  return !(clockwise >= 157.5 && clockwise < 337.5); // south, south-west, west and north-west, each with its eighth
}

// Whether a point lies inside a ring, whose last point may repeat its first.
export function contains(ring, [x, y]) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
