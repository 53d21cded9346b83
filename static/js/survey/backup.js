// What is on this phone and nowhere else as one file that only its passphrase opens: for a phone that is about to break, or
// a browser that may clear its storage; with as much of its villages as the forms need to open. The file is
//   "SONHASV1" · salt 16 · iv 12 · AES-256-GCM of (length of JSON, 4 bytes · JSON · bytes of the photos, one after another)
// with the key made of the passphrase by PBKDF2-SHA-256.

import { keyOf as placeOf } from "./keys.js";
import { villagesOf } from "./villages_in_backup.js";

const MARK = new TextEncoder().encode("SONHASV1");
const ROUNDS = 600_000;
const SALT = 16;
const IV = 12;

export const SHORTEST = 8;

// A file that is no backup, was changed, or does not open: `code` is "no_backup", "wrong" or "other_person".
export class NotOpened extends Error {
  constructor(code, name = "") {
    super(code);
    this.code = code;
    this.name_of_person = name;
  }
}

async function keyOf(passphrase, salt) {
  const bytes = new TextEncoder().encode(passphrase.normalize("NFC"));
  const base = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

// `kept` is keeping.everything(); returns a Blob. Of each photo the file tells whether it was handed over, `isGiven`: of one that a
// draft gave way with nothing else would.
export async function written(kept, person, passphrase) {
  const photos = kept.photos.filter((photo) => photo.bytes && !photo.receipt);
  const visits = new Map(kept.visits.map((visit) => [placeOf(visit.round, visit.house), visit]));
  const isGiven = (photo) => Boolean(visits.get(placeOf(photo.round, photo.house))?.photos?.some(({ sha256 }) => sha256 === photo.sha256));
  const rows = photos.map(({ bytes, ...rest }) => ({ ...rest, isGiven: isGiven(rest), length: bytes.byteLength }));
  const { queue, drafts, receipts } = kept;
  const origin = kept.about.find((one) => one.name === "handed")?.value.origin ?? null;
  const who = { id: person.id, name: person.name };
  const text = JSON.stringify({ person: who, origin, queue, drafts, receipts, photos: rows, ...villagesOf(kept) });
  const head = new TextEncoder().encode(text);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.byteLength);
  const plain = await new Blob([length, head, ...photos.map((photo) => photo.bytes)]).arrayBuffer();
  const salt = crypto.getRandomValues(new Uint8Array(SALT));
  const iv = crypto.getRandomValues(new Uint8Array(IV));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: MARK }, await keyOf(passphrase, salt), plain);
  return new Blob([MARK, salt, iv, sealed], { type: "application/octet-stream" });
}

// What keeping.bringBack takes, of a file's bytes. Throws NotOpened.
export async function opened(file, person, passphrase) {
  const bytes = new Uint8Array(file);
  const start = MARK.length + SALT + IV;
  if (bytes.length < start + 20 || MARK.some((one, at) => bytes[at] !== one)) throw new NotOpened("no_backup");
  const salt = bytes.slice(MARK.length, MARK.length + SALT);
  const iv = bytes.slice(MARK.length + SALT, start);
  let plain;
  try {
    const how = { name: "AES-GCM", iv, additionalData: MARK };
    plain = await crypto.subtle.decrypt(how, await keyOf(passphrase, salt), bytes.slice(start));
  } catch {
    throw new NotOpened("wrong");
  }
  const length = new DataView(plain).getUint32(0);
  const kept = JSON.parse(new TextDecoder().decode(new Uint8Array(plain, 4, length)));
  if (kept.person.id !== person.id) throw new NotOpened("other_person", kept.person.name);
  let at = 4 + length;
  const photos = kept.photos.map(({ length: size, ...rest }) => ({ ...rest, bytes: plain.slice(at, (at += size)) }));
  return { ...kept, photos };
}
