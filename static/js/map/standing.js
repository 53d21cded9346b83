// "Where I stand": the device's position as a dot with its accuracy, asked for once when the button is pressed.
// `found` gets the place and its accuracy in metres, where somebody wants to know.
/* global L */
import { byId } from "./elements.js";

const REASONS = { 1: "positionDenied", 2: "positionUnknown", 3: "positionUnknown" };

export function offerPosition({ map, notices, text, found = null }) {
  const button = byId("locate-button");
  let shown = null;
  button.hidden = !("geolocation" in navigator);
  button.addEventListener("click", () => {
    button.disabled = true;
    notices.show("locating", text.locating);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.disabled = false;
        notices.clear("locating");
        shown?.remove();
        const at = [coords.latitude, coords.longitude];
        shown = L.layerGroup([
          L.circle(at, { radius: coords.accuracy, className: "map-accuracy", interactive: false }),
          L.circleMarker(at, { radius: 7, className: "map-here", interactive: false }),
        ]).addTo(map);
        map.setView(at, Math.max(map.getZoom(), 17), { animate: !found }); // what is found may move the map once more
        found?.(L.latLng(at), coords.accuracy);
      },
      (error) => {
        button.disabled = false;
        notices.clear("locating");
        notices.done(text[REASONS[error.code]] ?? text.positionUnknown);
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 5000 },
    );
  });
}
