// Houses that may be the one that somebody is about to add: at the same point, or near with the same number or the same
// head of household. Pure. Numbers and streets are compared as households/same_address.py compares them.

export const SAME_POINT_M = 8; // a small house is as wide
export const SAME_NUMBER_M = 300;
export const SAME_NAME_M = 200;
const MOST = 5;
const METRES_PER_DEGREE = 111_320;

const KIND_WORDS = {
  đ: "đường", đg: "đường", p: "phố", ph: "phố", ng: "ngõ", ngh: "ngách", k: "kiệt", h: "hẻm",
  ql: "quốc lộ", tl: "tỉnh lộ", đt: "tỉnh lộ", hl: "huyện lộ", đl: "đại lộ",
};
const SPOKEN = /^(?:SỐ NHÀ|NHÀ SỐ|SỐ|NHÀ|SN)[\s.:]+/;
const ZEROS = /(^|[^0-9])0+(?=[0-9])/g;
const SHORT = new RegExp(`^(${Object.keys(KIND_WORDS).sort((a, b) => b.length - a.length).join("|")})(?:\\.\\s*|\\s+|(?=[0-9]))`);
// A tone on the first vowel of oa, oe, uy, or on the u of qu, in small letters.
const OLD_PLACEMENT = /[òóỏõọ][aăe]|q[ùúủũụ][aăâeêiyoôơ]|[ùúủũụ]y/g;

const oneSpaced = (text) => text.replace(/\s+/g, " ").trim();

export function numberKey(text) {
  const key = oneSpaced(text.normalize("NFC").toUpperCase()).replace(/[‐‑‒–—−]/g, "-");
  return key.replace(SPOKEN, "").replaceAll(" ", "").replace(ZEROS, "$1");
}

export function streetKey(text) {
  const key = oneSpaced(withOneTone(text.normalize("NFC").toLowerCase()).replaceAll("ð", "đ"));
  return key.replace(SHORT, (_whole, short) => `${KIND_WORDS[short]} `);
}

export function nameKey(text) {
  return oneSpaced(withOneTone(text.normalize("NFC").toLowerCase()));
}

// "hòa" as "hoà": the tone on the second vowel.
function withOneTone(text) {
  return text.replace(OLD_PLACEMENT, (found) => {
    const [first, second] = found.slice(-2);
    const [bare, tone] = first.normalize("NFD");
    return found.slice(0, -2) + bare + (second + tone).normalize("NFC");
  });
}

// `typed` is {house, lng, lat, number, street, head_name}, place null while nobody knows it; `houses` are {house, lng, lat,
// number, street}, `heads` Map(house → names). Returns [{house, why: [code], metres}], the most alike first; codes are
// names of form_words.py. Without a place, whatever has the same number and street or the same name counts.
export function alike(typed, houses, heads = new Map()) {
  const number = numberKey(typed.number ?? "");
  const street = streetKey(typed.street ?? "");
  const name = nameKey(typed.head_name ?? "");
  const hasPlace = Number.isFinite(typed.lng) && Number.isFinite(typed.lat);
  const found = [];
  for (const row of houses) {
    if (row.house === typed.house) continue;
    const metres = hasPlace && Number.isFinite(row.lng ?? NaN) ? metresTo(typed, row) : null;
    const isWithin = (most) => metres === null || metres <= most;
    const why = [];
    if (metres !== null && metres <= SAME_POINT_M) why.push("samePoint");
    const isSameStreet = !street || !row.street || streetKey(row.street) === street;
    if (number && isWithin(SAME_NUMBER_M) && numberKey(row.number ?? "") === number && isSameStreet) why.push("sameNumber");
    if (name && isWithin(SAME_NAME_M) && (heads.get(row.house) ?? []).some((one) => nameKey(one) === name)) why.push("sameName");
    if (why.length) found.push({ house: row.house, why, metres: metres === null ? null : Math.round(metres) });
  }
  found.sort((one, other) => other.why.length - one.why.length || (one.metres ?? 0) - (other.metres ?? 0));
  return found.slice(0, MOST);
}

function metresTo(one, other) {
  const north = (other.lat - one.lat) * METRES_PER_DEGREE;
  if (Math.abs(north) > 2 * SAME_NUMBER_M) return Infinity;
  return Math.hypot(north, (other.lng - one.lng) * METRES_PER_DEGREE * Math.cos((one.lat * Math.PI) / 180));
}
