// The service worker of /survey/: the page and its files open without a network. `SHELL` is put before this text by the
// server: {version, language, page, files: [[address, integrity]], extras: the same}. A version is all or nothing, its files proven
// by their hashes, so that no page of a captive portal gets in. A new version waits until somebody asks for it.
/* global SHELL */

const CACHES = "sonha-survey-";
const CACHE = CACHES + SHELL.version;
const FILES = new Set([...SHELL.files, ...SHELL.extras].map(([address]) => new URL(address, self.location).href));

async function keep(cache, files) {
  await Promise.all(files.map(([address, integrity]) => cache.add(new Request(address, { integrity, cache: "no-cache" }))));
}

async function install() {
  const cache = await caches.open(CACHE);
  const page = await fetch(SHELL.page, { cache: "no-store", redirect: "error", headers: { "Accept-Language": SHELL.language } });
  // Another version's page would ask for files that are not here.
  if (!page.ok || page.headers.get("Survey-Shell") !== SHELL.version) throw new Error("not our page");
  await cache.put(SHELL.page, page);
  await keep(cache, SHELL.files);
}

async function begin() {
  for (const name of await caches.keys()) {
    if (name.startsWith(CACHES) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

async function answer(request, address) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address)) ?? fetch(request); // what the browser has thrown away
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(begin()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const address = new URL(request.url);
  const isPage = request.mode === "navigate" && address.pathname === SHELL.page;
  if (isPage) event.respondWith(answer(request, SHELL.page));
  else if (FILES.has(address.href)) event.respondWith(answer(request, address.href));
});

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
  if (event.data === "extras") event.waitUntil(caches.open(CACHE).then((cache) => keep(cache, SHELL.extras)).catch(() => {}));
});
