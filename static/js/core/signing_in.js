// A note in this browser that somebody was about to sign in. A page that keeps one person's work here asks then who it is
// before it shows any of it.

const NOTE = "sonha:signing-in";

export function noteSigningIn() {
  try {
    localStorage.setItem(NOTE, "1");
  } catch {
    // A browser that keeps nothing keeps nobody's work either.
  }
}

export function wasSigningIn() {
  return localStorage.getItem(NOTE) !== null;
}

export function signedInIsKnown() {
  localStorage.removeItem(NOTE);
}
