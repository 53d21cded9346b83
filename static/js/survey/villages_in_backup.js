// Villages in a backup: as much of each as the forms of its drafts and of what was refused need to open, since the server hands out
// none any more once the last day is over. All of it lay on the phone that made the file.

import { keyOf } from "./keys.js";
import { asked } from "./store.js";

const draftsOf = ({ drafts, queue }) => [...drafts, ...queue.map((entry) => entry.draft)];

// {packs, houses, households} of keeping.everything(): villages with a draft or an entry, and of them those houses alone.
export function villagesOf(kept) {
  const drafts = draftsOf(kept);
  const named = new Set(drafts.map(({ round, house }) => keyOf(round, house)));
  const isNamed = ({ round, house }) => named.has(keyOf(round, house));
  const [houses, households] = [kept.houses.filter(isNamed), kept.households.filter(isNamed)];
  // A house that was given another village stands there now.
  const places = new Set([...drafts, ...houses].map(({ round, village }) => keyOf(round, village)));
  return { packs: kept.packs.filter(({ round, village }) => places.has(keyOf(round, village))), houses, households };
}

// Within a transaction over packs, houses, households, drafts and queue: villages of a file that do not lie here come along where
// something of theirs does by now. They have no cursor, so that they are fetched whole with the next changes, where they may, and say until then that they are a part.
export async function bringVillages(s, { packs = [], houses = [], households = [] }) {
  const here = draftsOf({ drafts: await asked(s.drafts.getAll()), queue: await asked(s.queue.getAll()) });
  const named = new Set(here.map(({ round, house }) => keyOf(round, house)));
  const isNamed = ({ round, house }) => named.has(keyOf(round, house));
  const places = new Set([...here, ...houses.filter(isNamed)].map(({ round, village }) => keyOf(round, village)));
  const come = new Set();
  for (const pack of packs) {
    const key = keyOf(pack.round, pack.village);
    if (!places.has(key) || (await asked(s.packs.get([pack.round, pack.village])))) continue;
    s.packs.put({ ...pack, cursor: "", isPart: true });
    come.add(key);
  }
  const isComing = (row) => isNamed(row) && come.has(keyOf(row.round, row.village));
  for (const row of houses.filter(isComing)) if (!(await asked(s.houses.get([row.round, row.house])))) s.houses.put(row);
  for (const row of households.filter(isComing)) if (!(await asked(s.households.get([row.round, row.id])))) s.households.put(row);
}
