// The only place that calls fetch. A network that failed and a server that refused are different errors,
// because the person does different things about them.

export class NetworkError extends Error {}

export class Refused extends Error {
  // `place` is [lng, lat] where what is wrong lies somewhere on the map; `problems` are those of a text, by line.
  constructor(status, code, sentence, place = null, problems = []) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.place = place;
    this.problems = problems;
  }
}

function csrfToken() {
  const field = document.querySelector("input[name=csrfmiddlewaretoken]");
  return field ? field.value : "";
}

async function answer(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", redirect: "error", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new NetworkError(url);
  }
  if (response.ok) return response;
  const body = isJson(response) ? await response.json() : null;
  throw new Refused(response.status, body?.code ?? "", body?.error ?? "", body?.place ?? null, body?.problems ?? []);
}

function isJson(response) {
  return (response.headers.get("content-type") || "").startsWith("application/json");
}

async function send(url, options) {
  const response = await answer(url, options);
  return isJson(response) ? response.json() : null;
}

// Before tiles that wait as well: a person has asked for it.
export function getJson(url, { signal } = {}) {
  return send(url, { headers: { Accept: "application/json" }, signal, priority: "high" });
}

export async function getBytes(url, { signal } = {}) {
  const response = await answer(url, { headers: { Accept: "application/json, */*" }, signal });
  return response.arrayBuffer();
}

export function postJson(url, data, { signal } = {}) {
  return send(url, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(data),
    signal,
  });
}

// Post JSON and get a picture back, as a Blob.
export async function postForPicture(url, data, { signal } = {}) {
  const response = await answer(url, {
    method: "POST",
    headers: { Accept: "application/json, image/*", "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(data),
    signal,
  });
  return response.blob();
}

// For what must prove its arrival: {status, headers, body}, whatever the answer, `body` its JSON or null; and null where
// no whole answer came within `patience` milliseconds. Never rejects. Nothing follows a redirect: no address of ours makes
// one, a captive portal does.
export async function exchange(url, { method = "GET", headers = {}, body, patience = 60_000 } = {}) {
  const given = new AbortController();
  const timer = setTimeout(() => given.abort(), patience);
  try {
    const response = await fetch(url, {
      method, body, headers: { Accept: "application/json", ...headers },
      credentials: "same-origin", redirect: "error", cache: "no-store", signal: given.signal,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: isJson(response) ? parsed(text) : null };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// Bytes with their progress: `came(bytes so far)` as they come in. Rejects as the others do.
export async function getBytesSlowly(url, came, { signal } = {}) {
  const response = await answer(url, { headers: { Accept: "application/json, */*" }, cache: "no-store", signal });
  const pieces = [];
  let count = 0;
  try {
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      count += value.length;
      came(count);
    }
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new NetworkError(url);
  }
  return new Blob(pieces).arrayBuffer();
}

// A piece of a file, whose version is its strong `etag` ("…" with its quotes): {bytes, etag, size} with the bytes `from` to
// `to`; of another version that the server has by now `bytes` is null. Rejects as the others do, and where nothing came
// within `patience` milliseconds. Only an answer to this very range counts: a captive portal says 200 to anything.
export async function getPiece(url, { from, to, etag, signal, patience = 60_000 }) {
  const given = new AbortController();
  const stop = () => given.abort();
  const timer = setTimeout(stop, patience);
  signal?.addEventListener("abort", stop);
  try {
    const headers = { Accept: "application/json, */*", Range: `bytes=${from}-${to}`, "If-Range": etag };
    const response = await answer(url, { headers, cache: "no-store", signal: given.signal });
    const is = response.headers.get("etag") ?? "";
    if (response.status === 206 && is === etag) {
      const [range, size] = (response.headers.get("content-range") ?? "").split("/");
      const bytes = await response.arrayBuffer();
      if (range !== `bytes ${from}-${to}` || bytes.byteLength !== to - from + 1) throw new NetworkError(url);
      return { bytes, etag, size: Number(size) };
    }
    given.abort(); // the rest of it is of no use
    const isOther = response.status === 200 && is.startsWith('"') && is !== etag && response.headers.get("accept-ranges") === "bytes";
    if (!isOther) throw new NetworkError(url);
    return { bytes: null, etag: is, size: Number(response.headers.get("content-length")) };
  } catch (error) {
    if (error instanceof Refused || error instanceof NetworkError || signal?.aborted) throw error;
    throw new NetworkError(url); // cut off, or nothing came for too long
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
