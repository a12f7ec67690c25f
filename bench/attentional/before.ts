import { DetectorBefore } from '../../cascades/attentional/before/index.js';
import { type BeforeCertificate, certifyBefore, type Detector } from '../../cascades/attentional/index.js';
import { interleave, medianRatio } from '../harness/measure.js';
import type { Network } from './network.js';
import { GRID } from './networkWindows.js';
import type { Part } from './photographs.js';
import { type SceneSource, WANTED } from './scenes.js';

/** Of the windows that the network accepts, so many may be lost, as a share. */
export const LOST = 0.01;

/** Scenes that a certificate reads, and that both are compared on. */
export interface BeforeScenes {
  readonly tuning: number;
  readonly images: number;
  /** No scene has more windows that the network accepts. */
  readonly maxAccepted: number;
  readonly test: number;
  /** Of those compared, how many are timed, and how often. */
  readonly timed: number;
  readonly rounds: number;
}

export const BEFORE: BeforeScenes = {
  tuning: 60,
  images: 2_000,
  // In 120 validation scenes no more than 27 were seen.
  maxAccepted: 48,
  test: 100,
  timed: 6,
  rounds: 5,
};
/** A network that is hardly trained may accept any number. */
export const BEFORE_QUICK: BeforeScenes = {
  tuning: 2,
  images: 2,
  maxAccepted: 65_535,
  test: 1,
  timed: 1,
  rounds: 1,
};

/** The cascade before a network, and the network alone. */
export interface BesideNetwork {
  readonly runtime: string;
  readonly multiplyAdds: number;
  readonly certificate: BeforeCertificate;
  /** Windows of the test scenes, those passed on, and those that the network accepts with and without the cascade. */
  readonly windows: number;
  readonly passed: number;
  readonly kept: number;
  readonly accepted: number;
  /** The network's time on all windows as a multiple of both together. */
  readonly faster: number;
}

/** Puts the cascade before a network, certifies that by image, and compares it with the network alone. */
export async function besideNetwork(
  detector: Detector,
  { model, runtime, multiplyAdds }: Network,
  sources: Record<Part, SceneSource>,
  { tuning, images, maxAccepted, test, timed, rounds }: BeforeScenes,
  seed: number,
  log: (text: string) => void,
): Promise<BesideNetwork> {
  const options = { ...GRID, accept: WANTED };
  const certified = await certifyBefore(detector.before(model, options), {
    tuning: scenes(sources.validation, `before ${seed}`, tuning),
    images: scenes(sources.unseen, `before ${seed}`, images),
    ...{ epsilon: LOST, delta: 0.05, maxAccepted, seed },
    onProgress({ step, images }) {
      if (images % 100 === 0) log(`${step}: ${images} scenes`);
    },
  });
  const { certificate } = certified;
  if (certificate === undefined) throw new TypeError('expected a certificate');
  const alone = new DetectorBefore({ detector, full: model, options, served: null });
  const tested = [...scenes(sources.unseen, `test before ${seed}`, test)];
  const counts = { windows: 0, passed: 0, kept: 0, accepted: 0 };
  for (const image of tested) {
    const [all, own] = [await alone.detect(image), await certified.detect(image)];
    counts.windows += own.windows;
    counts.passed += own.passed;
    counts.kept += own.candidates.length;
    counts.accepted += all.candidates.length;
  }
  const over = (each: DetectorBefore) => async () => {
    for (const image of tested.slice(0, timed)) await each.detect(image);
  };
  const [slow, quick] = await interleave([over(alone), over(certified)], rounds, true);
  return { runtime, multiplyAdds, certificate, ...counts, faster: medianRatio(slow, quick) };
}

function* scenes(source: SceneSource, seed: string, count: number) {
  for (let i = 0; i < count; i++) yield source.scene(`${seed} ${i}`).image;
}
