import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Detector } from '../../detect/index.js';
import { medianRatio } from '../harness/measure.js';
import { foundBy, sameBoxes } from './found.js';
import { SCALE_FACTOR } from './judge.js';
import { keep, OpencvPeer } from './opencvPeer.js';
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
  const peer = await OpencvPeer.start();
  if (typeof peer === 'string') return peer;
  const folder = await mkdtemp(join(tmpdir(), 'spillway-opencv-'));
  try {
    const cascade = join(folder, 'cascade.xml');
    await writeFile(cascade, detector.toXml());
    const kept = await Promise.all(scenes.map(({ image }, i) => keep(image, join(folder, `${i}.grey`))));
    const own = (i: number) =>
      detector.detect(scenes[i].image, { compat: 'opencv', scaleFactor: SCALE_FACTOR });
    let [same, boxes] = [0, 0];
    for (const [i, image] of kept.entries()) {
      const ours = foundBy(own(i));
      boxes += ours.neighbours.length;
      if (sameBoxes(ours, await peer.detect(cascade, image, SCALE_FACTOR))) same++;
    }
    const [theirTimes, ourTimes]: number[][] = [[], []];
    for (let round = 0; round < rounds; round++) {
      let theirs = 0;
      for (const image of kept) theirs += 1_000 * (await peer.detect(cascade, image, SCALE_FACTOR)).seconds;
      const begun = performance.now();
      for (const i of scenes.keys()) own(i);
      ourTimes.push(performance.now() - begun);
      theirTimes.push(theirs);
    }
    const { version } = peer;
    return { version, faster: medianRatio(theirTimes, ourTimes), same, scenes: scenes.length, boxes };
  } finally {
    await peer.close();
    await rm(folder, { recursive: true });
  }
}
