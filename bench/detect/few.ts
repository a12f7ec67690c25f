import { type Digit, type Digits, loadDigits } from 'spillway/datasets';
import { type BoxedImage, type Detector, type TrainingOptions, trainDetector } from 'spillway/detect';
import { meetsAny } from '../../detect/certification/overlap.js';
import { random } from '../../lib/stats/index.js';
import { atLeast, columns } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { clouds, draw } from './clouds.js';

/** The digit that is looked for, and sizes in pixels. */
const [WANTED, SIDE, WIDTH, HEIGHT] = [3, 20, 160, 120];
const NEIGHBOURS = [1, 3, 6] as const;
const COPIES = '500 negatives, 30 copies';

const TRAININGS: Readonly<Record<string, Partial<TrainingOptions>>> = {
  '16 negatives, to .4 ** 10': { negativesPerStage: 16 },
  '16 negatives': { negativesPerStage: 16, falsePositiveRate: 1e-3 },
  '500 negatives': { falsePositiveRate: 1e-3 },
  [COPIES]: { falsePositiveRate: 1e-3, augment: { copies: 30 }, validation: 0.5 },
};

interface Sums {
  readonly found: number[];
  readonly false: number[];
  passed: number;
  tested: number;
  seconds: number;
}

/** What twenty objects are enough for. */
export const attentionalFew: Workload = {
  async run({ quick, seeds = quick ? [1] : [1, 2, 3, 4, 5], log }: RunOptions) {
    const { train, test } = await loadDigits();
    const [known, fresh] = [partsOf(train), partsOf(test)];
    const news = Array.from({ length: quick ? 20 : 100 }, (_, i) => scene(fresh, 1, `new ${i}`));
    const trainings: Record<string, object> = {};
    const rows: string[][] = [];
    let most = 0;
    for (const [name, options] of Object.entries(TRAININGS)) {
      const sums: Sums = { found: [0, 0, 0], false: [0, 0, 0], passed: 0, tested: 0, seconds: 0 };
      for (const seed of seeds) {
        log(`${name}, seed ${seed}`);
        const begun = performance.now();
        const { detector, hits } = await trainDetector({
          positives: Array.from({ length: 20 }, (_, i) => scene(known, 1, `${seed} ${i}`)),
          negatives: Array.from({ length: 200 }, (_, i) => scene(known, 0, `${seed} none ${i}`).image),
          window: [SIDE, SIDE],
          features: quick ? 500 : 3_000,
          maxWeak: 50,
          seed,
          ...options,
        });
        sums.seconds += (performance.now() - begun) / 1_000 / seeds.length;
        sums.passed += hits.passed;
        sums.tested += hits.objects;
        for (const [k, minNeighbors] of NEIGHBOURS.entries()) {
          const { found, others } = lookFor(detector, news, minNeighbors);
          sums.found[k] += found / seeds.length;
          sums.false[k] += others / seeds.length;
        }
      }
      trainings[name] = { minNeighbors: NEIGHBOURS, ...sums };
      if (name === COPIES) most = sums.found[1];
      const figures = sums.found.map(
        (found, k) => `${(100 * found).toFixed(0)} % ${sums.false[k].toFixed(2)}`,
      );
      rows.push([name, ...figures, `${sums.passed} of ${sums.tested}`, `${sums.seconds.toFixed(1)} s`]);
    }
    const head = ['training', ...NEIGHBOURS.map((count) => `minNeighbors ${count}`), 'test hits', 'time'];
    const checks = [atLeast('found with copies, minNeighbors 3', most, quick ? 0.4 : 0.75)];
    const json = {
      ...{ workload: 'attentional-few', quick, machine: machine(), versions: versions() },
      ...{ seeds, scenes: news.length, trainings, checks },
    };
    return { json, table: columns([head, ...rows]) };
  },
};

interface Parts {
  readonly wanted: readonly Digit[];
  readonly others: readonly Digit[];
}

function partsOf({ rows, labels }: Digits): Parts {
  const of = (isWanted: boolean) => rows.filter((_, i) => (labels[i] === WANTED) === isWanted);
  return { wanted: of(true), others: of(false) };
}

/** A digit in each quarter, the first `wanted` of them those that are looked for. */
function scene(parts: Parts, wanted: number, name: string): BoxedImage {
  const stream = random(name);
  const image = clouds(WIDTH, HEIGHT, stream);
  const boxes = [0, 1, 2, 3].map((quarter) => {
    const digits = quarter < wanted ? parts.wanted : parts.others;
    const size = 28 + stream.integer(21);
    const x = 80 * (quarter % 2) + stream.integer(81 - size);
    const y = 60 * (quarter >> 1) + stream.integer(61 - size);
    draw(image, digits[stream.integer(digits.length)], x, y, size, stream);
    return { x, y, width: size, height: size };
  });
  return { image, boxes: boxes.slice(0, wanted) };
}

/** Shares of scenes whose object is met, and boxes a scene that meet none. */
function lookFor(detector: Detector, scenes: readonly BoxedImage[], minNeighbors: number) {
  let found = 0;
  let others = 0;
  for (const { image, boxes } of scenes) {
    const all = detector.detect(image, { minNeighbors }).boxes;
    const met = all.filter((box) => meetsAny(box, boxes)).length;
    if (met > 0) found++;
    others += all.length - met;
  }
  return { found: found / scenes.length, others: others / scenes.length };
}
