// What every map page does first: controls and names in the reader's language, and where it looks.
/* global L */
import { parseHash } from "./place.js";

export function setUpControls(map, text) {
  map.zoomControl.remove();
  L.control.zoom({ zoomInTitle: text.zoomIn, zoomOutTitle: text.zoomOut }).addTo(map);
  const container = map.getContainer();
  container.setAttribute("role", "application");
  container.setAttribute("aria-label", text.mapLabel);
  container.setAttribute("aria-describedby", "map-keys");
}

// Where the address says, or at `bounds`.
export function lookAtTheStart(map, bounds, maxZoom) {
  map.setMinZoom(6).setMaxZoom(maxZoom);
  const place = parseHash(location.hash);
  if (place) map.setView([place.lat, place.lng], place.zoom);
  else map.fitBounds(bounds, { padding: [16, 16], maxZoom: 17 });
}
