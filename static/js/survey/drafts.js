// What is being filled in for one house, and the operation that becomes of it. Pure; keeper.js writes it down, and keeping.js
// says what a draft is made of.

// `visit` is what is known of the house in this round, {version, answers}; null if nobody was there yet. `place` is
// [lng, lat] of a house that the register does not have; `known` are answers that the register gives to look over, which
// the draft keeps to say in `from` what the register held when it was begun.
export function beginDraft({ round, village, house, isNew = false, visit = null, known = {}, place = null, now }) {
  const held = { ...(visit?.answers ?? {}) };
  return {
    round, village, house, is_new: isNew,
    base: visit?.version ?? 0,
    held,
    known,
    answers: { ...known, ...held },
    position: null,
    place,
    photos: [],
    started_at: new Date(now).toISOString(),
  };
}

// A draft of what the server refused, to be mended: it begins where the refused one began and says what was said last, and
// `replaces` names what it takes the place of in the queue: the refused entry, and those behind it, which none may pass.
// `entries` are the queue's of this house in their order, `kept` a draft that was begun since, or null.
export function reopened(entries, kept = null) {
  if (kept?.replaces) return kept;
  const first = entries[0].draft;
  const last = kept ?? entries.at(-1).draft;
  const told = [...entries.map((entry) => entry.draft), ...(kept ? [kept] : [])];
  const photos = new Map(told.flatMap((one) => one.photos).map((photo) => [photo.sha256, photo]));
  const placed = (name) => told.findLast((one) => one[name])?.[name] ?? null;
  return {
    ...last, base: first.base, held: first.held, known: { ...last.known, ...first.known }, is_new: first.is_new, started_at: first.started_at,
    position: placed("position"), place: placed("place"),
    photos: [...photos.values()].filter((photo) => last.answers[photo.question]?.includes(photo.sha256)),
    replaces: entries.map((entry) => entry.id),
  };
}

// The draft with a photo, {sha256, question, size}, in what it sends and in the answer; and without it.
export function naming(draft, { sha256, question, size }) {
  const photos = [...draft.photos.filter((one) => one.sha256 !== sha256), { sha256, question, size }];
  const hashes = [...(draft.answers[question] ?? []).filter((one) => one !== sha256), sha256];
  return { ...draft, photos, answers: { ...draft.answers, [question]: hashes } };
}

export function notNaming(draft, { sha256, question }) {
  const hashes = (draft.answers[question] ?? []).filter((one) => one !== sha256);
  return { ...draft, photos: draft.photos.filter((one) => one.sha256 !== sha256), answers: { ...draft.answers, [question]: hashes } };
}

// Values as they are sent: composed, without blanks at the ends; what was emptied is null.
export function tidied(value) {
  if (typeof value === "string") {
    const text = value.normalize("NFC").trim();
    return text === "" ? null : text;
  }
  if (Array.isArray(value)) return value.length ? value : null;
  if (value === null || typeof value !== "object") return value ?? null;
  const kept = Object.entries(value).map(([key, one]) => [key, tidied(one)]);
  return Object.fromEntries(kept.filter(([, one]) => one !== null));
}

export function tidiedAnswers(answers) {
  const kept = Object.entries(answers).map(([field, value]) => [field, tidied(value)]);
  return Object.fromEntries(kept.filter(([, value]) => value !== null));
}

export function isSame(one, other) {
  if (one === other) return true;
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && isSame(one[key], other[key]));
}

// {field: {from, to}} of every field that says something else than the visit when the draft was begun. What the visit does
// not hold comes from the register: unchanged it is sent too, with a `from` that is the same; emptied, with null. What the
// visit holds as null was emptied in it, whatever the register says.
export function changesOf(draft) {
  const { held, answers, known = {} } = draft;
  const changes = {};
  for (const field of new Set([...Object.keys(held), ...Object.keys(known), ...Object.keys(answers)])) {
    const from = (field in held ? held[field] : known[field]) ?? null;
    const to = tidied(answers[field] ?? null);
    const isSent = field in held ? !isSame(from, to) : from !== null || to !== null;
    if (isSent) changes[field] = { from, to };
  }
  return changes;
}

// Whether two drafts of a house say the same, whenever they were begun.
export function isSameWork(one, other) {
  const parts = (draft) => [tidiedAnswers(draft.answers), draft.position ?? null, draft.photos];
  return isSame(parts(one), parts(other));
}

// Whether it would send nothing.
export function isUntouched(draft) {
  return draft.position === null && draft.photos.length === 0 && Object.keys(changesOf(draft)).length === 0;
}

// What the register says of a house and its one household, as answers. With several households nobody knows which is
// meant; a telephone number is masked in the pack and is asked anew.
export function knownAnswers(house, households) {
  const only = households.length === 1 ? households[0] : {};
  return tidiedAnswers({
    number: house?.number ?? "", street: house?.street ?? "",
    head_name: only.head_name ?? "", size: only.size ?? null, shop_name: only.shop_name ?? "",
    ...(only.shop_name ? { has_shop: true } : {}),
  });
}

// The body of an operation, in the order of docs/survey.md. `id` is a UUIDv7, `rules` a version, `now` milliseconds.
export function operationOf(draft, { id, user, device, rules, now }) {
  const at = new Date(now).toISOString();
  return {
    id, user, device,
    round: draft.round, village: draft.village, house: draft.house, is_new: draft.is_new, base: draft.base,
    rules, made_at: at, started_at: draft.started_at, ended_at: at,
    position: draft.position, changes: changesOf(draft), photos: draft.photos,
  };
}
