// Registers the service worker, and asks before a new version takes over: what is typed lies in the database with every
// key, and still nobody likes a page that changes under their hands.

// `found(take)` when a new version waits; take() lets it in. Once one is in, by this page or another, `renew()` lets the page
// begin again when nothing that was typed is lost by it.
export async function keepShell(address, { found, renew }) {
  if (!navigator.serviceWorker) return null; // plain http, or a private window: works with a network
  let isAsked = false;
  const hadOne = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (hadOne || isAsked) renew();
  });
  let registration;
  try {
    registration = await navigator.serviceWorker.register(address, { scope: "/survey/", updateViaCache: "none" });
  } catch {
    return navigator.serviceWorker.getRegistration("/survey/"); // no network: the one that is there
  }
  const tell = () => {
    const { waiting } = registration;
    if (waiting && registration.active) {
      found(() => {
        isAsked = true;
        waiting.postMessage("take over");
      });
    }
  };
  tell();
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => installing.state === "installed" && tell());
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && navigator.onLine) registration.update().catch(() => {});
  });
  return registration;
}

// Files that are needed later, as the scanner's: taken along while there is a network.
export async function fetchExtras() {
  const registration = await navigator.serviceWorker?.ready;
  registration?.active?.postMessage("extras");
}

// "kept": the browser has promised; "may_go": it may clear the storage when room is short; "unknown" where it says nothing.
export async function askToPersist() {
  if (!navigator.storage?.persist) return "unknown";
  return (await navigator.storage.persisted()) || (await navigator.storage.persist()) ? "kept" : "may_go";
}
