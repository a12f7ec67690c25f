import { type Digit, loadDigits } from 'spillway/datasets';
import { stageTable, trainDetector } from 'spillway/detect';
import type { ImageInput } from '../../detect/image/index.js';
import { random } from '../../lib/stats/index.js';
import { atMost, type Check, leftOut } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { clouds, draw } from './clouds.js';

/** The digit that is looked for, and the window in pixels. */
const [WANTED, SIDE] = [3, 24];
const [WIDTH, HEIGHT] = [320, 240];
/** Distracting digits of a scene. */
const DISTRACTING = 12;

/** What training costs, by its steps: digits on cloudy scenes, 10 stages of 20,000 features by default. */
export const attentionalTraining: Workload = {
  async run({ quick, seeds = [1], log }: RunOptions) {
    const [samples, features, stages] = quick ? [500, 1_000, 3] : [5_000, 20_000, 10];
    const seed = seeds[0];
    log('digits');
    const { train } = await loadDigits();
    const of = (isWanted: boolean) => train.rows.filter((_, i) => (train.labels[i] === WANTED) === isWanted);
    const wanted = of(true);
    const others = of(false);
    const positives = Array.from({ length: samples }, (_, i) =>
      crop(wanted[i % wanted.length], `${seed} ${i}`),
    );
    const held = wanted.slice(-1_000).map((digit, i) => crop(digit, `${seed} held ${i}`));
    const scenes = function* (name: string) {
      for (let i = 0; ; i++) yield scene(others, `${name} ${i}`);
    };
    const clock = new StepClock();
    const { table, reason, detector } = await trainDetector({
      positives,
      negatives: scenes,
      validation: { positives: held, negatives: (name) => scenes(`held ${name}`) },
      features,
      stages,
      negativesPerStage: samples,
      validationNegatives: quick ? 500 : 2_000,
      falsePositiveRate: 1e-9,
      seed,
      onProgress({ step, table }) {
        clock.enter(step);
        if (step === 'stage') log(stageTable(table.slice(-1)));
      },
    });
    const { wall, processor } = clock.end();
    const work = table.reduce((sum, row) => sum + row.weak * (row.positives + row.negatives), 0) * features;
    const fitted = (of: Record<string, number>) => of.boosting + of.features;
    const seconds = Object.values(wall).reduce((sum, each) => sum + each, 0) / 1_000;
    const nanoseconds = {
      boosting: (1e6 * wall.boosting) / work,
      withBins: (1e6 * fitted(wall)) / work,
      boostingProcessor: (1e6 * processor.boosting) / work,
      withBinsProcessor: (1e6 * fitted(processor)) / work,
    };
    const what = 'processor ns a feature-sample-round, bins included';
    const checks: Check[] = quick
      ? [leftOut(what, '<= 2', 'too little work')]
      : [
          atMost(`seconds for ${stages} stages`, Math.round(seconds), 240),
          atMost(what, round(nanoseconds.withBinsProcessor), 2),
        ];
    const json = {
      workload: 'attentional-training',
      quick,
      machine: machine(),
      versions: versions(),
      ...{ samples, features, stages: table, reason },
      weak: detector.model.firstNode.length - 1,
      milliseconds: wall,
      processorMilliseconds: processor,
      nanoseconds,
      checks,
    };
    const lines = Object.entries(nanoseconds).map(([name, ns]) => `${name}: ${round(ns)} ns`);
    return { json, table: [stageTable(table), `ended: ${reason}`, ...lines].join('\n') };
  },
};

const round = (value: number) => Number(value.toPrecision(3));

/** Time between reports of progress, by what was under way. */
class StepClock {
  private step = 'negatives';
  private at = performance.now();
  private used = process.cpuUsage();
  private readonly wall: Record<string, number> = {};
  private readonly processor: Record<string, number> = {};

  enter(step: string): void {
    const now = performance.now();
    const { user, system } = process.cpuUsage(this.used);
    this.used = process.cpuUsage();
    this.wall[this.step] = (this.wall[this.step] ?? 0) + now - this.at;
    this.processor[this.step] = (this.processor[this.step] ?? 0) + (user + system) / 1_000;
    this.at = now;
    this.step = step;
  }

  end() {
    this.enter('end');
    return { wall: this.wall, processor: this.processor };
  }
}

/** A digit in the window, a little smaller or larger, of any contrast, on clouds. */
function crop(digit: Digit, name: string): ImageInput {
  const stream = random(name);
  const image = clouds(SIDE, SIDE, stream);
  const size = SIDE - stream.integer(4);
  draw(image, digit, stream.integer(SIDE - size + 1), stream.integer(SIDE - size + 1), size, stream);
  return image;
}

function scene(digits: readonly Digit[], name: string): ImageInput {
  const stream = random(name);
  const image = clouds(WIDTH, HEIGHT, stream);
  for (let i = 0; i < DISTRACTING; i++) {
    const size = SIDE + stream.integer(48);
    const digit = digits[stream.integer(digits.length)];
    draw(image, digit, stream.integer(WIDTH - size), stream.integer(HEIGHT - size), size, stream);
  }
  return image;
}
