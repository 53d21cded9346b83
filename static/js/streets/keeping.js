// A drawing that is not saved outlives a reload of this tab: when the session has run out, one signs in and draws on.

const KEY = "sonha:street-sketch";

export function keepSketch(commune, sketch, fields) {
  const { purpose, draft, adding } = sketch;
  const kept = { commune, kind: purpose.kind, id: purpose.id ?? null, points: draft.points, adding, fields };
  sessionStorage.setItem(KEY, JSON.stringify(kept));
}

export function forgetSketch() {
  sessionStorage.removeItem(KEY);
}

// What was kept for this commune, or null.
export function keptSketch(commune) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    return kept?.commune === commune && Array.isArray(kept.points) && kept.points.length > 0 ? kept : null;
  } catch {
    return null;
  }
}
