import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Detector } from '../../cascades/attentional/index.js';
import { medianRatio } from '../harness/measure.js';
import { PYTHON, type PythonPeer, startPython } from '../peers/python.js';
import { SCALE_FACTOR } from './judge.js';
import type { Scene } from './scenes.js';

/** Our cascade as OpenCV runs it, from the XML that we write. */
export interface BesideOpencv {
  readonly version: string;
  /** OpenCV's time as a multiple of ours, on one thread, over all scenes. */
  readonly faster: number;
  /** Scenes whose boxes and neighbours are OpenCV's, in order. */
  readonly same: number;
  readonly scenes: number;
  /** Boxes that were compared. */
  readonly boxes: number;
}

/** @returns why there is nothing to compare with, in words, where OpenCV is missing */
export async function besideOpencv(
  detector: Detector,
  scenes: readonly Scene[],
  rounds: number,
): Promise<BesideOpencv | string> {
  const peer = await start();
  if (typeof peer === 'string') return peer;
  const folder = await mkdtemp(join(tmpdir(), 'spillway-opencv-'));
  try {
    const cascade = join(folder, 'cascade.xml');
    await writeFile(cascade, detector.toXml());
    const files = scenes.map((_, i) => join(folder, `${i}.grey`));
    await Promise.all(scenes.map(({ image }, i) => writeFile(files[i], image.data)));
    const ask = async (i: number) => {
      const { width, height } = scenes[i].image;
      return answerOf(
        await peer.request(JSON.stringify({ cascade, image: files[i], width, height, factor: SCALE_FACTOR })),
      );
    };
    const own = (i: number) =>
      detector.detect(scenes[i].image, { compat: 'opencv', scaleFactor: SCALE_FACTOR }).boxes;
    let [same, boxes] = [0, 0];
    for (const i of scenes.keys()) {
      const theirs = await ask(i);
      const ours = own(i);
      boxes += ours.length;
      const flat = ours.flatMap(({ x, y, width, height }) => [x, y, width, height]);
      const neighbours = ours.map((box) => box.neighbours);
      if (String(flat) === String(theirs.boxes) && String(neighbours) === String(theirs.neighbours)) same++;
    }
    const [theirTimes, ourTimes]: number[][] = [[], []];
    for (let round = 0; round < rounds; round++) {
      let theirs = 0;
      for (const i of scenes.keys()) theirs += 1_000 * (await ask(i)).seconds;
      const begun = performance.now();
      for (const i of scenes.keys()) own(i);
      ourTimes.push(performance.now() - begun);
      theirTimes.push(theirs);
    }
    const version = 'version' in peer.ready ? String(peer.ready.version) : '';
    return { version, faster: medianRatio(theirTimes, ourTimes), same, scenes: scenes.length, boxes };
  } finally {
    await peer.close();
    await rm(folder, { recursive: true });
  }
}

/** Debian's, or that of another Python. */
async function start(): Promise<PythonPeer | string> {
  const from = (interpreter: string) =>
    startPython('opencv.py', '', interpreter, { name: 'opencv', module: 'cv2' });
  const debian = await from(PYTHON);
  return typeof debian === 'string' && PYTHON !== 'python3' ? from('python3') : debian;
}

function answerOf(answer: object) {
  if ('seconds' in answer && 'boxes' in answer && 'neighbours' in answer) {
    const { seconds, boxes, neighbours } = answer;
    if (typeof seconds === 'number') return { seconds, boxes, neighbours };
  }
  throw new Error(`OpenCV answered ${JSON.stringify(answer)}`);
}
