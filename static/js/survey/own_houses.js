// Houses that no pack knows: added on this phone, put aside half-done or waiting to be sent, also after a backup was loaded.
// Pure. Without these rows nobody would find the way back to them.

// `houses` of the village as keeping.js holds them, and those that only drafts and queue of this phone know; of what was added
// here number and street are those that were typed last. `place` of a row may be unknown: lng and lat null.
export function withOwn(houses, { drafts, queue, round, village }) {
  const own = new Map(ofPlace({ drafts, queue, round, village }).filter((draft) => draft.is_new).map((draft) => [draft.house, draft]));
  const rows = houses.map((row) => (own.has(row.house) ? { ...row, ...rowOf(own.get(row.house), row) } : row));
  const known = new Set(houses.map((row) => row.house));
  return [...rows, ...[...own.values()].filter((draft) => !known.has(draft.house)).map((draft) => rowOf(draft))];
}

// Map(house → names of heads) of the pack's households; of a house that was added here the name that was typed.
export function headsOf(households, { drafts = [], queue = [], round = "", village = "" } = {}) {
  const heads = new Map();
  for (const { house, head_name: name } of households) heads.set(house, [...(heads.get(house) ?? []), name]);
  for (const { house, is_new: isNew, answers } of ofPlace({ drafts, queue, round, village })) {
    if (isNew && answers.head_name) heads.set(house, [answers.head_name]);
  }
  return heads;
}

// What was typed here for houses of a village, the latest of each last: drafts come after what was handed over.
function ofPlace({ drafts, queue, round, village }) {
  return [...queue.map((entry) => entry.draft), ...drafts].filter((draft) => draft.round === round && draft.village === village);
}

function rowOf({ round, village, house, answers, place, position }, known = null) {
  const [lng, lat] = position ? [position.lng, position.lat] : (place ?? [known?.lng ?? null, known?.lat ?? null]);
  return { round, village, house, number: answers.number ?? "", street: answers.street ?? "", lng, lat, is_new: true };
}
