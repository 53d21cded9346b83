// What somebody may not see of a house's answers is neither asked nor sent. A right may come and go while a draft lies here.

// By what the server said last: each `me` tells it of every village, a pack of its own when something changed there.
export function seesSensitive({ me, person }, pack) {
  const round = me?.rounds?.find((one) => one.id === pack.round);
  const village = round?.villages.find((one) => one.code === pack.village);
  return Boolean(village?.sees_sensitive ?? pack.sees_sensitive ?? person.sees_sensitive);
}

// Keys of the questions that need the right; a field of a roster begins with its question's key.
function sensitiveKeys(table) {
  return new Set(table.sections.filter((section) => section.sensitive).flatMap((section) => section.questions.map((one) => one.key)));
}

function without(values, keys) {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([field]) => !keys.has(field.split(".")[0])));
}

// The draft without what its person may not see: not as an answer, and not as what was held, which would be sent as emptied.
export function asFarAsSeen(draft, table, sees) {
  if (sees) return draft;
  const keys = sensitiveKeys(table);
  const { answers, held, known } = draft;
  return { ...draft, answers: without(answers, keys), held: without(held, keys), known: without(known, keys) };
}

// Whether a draft says something that its person may not see any more.
export function saysMore(draft, table, sees) {
  if (sees) return false;
  return Object.keys(without(draft.answers, sensitiveKeys(table))).length < Object.keys(draft.answers).length;
}
