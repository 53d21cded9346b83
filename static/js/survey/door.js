// Before anybody is known on this phone: sign in once, with a network. Who handed the phone over is signed out here, should
// that have failed; where somebody else is signed in than who used it last, they are asked.

import { element, filled } from "../map/elements.js";
import { actOf } from "./acts.js";
import { endSession, leftForGood, whoIsSignedIn, whoLeft } from "./person.js";

export const SIGN_IN = "/sign-in/?next=/survey/";

// Resolves to the person once the server has named one.
export function askDoor(app) {
  const { words, main } = app;
  return new Promise((resolve) => {
    const enter = (person) => {
      main.replaceChildren();
      resolve(person);
    };
    const ask = async () => {
      const told = await whoIsSignedIn();
      const left = whoLeft();
      const isLeaver = left?.isHandedOver && told?.user?.id === left.id;
      const isOut = isLeaver ? await endSession() : told?.signedOut;
      if (isOut && left?.isHandedOver) leftForGood();
      if (isLeaver) return tell(isOut ? { signedOut: true } : null);
      if (told?.user && left && !left.isHandedOver && told.user.id !== left.id) return main.replaceChildren(...choiceOf(told.user, left));
      return told?.user ? enter(told.user) : tell(told);
    };
    const tell = (told) => {
      const sentence = told?.refused ?? (told?.signedOut ? "" : words.askNetwork);
      const signIn = element("a", { class: "button", href: SIGN_IN }, words.signIn);
      const again = actOf(words.again, ask, "primary");
      main.replaceChildren(
        element("h1", {}, words.home),
        element("p", {}, words.whoseUnknown),
        sentence && element("p", { class: "notice warn" }, sentence),
        element("p", { class: "actions" }, told?.signedOut ? signIn : again, told?.refused ? signIn : ""),
      );
    };
    // Nothing of either is shown before somebody has said whose turn it is.
    const choiceOf = (person, left) => {
      const names = { name: left.name, other: person.name };
      const back = async () => {
        if (await endSession()) location.assign(SIGN_IN);
        else tell(null);
      };
      return [
        element("h1", {}, words.home),
        element("p", { class: "notice warn", role: "alert" }, filled(words.otherPerson, names)),
        element(
          "p", { class: "actions" }, actOf(filled(words.goOnAs, names), () => enter(person), "primary"),
          actOf(filled(words.signInAs, names), back),
        ),
      ];
    };
    window.addEventListener("online", () => main.isConnected && !app.person && ask());
    ask();
  });
}
