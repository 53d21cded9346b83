// Houses on the other side of a village's border: of the round's other villages that lie on the phone, near to where a house
// is being added.

import { headsOf, withOwn } from "./own_houses.js";

const NEAR_M = 600; // twice as far as a number counts: the pin may still be moved
const METRES_PER_DEGREE = 111_320;

// {houses, heads} as duplicates.js takes them; `of` of a row is its village's name. `at` is [lng, lat], or null: then none.
export async function besideVillage(keeping, { round, village, at, drafts, queue }) {
  const packs = at === null ? [] : (await keeping.packs.all()).filter((pack) => pack.round === round && pack.village !== village);
  const found = { houses: [], heads: new Map() };
  for (const pack of packs) {
    const here = { drafts, queue, round, village: pack.village };
    const [houses, households] = await Promise.all([keeping.houses.of(round, pack.village), keeping.households.of(round, pack.village)]);
    const near = withOwn(houses, here).filter((row) => isNear(row, at));
    if (near.length === 0) continue;
    const heads = headsOf(households, here);
    for (const row of near) found.heads.set(row.house, heads.get(row.house) ?? []);
    found.houses.push(...near.map((row) => ({ ...row, of: pack.name })));
  }
  return found;
}

function isNear({ lng, lat }, [atLng, atLat]) {
  if (!Number.isFinite(lng ?? NaN)) return false;
  const east = (lng - atLng) * Math.cos((atLat * Math.PI) / 180);
  return Math.hypot(east, lat - atLat) * METRES_PER_DEGREE <= NEAR_M;
}
