// What stands above every screen: what waits, whether it goes, and what somebody has to do about it.

import { byId, element, filled } from "../map/elements.js";
import { actOf } from "./acts.js";
import { spanOf } from "./amounts.js";
import { faultOf } from "./clock.js";
import { SIGN_IN } from "./door.js";
import { Verdict } from "./judging.js";
import { isShared } from "./person.js";
import { put } from "./putting.js";
import { unsent } from "./standing.js";
import { Closed, Superseded } from "./store.js";

const OF_DATABASE = { closed: "databaseClosed", superseded: "pageIsOld" };

export async function showNotices(app) {
  const { keeping, words, sync } = app;
  const [queue, drafts, photos, visits] = await Promise.all([
    keeping.queue.entries(), keeping.drafts.all(), keeping.photos.all(), keeping.visits.all(),
  ]);
  const left = unsent({ queue, drafts, photos, visits });
  showCount(app, left);
  const { reason, isRunning } = sync.state;
  const notices = [
    app.update && notice("warn", words.newVersion, actOf(words.update, () => app.update())),
    left.isLate && notice("warn", words.late, link(words.backup, "#/phone")),
    ...clockNotices(app),
    ...reasonNotices(app, reason),
    reason === "unreachable" && !isRunning && left.count + left.photos > 0 && notice("quiet", words.noNetwork),
    reason === "unreachable" && !isRunning && isShared() && notice("quiet", filled(words.sharedOffline, { name: app.person.name })),
  ].filter(Boolean);
  put(byId("survey-notices"), notices);
}

// What is kept cannot be read: that alone stands there then.
export function showUnread(app, error) {
  if (error instanceof Superseded) put(byId("survey-notices"), reasonNotices(app, "superseded"));
  else if (error instanceof Closed) put(byId("survey-notices"), reasonNotices(app, "closed"));
}

function clockNotices({ me, words, language }) {
  const fault = faultOf(me);
  return fault ? [notice("warn", filled(words[fault.code], { much: spanOf(fault.ms, language) }))] : [];
}

function reasonNotices(app, reason) {
  const { words, sync } = app;
  if (reason === Verdict.SIGNED_OUT) return [notice("warn", words.signedOut, link(words.signIn, SIGN_IN))];
  if (reason === "no_room") return [notice("error", words.noRoomHere)];
  if (OF_DATABASE[reason]) return [notice("error", words[OF_DATABASE[reason]], actOf(words.reload, () => location.reload()))];
  if (reason === Verdict.REVOKED) return [notice("error", words.revoked)];
  return reason === Verdict.REFUSED && sync.state.sentence ? [notice("warn", sync.state.sentence)] : [];
}

function showCount({ words, sync }, left) {
  const count = left.count + left.photos;
  const box = byId("survey-phone");
  box.hidden = false;
  put(box, [
    sync.state.isRunning && count ? words.syncing : words.phone,
    count + left.drafts ? element("span", { class: `tag ${left.isLate ? "warn" : ""}` }, String(count + left.drafts)) : "",
  ]);
}

function notice(kind, sentence, act) {
  return element("p", { class: `notice ${kind}` }, sentence, act ? " " : "", act);
}

function link(label, href) {
  return element("a", { class: "button", href }, label);
}
