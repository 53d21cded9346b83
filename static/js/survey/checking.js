// Whose turn it is, by the server's word, before anything of a person is shown: where somebody has signed in since, and where
// several people use one phone. Where the server says nothing, whoever holds the phone says it.

import { element, filled } from "../map/elements.js";
import { wasSigningIn } from "../core/signing_in.js";
import { actOf } from "./acts.js";
import { isShared, letGo, whoIsSignedIn } from "./person.js";

const SHORT_WAIT_MS = 3_000; // until somebody may choose
const LONG_WAIT_MS = 60_000;

// Nobody is asked offline who has not just signed in: the page opens at once.
export function mustCheck() {
  return wasSigningIn() || (isShared() && navigator.onLine);
}

// Resolves to the person, as the server told them where it did, or to null: the next one comes by the door.
export function checkPerson({ words, main }, person) {
  return new Promise((resolve) => {
    let isOver = false;
    let timer = null;
    const end = (who) => {
      isOver = true;
      clearTimeout(timer);
      window.removeEventListener("online", ask);
      main.replaceChildren();
      resolve(who);
    };
    const show = (notice, ...acts) => main.replaceChildren(element("h1", {}, words.home), notice, ...acts);
    const choose = (sentence = filled(words.whoUnknown, { name: person.name })) => {
      const go = actOf(filled(words.goOnMyself, { name: person.name }), () => end(person), "primary");
      const acts = element("p", { class: "actions" }, go, actOf(words.again, ask));
      show(element("p", { class: "notice warn", role: "alert" }, sentence), acts);
    };
    const ask = async () => {
      clearTimeout(timer);
      timer = setTimeout(choose, SHORT_WAIT_MS);
      show(element("p", { role: "status" }, words.checkingWho));
      const told = await whoIsSignedIn({ patience: LONG_WAIT_MS });
      if (isOver) return undefined;
      clearTimeout(timer);
      if (told?.user?.id === person.id) return end(told.user);
      if (told?.signedOut) return end(person);
      if (!told?.user) return choose(told?.refused);
      letGo(person, { isHandedOver: false });
      return end(null);
    };
    window.addEventListener("online", ask);
    ask();
  });
}
