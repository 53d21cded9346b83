// Which houses of a village somebody means who types a number, a street, a name or a code. Pure.
import { numberKey } from "./duplicates.js";

const LONG_CODE = 6; // digits from which a text is taken for a part of a code: shorter ones are numbers of houses
const NONE = 9;

// Rows that fit, the number itself first, then numbers that begin so, then whatever holds the text; within each as they came.
export function matching(houses, heads, text) {
  const wanted = folded(text);
  if (!wanted) return houses;
  const number = numberKey(text);
  const digits = wanted.replace(/[\s.\-–]/g, "");
  const isCode = digits.length >= LONG_CODE && /^\d+$/.test(digits);
  const rankOf = (house) => {
    const own = numberKey(house.number ?? "");
    if (number && own === number) return 0;
    if (isCode && (house.code ?? "").startsWith(digits)) return 1;
    if (number && own.startsWith(number)) return 2;
    return folded(`${house.number} ${house.street} ${(heads.get(house.house) ?? []).join(" ")}`).includes(wanted) ? 3 : NONE;
  };
  return houses
    .map((house) => ({ house, rank: rankOf(house) }))
    .filter(({ rank }) => rank !== NONE)
    .sort((one, other) => one.rank - other.rank)
    .map(({ house }) => house);
}

function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase().trim();
}
