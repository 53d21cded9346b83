// Arrowheads along a street, the way its numbers rise: as triangles in degrees for one zoom.
/* global L */

const EVERY = 130; // pixels between two arrowheads
const LONG = 9;
const WIDE = 4.5;

// `line` is [[lng, lat], …] the way the numbers rise. A street shorter than an arrowhead gets none.
export function arrowheads(map, line, zoom) {
  const points = line.map(([lng, lat]) => map.project([lat, lng], zoom));
  const lengths = points.slice(1).map((point, place) => point.distanceTo(points[place]));
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  if (whole < 3 * LONG) return [];
  const count = Math.max(1, Math.floor(whole / EVERY));
  const found = [];
  for (let number = 0; number < count; number += 1) {
    found.push(arrowhead(map, points, lengths, ((number + 0.5) * whole) / count, zoom));
  }
  return found;
}

function arrowhead(map, points, lengths, distance, zoom) {
  let place = 0;
  let left = distance;
  while (place < lengths.length - 1 && left > lengths[place]) {
    left -= lengths[place];
    place += 1;
  }
  const [from, to] = [points[place], points[place + 1]];
  const along = to.subtract(from).divideBy(lengths[place] || 1);
  const across = L.point(-along.y, along.x);
  const middle = from.add(along.multiplyBy(left));
  const back = middle.subtract(along.multiplyBy(LONG / 2));
  const corners = [middle.add(along.multiplyBy(LONG / 2)), back.add(across.multiplyBy(WIDE)), back.subtract(across.multiplyBy(WIDE))];
  return corners.map((corner) => map.unproject(corner, zoom));
}
