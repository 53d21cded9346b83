// Photos go up apart from answers, in pieces, and go on where the server says that it is. Named by their hash: what
// arrived twice is one photo. Pure: `photos` is the store of keeping.js, `ask` is exchange of core/http.js.

import { Verdict, isDue, judge, waitAfter } from "./judging.js";

const PIECE = 256 * 1024;

// Send those of `rows` whose time has come, each with the `village` that its house stood in here: where it has been given
// another one since, the server finds it by that. `photos` is the store; `mayGoAgain(photo)` says whether what was refused may be
// sent once more by itself, `all` asks for all of it, as the button does. Of a photo that is not here any more the server is
// asked whether it has it. Returns why it stopped: "" or a Verdict.
export async function sendPhotos({
  rows, photos, csrf, ask, now = Date.now, all = false, mayGoAgain = () => false, changed = () => {},
}) {
  for (const photo of rows) {
    const isOpen = photo.state !== "refused" || mayGoAgain(photo);
    const mayTry = all || (isOpen && isDue(photo.not_before ?? 0, now()));
    if (photo.receipt || !mayTry) continue;
    const told = await sendOne(photo, await photos.bytes(photo), csrf, ask);
    const tries = (photo.tries ?? 0) + 1;
    const next = { tries, not_before: now() + waitAfter(tries) };
    if (told.verdict === Verdict.ARRIVED) {
      await photos.arrived(photo, told.receipt);
    } else if (told.verdict === Verdict.REFUSED) {
      await photos.note(photo, { ...next, state: "refused", code: told.code, error: told.error });
    } else if (told.verdict === Verdict.LATER) {
      await photos.note(photo, next);
    } else {
      return told.verdict;
    }
    changed();
  }
  return "";
}

// `bytes` of the picture are null where it is not here.
async function sendOne(photo, bytes, csrf, ask) {
  const { sha256, round, house, village = "", question, size } = photo;
  const address = `/api/survey/photos/${sha256}?${new URLSearchParams({ round, house, village })}`;
  const asked = await ask(address, { method: "HEAD" });
  if (asked === null) return { verdict: Verdict.LATER };
  // The answer to HEAD has no body that would say why; the piece itself will be told.
  let offset = asked.status < 300 ? wholeNumber(asked.headers.get("Upload-Offset")) : 0;
  if (offset === null || (bytes === null && offset < size)) return { verdict: Verdict.LATER };
  const target = `${address}&${new URLSearchParams({ question, size })}`;
  for (;;) {
    const body = bytes?.slice(offset, offset + PIECE) ?? new ArrayBuffer(0);
    const headers = { "Upload-Offset": String(offset), "Content-Type": "application/octet-stream", "X-CSRFToken": csrf };
    const answer = await ask(target, { method: "PUT", headers, body });
    const told = answer?.status === 200 ? arrived(photo, answer.body) : judge({}, answer);
    if (told?.code === "wrong_hash") return { verdict: Verdict.LATER }; // thrown away there, and whole here
    if (told) return told;
    const next = answer.body?.offset;
    if (!Number.isInteger(next) || next <= offset || next > size) return { verdict: Verdict.LATER };
    offset = next;
  }
}

function arrived({ sha256, size }, body) {
  const receipt = body?.receipt;
  return receipt?.sha256 === sha256 && receipt?.size === size ? { verdict: Verdict.ARRIVED, receipt } : null;
}

function wholeNumber(text) {
  return /^\d{1,9}$/.test(text ?? "") ? Number(text) : null;
}
