// A position from the fixes of the phone: bad ones dropped, the rest weighed by how good they are. Pure.
// households/survey/position.py does the same at the server; tests/data/survey_positions.json holds both to it.

export const GOOD_M = 5;
export const POOR_M = 10;
export const BAD_M = 20;
export const FAR_M = 80;
export const LONGEST_MS = 30_000;
const WORSE = 2;
const METRES_PER_DEGREE = 111_320;

// `fixes` are {lng, lat, accuracy_m}; null where none is usable.
export function average(fixes) {
  const usable = fixes.filter((fix) => Number.isFinite(fix.lng + fix.lat + fix.accuracy_m) && fix.accuracy_m > 0);
  const exact = fixes.find((fix) => fix.accuracy_m === 0);
  const doubtful = exact !== undefined;
  if (usable.length === 0) {
    if (!doubtful) return null;
    return { lng: exact.lng, lat: exact.lat, accuracy_m: 0, spread_m: 0, used: 1, fixes: fixes.length, doubtful };
  }
  const best = Math.min(...usable.map((fix) => fix.accuracy_m));
  const kept = usable.filter((fix) => fix.accuracy_m <= WORSE * best);
  let total = 0;
  let lng = 0;
  let lat = 0;
  for (const fix of kept) {
    const weight = fix.accuracy_m ** -2;
    total += weight;
    lng += weight * fix.lng;
    lat += weight * fix.lat;
  }
  lng /= total;
  lat /= total;
  const squares = kept.reduce((sum, fix) => sum + metresBetween(lng, lat, fix.lng, fix.lat) ** 2, 0);
  return {
    lng,
    lat,
    accuracy_m: Math.max(total ** -0.5, best / 2, 1),
    spread_m: Math.sqrt(squares / kept.length),
    used: kept.length,
    fixes: fixes.length,
    doubtful,
  };
}

export function metresBetween(lng, lat, otherLng, otherLat) {
  const east = (otherLng - lng) * Math.cos((((lat + otherLat) / 2) * Math.PI) / 180) * METRES_PER_DEGREE;
  return Math.hypot(east, (otherLat - lat) * METRES_PER_DEGREE);
}
