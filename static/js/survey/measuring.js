// Measure where one stands, with discipline: fixes for up to 30 seconds, then their mean as position.js takes it. Pure:
// the receiver (navigator.geolocation), the clock and the timer are handed over.
import { average, BAD_M, FAR_M, GOOD_M, LONGEST_MS, metresBetween, POOR_M } from "./position.js";

const FEWEST = 3; // fixes before a good one ends it: the first ones are often old
const OPTIONS = Object.freeze({ enableHighAccuracy: true, maximumAge: 0, timeout: LONGEST_MS });
const DENIED = 1;

// Calls `told({fixes, best, left_ms})` as fixes come. Resolves to a position of the wire, or to {failed: "denied" | "none"};
// `stop()` ends it with what is there.
export class Measuring {
  constructor({ receiver, now = () => Date.now(), later = (work, ms) => setTimeout(work, ms), forget = (timer) => clearTimeout(timer), told = () => {} }) {
    Object.assign(this, { receiver, now, later, forget, told });
    this.fixes = [];
    this.stop = () => {};
  }

  run() {
    if (!this.receiver) return Promise.resolve({ failed: "none" });
    return new Promise((resolve) => {
      const began = this.now();
      let tick = null;
      const end = (failed = null) => {
        this.receiver.clearWatch(watch);
        this.forget(tick);
        this.stop = () => {};
        const position = measuredFrom(this.fixes);
        resolve(position ?? { failed: failed ?? "none" });
      };
      const tell = () => {
        const left = Math.max(0, LONGEST_MS - (this.now() - began));
        this.told({ fixes: this.fixes.length, best: bestOf(this.fixes), left_ms: left });
        if (left === 0) return end();
        this.forget(tick);
        tick = this.later(tell, Math.min(left, 1000));
        return undefined;
      };
      const take = ({ coords }) => {
        this.fixes.push({ lng: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy });
        const mean = average(this.fixes);
        if (mean && !mean.doubtful && this.fixes.length >= FEWEST && mean.accuracy_m <= GOOD_M) return end();
        return tell();
      };
      const missed = (error) => {
        if (error.code === DENIED) end("denied");
      };
      const watch = this.receiver.watchPosition(take, missed, OPTIONS);
      this.stop = end;
      tell();
    });
  }
}

function bestOf(fixes) {
  const known = fixes.map((fix) => fix.accuracy_m).filter((metres) => metres > 0);
  return known.length ? Math.min(...known) : null;
}

// The position of docs/survey.md from fixes; null where none is usable.
export function measuredFrom(fixes) {
  const mean = average(fixes);
  if (mean === null) return null;
  return {
    source: mean.used > 1 ? "averaged" : "gps",
    lng: rounded(mean.lng, 7), lat: rounded(mean.lat, 7), accuracy_m: rounded(mean.accuracy_m, 1),
    fixes: mean.fixes, used: mean.used, spread_m: rounded(mean.spread_m, 1),
    doubtful: mean.doubtful, reason: "", measured: null,
  };
}

// The position after somebody put the pin elsewhere: where it was measured stays beside it.
export function moved(position, { lng, lat }) {
  const place = { lng: rounded(lng, 7), lat: rounded(lat, 7) };
  if (position === null) {
    return {
      source: "map", ...place, accuracy_m: null, fixes: 0, used: 0, spread_m: null, doubtful: false, reason: "", measured: null,
    };
  }
  const isMeasured = position.source === "gps" || position.source === "averaged";
  const measured = isMeasured ? { lng: position.lng, lat: position.lat } : position.measured;
  return { ...position, source: "map", ...place, measured };
}

function rounded(number, places) {
  return Number(number.toFixed(places));
}

// What is to be said of a position, as [{code, metres}]; codes are names of form_words.py. `house` is {lng, lat} of the
// register or null, `village` and `commune` say whether a place is inside: (lng, lat) → boolean.
export function doubts(position, { house = null, village = () => true, commune = () => true } = {}) {
  if (position === null) return [];
  const found = [];
  const accuracy = position.accuracy_m ?? 0;
  if (position.doubtful) found.push({ code: "doubtful" });
  const isPlaced = position.source === "map";
  if (needsReason(position)) found.push({ code: "bad" });
  else if (!isPlaced && accuracy > POOR_M) found.push({ code: "poor" });
  const stood = position.measured ?? (isPlaced ? null : position);
  const goal = isPlaced && position.measured ? position : house;
  if (stood && goal) {
    const metres = metresBetween(stood.lng, stood.lat, goal.lng, goal.lat);
    if (metres > FAR_M + accuracy) found.push({ code: "far", metres: Math.round(metres) });
  }
  if (!commune(position.lng, position.lat)) found.push({ code: "outsideCommune" });
  else if (!village(position.lng, position.lat)) found.push({ code: "outside" });
  return found;
}

// What keeps a visit from being sent: a code of form_words.py, or "".
export function missingOf(position, { isNew, commune = () => true }) {
  if (position === null) return isNew ? "newNeedsPlace" : "";
  if (isNew && !commune(position.lng, position.lat)) return "outsideCommune";
  if (needsReason(position) && !position.reason.trim()) return "reasonNeeded";
  return "";
}

// Whether it was measured badly, also where somebody has put the pin elsewhere since; households/survey/position.py asks the same.
export function needsReason(position) {
  return position !== null && (position.source !== "map" || Boolean(position.measured)) && position.accuracy_m > BAD_M;
}
