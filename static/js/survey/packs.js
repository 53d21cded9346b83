// Villages that are taken along: whole once, then only what changed.

import { NetworkError, Refused, exchange, getBytesSlowly } from "../core/http.js";
import { judge } from "./judging.js";
import { NoRoom } from "./store.js";

const FRESH_MS = 120_000;
const SILENCE_MS = 60_000; // after which nothing more comes over a line

// Fetch a village and keep it; `came(bytes)` as it comes in. Throws NetworkError, Refused, or NoRoom of keeping.js. With `from`,
// a cursor, it is kept only where the village lies here with that one.
export async function takeAlong(keeping, round, village, came = () => {}, from = null) {
  const query = new URLSearchParams({ round: round.id, village: village.code });
  const bytes = await whileItComes((signal, heard) => getBytesSlowly(`/api/survey/pack?${query}`, heard, { signal }), came);
  let answer = null;
  try {
    answer = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new NetworkError("pack"); // a page of somebody else's
  }
  if (!isPack(answer, round.id, village.code)) throw new NetworkError("pack");
  await keeping.takeIn({ ...understoodPack(answer, null, bytes.byteLength), from });
}

// However long it takes, as long as something comes.
async function whileItComes(fetched, came) {
  const given = new AbortController();
  let timer = null;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => given.abort(), SILENCE_MS);
  };
  wait();
  try {
    return await fetched(given.signal, (bytes) => {
      wait();
      came(bytes);
    });
  } catch (error) {
    throw given.signal.aborted ? new NetworkError("pack") : error;
  } finally {
    clearTimeout(timer);
  }
}

// What changed of every village that is here. A village that is no longer ours says so and stays until what was surveyed
// there is sent. Never throws for the network's sake; NoRoom once all villages were asked, those after the one that found none too.
export async function fetchChanges(keeping, changed = () => {}) {
  let noRoom = null;
  for (const pack of await keeping.packs.all()) {
    if (isFresh(pack) && !(await hasNewReceipt(keeping, pack))) continue;
    try {
      await fetchChangesOf(keeping, pack);
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      noRoom ??= error;
    }
    changed();
  }
  if (noRoom) throw noRoom;
}

// One that is to come whole has as long for it as it takes; changes have a minute. Where it is refused they say why.
async function fetchChangesOf(keeping, pack) {
  if (pack.cursor === "" && (await takeAnew(keeping, pack, "")) !== "refused") return;
  const query = new URLSearchParams({ round: pack.round, village: pack.village, cursor: pack.cursor });
  const answer = await exchange(`/api/survey/changes?${query}`);
  if (answer?.status === 200 && isPack(answer.body, pack.round, pack.village)) {
    await keeping.takeIn({ ...understoodPack(answer.body, pack, pack.bytes), from: pack.cursor });
    if (asksByOtherRules(answer.body, pack)) await takeAnew(keeping, pack, answer.body.cursor);
  } else if (answer && answer.status >= 400) {
    const told = judge({}, answer);
    if (["assignment_ended", "round_closed", "not_found"].includes(told.code)) {
      await keeping.packs.mark(pack.round, pack.village, told.error);
    }
  }
}

// Changes name the version of the rules alone.
function asksByOtherRules({ rules }, pack) {
  return rules?.version !== undefined && !rules.sections && rules.version !== pack.rules?.version;
}

// "" where it came, "refused", or "unreachable": then the next changes ask for it again.
async function takeAnew(keeping, { round, village }, from) {
  try {
    await takeAlong(keeping, { id: round }, { code: village }, () => {}, from);
    return "";
  } catch (error) {
    if (error instanceof Refused) return "refused";
    if (error instanceof NetworkError) return "unreachable";
    throw error;
  }
}

// A time to come was told by a clock that has been put right since; what has no cursor is to come whole.
function isFresh(pack) {
  const age = Date.now() - Date.parse(pack.asked_at ?? pack.taken_at);
  return pack.cursor !== "" && age >= 0 && age < FRESH_MS;
}

async function hasNewReceipt(keeping, pack) {
  const receipts = await keeping.receipts.all();
  return receipts.some((one) => one.key.startsWith(`${pack.round}/`) && one.received_at > (pack.asked_at ?? pack.taken_at));
}

function isPack(answer, round, village) {
  return typeof answer?.cursor === "string" && answer.round?.id === round && answer.village?.code === village;
}

// The answer of `pack` or `changes` in the words of keeping.js; `before` is the pack that is here.
export function understoodPack(answer, before, bytes, now = new Date().toISOString()) {
  const { columns } = answer;
  const rows = (name) => (answer[name] ?? []).map((row) => Object.fromEntries(columns[name].map((key, at) => [key, row[at]])));
  const isWhole = before === null || answer.whole === true;
  const houses = rows("houses").map(({ id, ...rest }) => ({ house: id, ...rest }));
  const visits = rows("visits");
  // Houses that others have added are in no register yet.
  for (const visit of visits.filter((one) => one.is_new && one.lng !== null)) {
    const { house, number, street, lng, lat } = visit;
    if (!houses.some((one) => one.house === house)) houses.push({ house, number, street, lng, lat, is_new: true });
  }
  const streets = new Map((isWhole ? [] : before.streets).map((street) => [street.id, street]));
  for (const street of rows("streets")) streets.set(street.id, street);
  const plates = platesOf(rows("plates"), isWhole ? {} : before.plates, answer.plates);
  const stay = answer.street_ids ? new Set(answer.street_ids) : null;
  return {
    isWhole, houses, visits,
    households: rows("households"),
    gone: { houses: answer.gone?.houses ?? [], households: answer.gone?.households ?? [] },
    pack: {
      round: answer.round.id, village: answer.village.code, cursor: answer.cursor, name: answer.village.name,
      round_name: answer.round.name, ends_on: answer.round.ends_on, commune: answer.commune,
      outline: answer.village.outline, area: answer.village.area, sees_sensitive: answer.village.sees_sensitive,
      rules: answer.rules?.sections ? answer.rules : before?.rules,
      streets: [...streets.values()].filter((street) => stay === null || stay.has(street.id)),
      ...(!isWhole && before.isPart ? { isPart: true } : {}),
      plates, bytes, taken_at: before?.taken_at ?? now, asked_at: now,
      ended: answer.ended ?? "", // after the last day returns still come, and nothing else
    },
  };
}

// {key: house} of the plates that hang there; undefined where the village was taken along before packs told of them.
function platesOf(rows, before, isTold) {
  if (!before || !isTold) return undefined;
  const plates = { ...before };
  for (const { key, house } of rows) {
    if (house === null) delete plates[key];
    else plates[key] = house;
  }
  return plates;
}

export { NetworkError, Refused };
