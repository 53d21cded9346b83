// What an answer to something that was sent means. Pure. Only our own receipt proves arrival: a captive portal says 200
// too, and a proxy says 500 in its own words.

export const Verdict = Object.freeze({
  ARRIVED: "arrived", // our receipt, for this very body
  LATER: "later", // nobody knows whether it arrived: sent again
  SIGNED_OUT: "signed_out", // everything waits for the person to sign in
  REVOKED: "revoked", // this phone sends nothing any more
  OTHER_PERSON: "other_person", // somebody else is signed in
  REFUSED: "refused", // it cannot be taken as it is: kept, shown, and the rest goes on
});

const STOPPING = { device_revoked: Verdict.REVOKED, other_person: Verdict.OTHER_PERSON };
// The token of a session that has ended since.
const STALE = new Set(["csrf", "stale_page"]);
// Refusals of ours that hold however often one asks.
const LASTING = new Set([400, 403, 404, 409, 413, 422]);

// Refusals that say who may send now, and nothing of what is sent: the same may be taken once the server lists the village.
const PASSING = new Set(["round_closed", "assignment_ended", "not_found"]);

// Whether what was refused with a code may be sent again by itself. `me` is what the server said last of the person.
export function mayGoAgain(code, me, round, village) {
  if (!PASSING.has(code)) return false;
  const listed = me?.rounds?.find((one) => one.id === round)?.villages ?? [];
  return village ? listed.some((one) => one.code === village) : listed.length > 0;
}

// `answer` is {status, body} with the JSON that came or null, or null where the network failed.
export function judge(operation, answer) {
  if (answer === null) return { verdict: Verdict.LATER };
  const { status, body } = answer;
  if (status === 200) {
    const receipt = body?.receipt;
    const isOurs = Boolean(operation.id) && receipt?.operation === operation.id && receipt?.digest === operation.digest;
    return isOurs ? { verdict: Verdict.ARRIVED, receipt } : { verdict: Verdict.LATER };
  }
  const isRefusal = typeof body?.code === "string" && typeof body?.error === "string";
  if (!isRefusal) return { verdict: Verdict.LATER };
  if (status === 401) return { verdict: Verdict.SIGNED_OUT, error: body.error };
  if (status === 403 && STALE.has(body.code)) return { verdict: Verdict.SIGNED_OUT, error: body.error };
  if (status === 403 && body.code in STOPPING) return { verdict: STOPPING[body.code], error: body.error };
  if (LASTING.has(status)) {
    return { verdict: Verdict.REFUSED, code: body.code, error: body.error, faults: body.faults ?? [] };
  }
  return { verdict: Verdict.LATER };
}

const LONGEST_WAIT_MS = 300_000;

// Milliseconds to wait after so many tries in vain: 2, 4, 8 … seconds, five minutes at most.
export function waitAfter(tries) {
  return Math.min(2 ** Math.min(tries, 20) * 1000, LONGEST_WAIT_MS);
}

// Whether the time for a try has come. One farther off than any wait was set by a clock that has been put right since.
export function isDue(at, now) {
  return at <= now || at > now + LONGEST_WAIT_MS;
}
