import { define, gradientBoosting, logisticRegression, tune } from 'spillway';
import { detectorFeature, stageTable } from '../../detect/index.js';
import { atLeast, type Check, columns } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, measurement, medianRatio } from '../harness/measure.js';
import { disagreementRefuted } from '../harness/refute.js';
import { countsOf } from '../mail/seed.js';
import { frameNetwork, multiplyAdds } from './frameNetwork.js';
import { cameras, FRAME, FRAME_WORLDS, type Frame, type FrameWorld, frames } from './frameScenes.js';
import type { SceneSource } from './scenes.js';
import { type Extent, QUICK, type Training, trainOnScenes } from './sceneTraining.js';

/** A small cascade of stumps, trained in less than a minute. */
const EXTENT: Extent = {
  positives: 1_500,
  features: 2_000,
  stages: 8,
  depth: 1,
  haar: 'core',
  maxWeak: 60,
  hitRate: 0.99,
};

const COUNT = { tuned: 4_000, unseen: 2_000 };
const QUICK_COUNT = { tuned: 700, unseen: 200 };
const ROUNDS = 3;
const WORLDS = ['rare', 'usual'] as const satisfies readonly FrameWorld[];

/** A camera's frames: a network says whether a digit is on them, and a cascade of a detector asks it where needed. */
export const framesBeforeNetwork: Workload = {
  async run({ seeds = [1], quick, cases = WORLDS, log }) {
    const sources = await cameras();
    const [seed] = seeds;
    const network = await frameNetwork(sources.training, quick, log);
    log('training the detector');
    const training = await trainOnScenes(sources, quick ? { ...QUICK, depth: 1 } : EXTENT, seed, log);
    const results: Result[] = [];
    const worlds = WORLDS.filter((world) => cases.includes(world));
    for (const world of worlds) {
      for (const each of seeds) {
        results.push(await measure(network, training, sources.unseen, { world, seed: each, quick }, log));
      }
    }
    const json = {
      workload: 'frames',
      quick,
      machine: machine(),
      versions: versions(),
      seeds,
      worlds: FRAME_WORLDS,
      multiplyAdds: multiplyAdds(),
      detector: { stages: training.table, seconds: training.seconds },
      checks: worlds.flatMap((world) =>
        checksOf(
          world,
          results.filter((each) => each.world === world),
          quick,
        ),
      ),
      results,
    };
    return { json, table: `${stageTable(training.table)}\n\n${tableOf(results)}` };
  },
};

/** Frames for tuning and for the test are of one population: photographs and digits that nothing was trained on. */
async function measure(
  network: Awaited<ReturnType<typeof frameNetwork>>,
  { detector }: Training,
  source: SceneSource,
  { world, seed, quick }: { readonly world: FrameWorld; readonly seed: number; readonly quick: boolean },
  log: (text: string) => void,
) {
  const count = quick ? QUICK_COUNT : COUNT;
  const features = define({
    digits: detectorFeature(detector, {
      image: (frame: Frame) => frame.image,
      scaleFactor: 1.25,
      minSize: [FRAME.least, FRAME.least],
      minNeighbors: 1,
    }),
  });
  log(`${world}, seed ${seed}: tuning`);
  const rows = frames(source, world, `tune ${seed}`, count.tuned);
  const begun = performance.now();
  const cascade = await tune({
    features,
    rows,
    labels: rows.map(({ isThere }) => isThere),
    full: network,
    approximate: [logisticRegression(), gradientBoosting()],
    bound: { loss: 'disagreement', epsilon: 0.01, delta: 0.05 },
    seed,
  });
  const tuneSeconds = (performance.now() - begun) / 1_000;
  log(`${cascade.summary()}\nmeasuring`);
  const unseen = frames(source, world, `unseen ${seed}`, count.unseen);
  const truth = unseen.map(({ isThere }) => isThere);
  const reference = await cascade.full.predict(unseen);
  const answers = await cascade.predict(unseen);
  const stages = cascade.plan.stages.length;
  const asked = unseen.filter((_, i) => answers.exits[i] === stages);
  const [slow, quickly, rest] = await interleave(
    [
      () => cascade.full.predict(unseen),
      () => cascade.predict(unseen),
      () => (asked.length > 0 ? cascade.full.predict(asked) : undefined),
    ],
    quick ? 1 : ROUNDS,
  );
  return {
    world,
    seed,
    rows: { tuned: rows.length, certification: cascade.certificate.n, unseen: unseen.length },
    full: measurement(slow, reference.labels, reference.labels, truth),
    cascade: measurement(quickly, answers.labels, reference.labels, truth),
    speedup: medianRatio(slow, quickly),
    predictedSpeedup: cascade.plan.expected.speedup,
    asked: asked.length / unseen.length,
    /** What is left of the cascade's time without the network's. */
    detectorShare: 1 - medianRatio(rest, quickly),
    counts: countsOf(answers.labels, reference.labels, truth),
    certificate: cascade.certificate,
    stages: cascade.plan.stages,
    profile: cascade.profile,
    tuneSeconds,
  };
}

type Result = Awaited<ReturnType<typeof measure>>;

/** With `quick` only that the promise isn't refuted: network and detector are hardly trained. */
function checksOf(world: FrameWorld, results: readonly Result[], quick: boolean): Check[] {
  const middle = [...results].sort((a, b) => a.speedup - b.speedup)[results.length >> 1];
  const refuted = disagreementRefuted([middle.counts], 'frames');
  const promise = { ...refuted, what: `${world}: ${refuted.what}` };
  if (quick) return [promise];
  const certified = results.filter(({ certificate }) => certificate.verdict === 'certified').length;
  return [
    promise,
    atLeast(`${world}: certified at 1 %, share of seeds`, certified / results.length, 1),
    atLeast(`${world}: times as many frames a second as the network answers`, middle.speedup, 10),
    atLeast(`${world}: the network's accuracy on unseen frames`, middle.full.accuracy, 0.95),
  ];
}

function tableOf(results: readonly Result[]): string {
  const share = (value: number) => `${(100 * value).toFixed(2)} %`;
  return columns([
    [
      'world',
      'seed',
      'network/s',
      'cascade/s',
      'speedup',
      'expected',
      'asked',
      'detector',
      'right',
      'right',
      'differs',
      'tuned',
    ],
    ...results.map((each) => [
      each.world,
      String(each.seed),
      each.full.rowsPerSecond.toFixed(0),
      each.cascade.rowsPerSecond.toFixed(0),
      `${each.speedup.toFixed(1)}x`,
      `${each.predictedSpeedup.toFixed(1)}x`,
      share(each.asked),
      share(each.detectorShare),
      share(each.full.accuracy),
      share(each.cascade.accuracy),
      share(each.cascade.disagreement),
      `${each.tuneSeconds.toFixed(0)} s`,
    ]),
  ]);
}
