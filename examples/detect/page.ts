import { type Detector, readCascade } from 'spillway/detect';

/** Looks for objects in a picture or in what a camera sees, with a cascade that the user picks. */

/** Pictures are looked at with this many pixels a side at most: a camera's second has many of them. */
const MOST_SIDE = 640;

const cascade = element('cascade', HTMLInputElement);
const picture = element('picture', HTMLInputElement);
const neighbours = element('neighbours', HTMLInputElement);
const camera = element('camera', HTMLButtonElement);
const video = element('video', HTMLVideoElement);
const canvas = element('canvas', HTMLCanvasElement);
const said = element('said', HTMLOutputElement);

let detector: Detector | undefined;
let still: ImageBitmap | undefined;
let stream: MediaStream | undefined;

cascade.addEventListener('change', () => attempt(readChosenCascade));
picture.addEventListener('change', () => attempt(readPicture));
camera.addEventListener('click', () => attempt(stream === undefined ? turnOn : async () => turnOff()));
neighbours.addEventListener('input', () => attempt(async () => lookAtStill()));
attempt(readChosenCascade);

/** Says what went wrong, in the library's own words. */
async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    said.value = error instanceof Error ? error.message : String(error);
  }
}

async function readChosenCascade(): Promise<void> {
  const file = cascade.files?.[0];
  if (file === undefined) return;
  detector = undefined;
  detector = readCascade(new Uint8Array(await file.arrayBuffer()));
  const { kind, width, height, stageThresholds } = detector.model;
  said.value = `${file.name}: ${stageThresholds.length} stages (${kind}), windows of ${width} x ${height} pixels`;
  lookAtStill();
}

async function readPicture(): Promise<void> {
  const file = picture.files?.[0];
  if (file === undefined) return;
  turnOff();
  still = await createImageBitmap(file);
  lookAtStill();
}

async function turnOn(): Promise<void> {
  stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'user' } });
  video.srcObject = stream;
  await video.play();
  still = undefined;
  camera.textContent = 'Turn off';
  requestAnimationFrame(lookAtCamera);
}

function turnOff(): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  camera.textContent = 'Turn on';
}

function lookAtCamera(): void {
  if (stream === undefined) return;
  look(video, video.videoWidth, video.videoHeight);
  requestAnimationFrame(lookAtCamera);
}

function lookAtStill(): void {
  if (still !== undefined) look(still, still.width, still.height);
}

/** Draws a picture, and boxes round what the cascade finds in it. */
function look(source: CanvasImageSource, width: number, height: number): void {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null || width === 0) return;
  const shrunk = Math.min(1, MOST_SIDE / Math.max(width, height));
  const [across, down] = [Math.round(width * shrunk), Math.round(height * shrunk)];
  if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
  canvas.hidden = false;
  context.drawImage(source, 0, 0, across, down);
  if (detector === undefined) return;
  const begun = performance.now();
  const image = context.getImageData(0, 0, across, down);
  const { boxes } = detector.detect(image, { minNeighbors: Number(neighbours.value) });
  const took = performance.now() - begun;
  context.lineWidth = 3;
  context.strokeStyle = '#ffd400';
  for (const box of boxes) context.strokeRect(box.x, box.y, box.width, box.height);
  said.value = `${boxes.length} found in ${took.toFixed(0)} ms`;
  canvas.dataset.boxes = JSON.stringify(boxes);
}

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${kind.name} '${id}'`);
}
