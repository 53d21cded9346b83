// Scan a plate with the camera: the browser's own reader where it has one, else zxing's, which is loaded when it is first
// needed. Whoever has no camera types what stands on the plate.
import { getBytes, NetworkError } from "../core/http.js";
import { element } from "../map/elements.js";
import { codeOf } from "./amounts.js";
import { housesOf, readPlate } from "./plate_text.js";

const BETWEEN_MS = 150;
const LONGEST_EDGE = 960; // of what the reader is given: a plate in the frame has enough pixels, and phones enough speed
const CAMERA = Object.freeze({ audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 } } });
const SCRIPT = "index.js"; // of zxing-wasm, by the names in App.files
const PROGRAM = "zxing_reader.wasm";

// A reader: (canvas) → promise of the texts of the symbols in it. `load(name)` runs a script, `files` are their addresses.
export async function readerOf({ load, files }) {
  if (await hasOwnReader()) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (canvas) => (await detector.detect(canvas)).map((found) => found.rawValue);
  }
  if (!files[SCRIPT] || !files[PROGRAM]) throw new NetworkError(PROGRAM);
  const [wasmBinary] = await Promise.all([getBytes(files[PROGRAM]), load(SCRIPT)]);
  const { ZXingWASM } = globalThis;
  await ZXingWASM.prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  return async (canvas) => {
    const pixels = canvas.getContext("2d", { willReadFrequently: true }).getImageData(0, 0, canvas.width, canvas.height);
    const found = await ZXingWASM.readBarcodes(pixels, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 });
    return found.filter((one) => one.isValid).map((one) => one.text);
  };
}

async function hasOwnReader() {
  if (!("BarcodeDetector" in globalThis)) return false;
  return (await BarcodeDetector.getSupportedFormats().catch(() => [])).includes("qr_code");
}

// Opens over the page. `houses` and `plates` are those to look in, as plate_text.js has them, `found(row)` gets the one; `close()` ends it.
// Where several stand at one point, as in a block of flats, the person says which.
export class Scanner {
  #stream = null;
  #isOpen = true;

  constructor({ houses, plates = null, words, load, files, found, closed = () => {} }) {
    Object.assign(this, { houses, plates, words, load, files, found, closed });
    this.video = element("video", { playsinline: true, muted: true, "aria-label": words.aim });
    this.video.muted = true;
    this.state = element("div", { role: "status" }, words.aim);
    this.input = element("input", { type: "text", id: "scan-code", autocomplete: "off", autocapitalize: "characters" });
    const form = element("form", {}, element("div", {}, element("label", { for: "scan-code" }, words.typeCode), this.input), element("button", { class: "button" }, words.find));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take(this.input.value);
    });
    const close = element("button", { type: "button", class: "button quiet wide" }, words.closeScan);
    close.addEventListener("click", () => this.close());
    this.box = element(
      "div", { class: "scanner", role: "dialog", "aria-modal": "true", "aria-label": words.scan },
      this.video, element("span", { class: "aim" }), element("div", { class: "below" }, this.state, form, element("div", { class: "actions" }, close)),
    );
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    document.body.append(this.box);
    close.focus(); // the field would bring up a keyboard over the picture
  }

  async run() {
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia(CAMERA);
    } catch {
      this.box.classList.add("blind");
      this.state.textContent = this.words.noCamera;
      return;
    }
    if (!this.#isOpen) return this.#stopCamera();
    this.video.srcObject = this.#stream;
    await this.video.play().catch(() => {});
    let read = null;
    try {
      read = await readerOf(this);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      this.state.textContent = this.words.noReader;
      return;
    }
    const canvas = document.createElement("canvas");
    while (this.#isOpen) {
      if (this.video.videoWidth && !this.isChoosing) {
        const [text] = await read(this.#frame(canvas)).catch(() => []);
        if (text && this.#isOpen && !this.isChoosing) await this.take(text);
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
  }

  // What was scanned or typed: to the house, or a sentence.
  async take(text) {
    const read = readPlate(text);
    const { rows, isSure } = read ? await housesOf(read, this.houses, this.plates) : { rows: [] };
    if (!this.#isOpen) return;
    if (rows.length === 0) {
      this.state.textContent = read ? this.words.notHere : this.words.noPlate;
      return;
    }
    if (rows.length === 1 && isSure) {
      this.#choose(rows[0]);
      return;
    }
    const choices = rows.map((row) => {
      const name = [row.number, row.street].filter(Boolean).join(", ") || codeOf(row.code) || this.words.noNumber;
      const button = element("button", { type: "button", class: "button quiet wide" }, name);
      button.addEventListener("click", () => this.#choose(row));
      return button;
    });
    this.state.replaceChildren(isSure ? this.words.whichHouse : this.words.unknownPlate, ...choices);
    this.isChoosing = true;
    choices[0].focus();
  }

  #choose(row) {
    this.close();
    this.found(row);
  }

  close() {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#stopCamera();
    this.box.remove();
    this.closed();
  }

  #stopCamera() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
  }

  #frame(canvas) {
    const { videoWidth, videoHeight } = this.video;
    const factor = Math.min(1, LONGEST_EDGE / Math.max(videoWidth, videoHeight));
    canvas.width = Math.round(videoWidth * factor);
    canvas.height = Math.round(videoHeight * factor);
    canvas.getContext("2d", { willReadFrequently: true }).drawImage(this.video, 0, 0, canvas.width, canvas.height);
    return canvas;
  }
}
