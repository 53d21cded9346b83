// A place well inside a polygon for its label. Pure.

const LINES = [0.5, 0.3, 0.7];

// The middle of the longest stretch inside `rings` on a few lines across them; null where none is `least` long.
export function wellInside(rings, least) {
  let [top, bottom] = [Infinity, -Infinity];
  for (const { y } of rings.flat()) [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  let best = null;
  for (const share of LINES) {
    const y = top + (bottom - top) * share + 1e-6;
    const crossings = crossingsAt(rings, y);
    for (let nth = 0; nth + 1 < crossings.length; nth += 2) {
      const length = crossings[nth + 1] - crossings[nth];
      if (length >= least && length > (best?.length ?? 0)) best = { x: crossings[nth] + length / 2, y, length };
    }
  }
  return best;
}

function crossingsAt(rings, y) {
  const found = [];
  for (const ring of rings) {
    for (let nth = 0; nth < ring.length; nth += 1) {
      const [a, b] = [ring[nth], ring[(nth + 1) % ring.length]];
      if (a.y > y !== b.y > y) found.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
    }
  }
  return found.sort((one, other) => one - other);
}
