// A picture made small on the phone: drawn anew, so that nothing of the camera's data (place, time, owner) is left in it,
// and named by the hash of its bytes.
import { sha256 } from "./operation.js";

export const LONGEST_EDGE = 1600;
export const MOST_BYTES = 30_000_000; // a larger one may take more memory to open than a phone gives a page
const QUALITY = 0.82;

export class PhotoFault extends Error {
  // code: a name of form_words.py
  constructor(code) {
    super(code);
    this.code = code;
  }
}

// The size of a picture whose long edge is at most LONGEST_EDGE; never larger than it was.
export function fittingSize(width, height, most = LONGEST_EDGE) {
  const factor = Math.min(1, most / Math.max(width, height));
  return [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))];
}

// {sha256, size, bytes, width, height} of a File; raises PhotoFault.
export async function shrunk(file) {
  if (file.size > MOST_BYTES) throw new PhotoFault("photoTooBig");
  const picture = await opened(file);
  try {
    const [width, height] = fittingSize(picture.width, picture.height);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const pen = canvas.getContext("2d", { alpha: false });
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, width, height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    canvas.width = 0; // Safari gives the memory back only so
    if (blob?.type !== "image/jpeg") throw new PhotoFault("photoNoImage");
    const bytes = await blob.arrayBuffer();
    return { sha256: await sha256(bytes), size: bytes.byteLength, bytes, width, height };
  } finally {
    picture.close();
  }
}

// What can be drawn, {width, height, close()}, upright as its camera held it. Browsers of before 2024 refuse the option with
// a TypeError, whatever the file; an <img> of theirs turns a picture by itself.
async function opened(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return openedAsElement(file);
  }
}

function openedAsElement(file) {
  const address = URL.createObjectURL(file);
  const image = new Image();
  image.close = () => URL.revokeObjectURL(address);
  return new Promise((resolve, reject) => {
    image.addEventListener("load", () => resolve(image));
    image.addEventListener("error", () => {
      image.close();
      reject(new PhotoFault("photoNoImage"));
    });
    image.src = address;
  });
}

// Draws a picture into a canvas of so many pixels, cut to a square around its middle.
export async function drawThumb(canvas, bytes, pixels) {
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  const edge = Math.min(picture.width, picture.height);
  canvas.width = pixels;
  canvas.height = pixels;
  const [x, y] = [(picture.width - edge) / 2, (picture.height - edge) / 2];
  canvas.getContext("2d").drawImage(picture, x, y, edge, edge, 0, 0, pixels, pixels);
  picture.close();
}
