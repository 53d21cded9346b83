// How far the phone's clock is from the server's. Pure. Dates on the phone (who is late, when something was surveyed, whose
// year of birth is still to come) are as good as its clock, and a surveyor in the field does not look at the year.

export const OFF_MS = 600_000; // as households/survey/flags.py flags it

// `server` is what the server's clock said when it was last heard, `heard` what the phone's said then, `now` what it says.
// Returns {code: "clockAhead" | "clockBehind", ms}, or null of a clock that is right as far as anybody can tell.
export function clockFault({ server, heard, now }) {
  const ahead = heard - server;
  if (ahead > OFF_MS && now >= heard) return { code: "clockAhead", ms: ahead };
  if (ahead < -OFF_MS && now < server) return { code: "clockBehind", ms: -ahead };
  return now < server - OFF_MS ? { code: "clockBehind", ms: server - now } : null;
}

// The same of what `me` said last, with the phone's time beside it; null where nobody has been heard yet.
export function faultOf(me, now = Date.now()) {
  return me?.now && me.heard_at ? clockFault({ server: Date.parse(me.now), heard: me.heard_at, now }) : null;
}

// This year, by whichever clock is farther: a child born this year is no mistake because the phone is a year behind.
export function thisYear(me, now = Date.now()) {
  const told = me?.now ? new Date(me.now).getFullYear() : 0;
  return Math.max(told, new Date(now).getFullYear());
}
