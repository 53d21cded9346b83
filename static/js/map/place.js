// Where the map looks, kept in the address: #zoom/lat/lng, and ?house=CODE for an open house. Pure but for `keep`.

export function parseHash(hash) {
  const match = /^#(\d{1,2})\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/.exec(hash);
  if (!match) return null;
  const [zoom, lat, lng] = match.slice(1).map(Number);
  return zoom <= 22 && Math.abs(lat) <= 85 && Math.abs(lng) <= 180 ? { zoom, lat, lng } : null;
}

export function formatHash(zoom, { lat, lng }) {
  return `#${zoom}/${lat.toFixed(5)}/${lng.toFixed(5)}`;
}

export function houseOf(search) {
  const code = (new URLSearchParams(search).get("house") ?? "").replace(/\D/g, "");
  return code.length === 9 ? code : null;
}

// Writes both without a new entry in the history: going back should leave the map, not retrace it.
export function keep({ hash = location.hash, house = houseOf(location.search) }) {
  history.replaceState(null, "", location.pathname + (house ? `?house=${house}` : "") + hash);
}
