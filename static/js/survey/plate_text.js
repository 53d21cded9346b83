// What was scanned or typed from a plate, and which house it may be of. Pure. households/codes.py writes and reads these.
import { metresBetween } from "./position.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRTVWXYZ";
const TOKEN_LENGTH = 12;
const READ_AS = { I: "1", L: "1", O: "0", S: "5", U: "V" };
const SEPARATORS = /[\s.\-–]/g;
const PLUS_DIGITS = "23456789CFGHJMPQRVWX";
const PLUS = /^([2-9CFGHJMPQRVWX]{8})\+([2-9CFGHJMPQRVWX]{2})([2-9CFGHJMPQRVWX])$/;
const HOUSE_M = 6; // from the middle of the plate's cell of 3.5 × 2.8 m to the house that it hangs on

// {token, place: {lng, lat} | null} of a plate's symbol or its letters, {code} of a house code, null of anything else.
export function readPlate(text) {
  const address = /^https?:\/\/[^/]+\/([^/?#]+)(?:\/([^/?#]+))?\/?$/i.exec(text.trim());
  if (address) {
    const token = tokenOf(address[1]);
    return token && { token, place: placeOf(decodeURIComponent(address[2] ?? "")) };
  }
  const code = text.replace(SEPARATORS, "");
  if (/^[1-9]\d{8}$/.test(code)) return { code };
  const token = tokenOf(text);
  return token && { token, place: null };
}

export function tokenOf(text) {
  const letters = text.replace(SEPARATORS, "").toUpperCase().replace(/[ILOSU]/g, (one) => READ_AS[one]);
  if (letters.length !== TOKEN_LENGTH) return null;
  const values = Array.from(letters, (letter) => ALPHABET.indexOf(letter));
  const sum = values.reduce((total, value, place) => total + (place + 1) * value, 0);
  return !values.includes(-1) && sum % ALPHABET.length === 0 ? letters : null;
}

// The middle of a Plus Code of 11 digits, or null.
export function placeOf(text) {
  const parts = PLUS.exec(text.toUpperCase());
  if (!parts) return null;
  const digits = Array.from(parts[1] + parts[2], (one) => PLUS_DIGITS.indexOf(one));
  let lat = -90;
  let lng = -180;
  let size = 20;
  for (let place = 0; place < 10; place += 2) {
    lat += digits[place] * size;
    lng += digits[place + 1] * size;
    size /= 20;
  }
  const cell = size * 20; // of ten digits: 1/8000 of a degree, cut into 5 rows and 4 columns
  const last = PLUS_DIGITS.indexOf(parts[3]);
  return { lng: lng + ((last % 4) + 0.5) * (cell / 4), lat: lat + (Math.floor(last / 4) + 0.5) * (cell / 5) };
}

// What a pack knows a token by (households/survey/plate_keys.py): the pack holds no tokens.
export async function keyOf(token) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  return Array.from(digest.slice(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The houses that what was read may belong to, nearest first: {rows, isSure}. By the code, or by the plate itself; where the
// phone does not know the plate, by the place that its symbol says, which is sure only where no plates are known at all.
// `houses` are rows {house, code, lng, lat}, `plates` Map(key → house) or null where a village tells of none.
export async function housesOf(read, houses, plates = null) {
  if (read.code) return { rows: houses.filter((row) => row.code === read.code), isSure: true };
  const hung = plates?.get(await keyOf(read.token));
  const rows = houses.filter((row) => row.house === hung);
  if (rows.length || !read.place) return { rows, isSure: true };
  const away = (row) => metresBetween(read.place.lng, read.place.lat, row.lng, row.lat);
  const near = houses.filter((row) => away(row) <= HOUSE_M).sort((one, other) => away(one) - away(other));
  return { rows: near, isSure: plates === null };
}
