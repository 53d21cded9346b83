// Whether a place lies in an outline: GeoJSON Polygon or MultiPolygon in degrees. Pure.

// (lng, lat) → boolean; without an outline every place is inside, since nothing is known.
export function insideOf(outline) {
  if (!outline) return () => true;
  const polygons = outline.type === "Polygon" ? [outline.coordinates] : outline.coordinates;
  return (lng, lat) => polygons.some((rings) => isInRing(rings[0], lng, lat) && !rings.slice(1).some((hole) => isInRing(hole, lng, lat)));
}

// The same of [west, south, east, north], where no outline was taken along.
export function insideBounds(bounds) {
  if (!bounds) return () => true;
  const [west, south, east, north] = bounds;
  return (lng, lat) => lng >= west && lng <= east && lat >= south && lat <= north;
}

// Counts how often a ray to the east crosses the ring.
function isInRing(ring, lng, lat) {
  let isInside = false;
  for (let place = 0, before = ring.length - 1; place < ring.length; before = place, place += 1) {
    const [x, y] = ring[place];
    const [px, py] = ring[before];
    if (y > lat !== py > lat && lng < ((px - x) * (lat - y)) / (py - y) + x) isInside = !isInside;
  }
  return isInside;
}
