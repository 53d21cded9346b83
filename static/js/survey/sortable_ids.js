// A UUID of version 7: the time in milliseconds and a random rest, so that ids sort by when the phone's clock says that they
// were made. Two made in one millisecond still sort: the second counts on from the first. A clock may be set back: what has
// to go in its order has a number of its own (keeping.js).

const MS_BITS = 80n;
let last = 0n;

export function sortableId(now = Date.now()) {
  const random = crypto.getRandomValues(new Uint8Array(10));
  let number = (BigInt(now) << MS_BITS) | random.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  number = (number & ~((0xfn << 76n) | (0x3n << 62n))) | (0x7n << 76n) | (0x2n << 62n);
  if (number >> MS_BITS === last >> MS_BITS && number <= last) number = last + 1n;
  last = number;
  const hex = number.toString(16).padStart(32, "0");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// When an id was made, by the clock that made it, as an ISO text.
export function madeAt(id) {
  return new Date(Number.parseInt(id.replace("-", "").slice(0, 12), 16)).toISOString();
}
