// Whose phone this is at the moment, and the phone's own name. Two people on one phone have a database each; what the one
// typed is not shown to the other, and is sent when its own person is signed in again.

import { exchange } from "../core/http.js";
import { newId } from "../core/ids.js";
import { signedInIsKnown } from "../core/signing_in.js";

const PERSON = "sonha:survey:person";
const PEOPLE = "sonha:survey:people";
const LEFT = "sonha:survey:left";
const DEVICE = "sonha:survey:device";
const SIGN_OUT = "/sign-out/";

function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

// {id, name, sees_sensitive} of who used this phone last, or null: known without a network.
export function lastPerson() {
  const person = kept(PERSON);
  return person?.id === undefined ? null : person;
}

export function remember(person) {
  localStorage.setItem(PERSON, JSON.stringify(person));
  const people = kept(PEOPLE) ?? [];
  if (!people.includes(person.id)) localStorage.setItem(PEOPLE, JSON.stringify([...people, person.id]));
  localStorage.removeItem(LEFT);
  signedInIsKnown();
}

// The same person, of whom the server says something else by now; not where another tab has let them go meanwhile.
export function stillIs(person) {
  if (lastPerson()?.id === person.id) localStorage.setItem(PERSON, JSON.stringify(person));
}

// Nobody's from now on: the next one comes by the door. `isHandedOver` tells the door to end the person's session first,
// should it still live; else somebody else is signed in, and is asked.
export function letGo({ id, name }, { isHandedOver }) {
  localStorage.setItem(LEFT, JSON.stringify({ id, name, isHandedOver }));
  localStorage.removeItem(PERSON);
}

// {id, name, isHandedOver} of who had the phone before nobody had it, or null.
export function whoLeft() {
  return kept(LEFT);
}

// Their session has ended: who signs in now is let in.
export function leftForGood() {
  localStorage.removeItem(LEFT);
}

// Whether more than one person has used the survey in this browser.
export function isShared() {
  return (kept(PEOPLE) ?? []).length > 1;
}

// `work()` once another tab has let the person go, or serves somebody else.
export function onceGone(person, work) {
  const hear = ({ key }) => {
    if (key !== PERSON || lastPerson()?.id === person.id) return;
    window.removeEventListener("storage", hear);
    work();
  };
  window.addEventListener("storage", hear);
}

// {key, name}: the browser makes its id once.
export function thisDevice() {
  const known = kept(DEVICE);
  if (known?.key) return known;
  const made = { key: newId(), name: nameOfBrowser(navigator.userAgent) };
  localStorage.setItem(DEVICE, JSON.stringify(made));
  return made;
}

// The name that its person recognises this phone by, kept for all who use it.
export function nameDevice(device, name) {
  localStorage.setItem(DEVICE, JSON.stringify({ key: device.key, name }));
  device.name = name;
}

function nameOfBrowser(agent) {
  const system = /Android|iPhone|iPad|Windows|Mac OS|Linux/.exec(agent)?.[0] ?? "";
  const browser = /Firefox|EdgA?|SamsungBrowser|CriOS|Chrome|Safari/.exec(agent)?.[0] ?? "";
  return `${system} ${browser}`.trim();
}

// Who is signed in, {user, csrf} by the server's word; {signedOut: true}; or null where nobody can say.
export async function whoIsSignedIn({ patience = 15_000 } = {}) {
  const answer = await exchange("/api/survey/me", { patience });
  const { status, body } = answer ?? {};
  if (status === 200 && body?.user?.id !== undefined && typeof body.csrf === "string") return { user: body.user, csrf: body.csrf };
  if (status === 401 && typeof body?.code === "string") return { signedOut: true };
  if (status === 403 && typeof body?.code === "string") return { refused: body.error };
  return null;
}

// Sign this browser out. Only the server's word counts: true once it says that nobody is signed in.
export async function endSession() {
  const told = await whoIsSignedIn();
  if (!told?.user) return Boolean(told?.signedOut);
  await exchange(SIGN_OUT, { method: "POST", headers: { "X-CSRFToken": told.csrf }, patience: 15_000 }); // leads elsewhere
  return Boolean((await whoIsSignedIn())?.signedOut);
}
