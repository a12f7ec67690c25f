import { logisticRegression, type PlanStage, tune } from '../../index.js';
import { type Random, random } from '../../lib/stats/index.js';
import {
  type Answered,
  acceptance,
  answeredBy,
  answeredInFull,
  explorer,
  meanLoss,
  type NotesCascade,
  sharesOf,
  transplanted,
} from './judge.js';
import type { NotesLaw } from './notes.js';
import type { TunedWorld } from './tuned.js';

/** Counts over some trials of `tune`. */
export interface TunedTally {
  readonly trials: number;
  /** Sum of the rows that certified. */
  readonly n: number;
  /** Trials whose cascade loses more than epsilon on fresh rows, and by the law itself. */
  readonly violations: number;
  readonly exactViolations: number;
  /** By the law, of the most aggressive plan of the path whose loss on as many rows as certify is epsilon at most. */
  readonly willumpViolations: number;
  /** By the law, of the certified plan with models that were refitted; 0 if none are. */
  readonly refittedViolations: number;
  readonly certified: number;
  /** Sums of the shares of rows that exit, and that would under the most aggressive plan within epsilon. */
  readonly accepted: number;
  readonly oracleAccepted: number;
  /** Cascades with such stages. */
  readonly chains: Readonly<Record<string, number>>;
}

const FRESH = 100_000;

/** Trials `from` to `to`, the last left out; each has its own random numbers, in any process. */
export async function runTunes(
  world: TunedWorld,
  law: NotesLaw,
  seed: number,
  from: number,
  to: number,
): Promise<TunedTally> {
  const stream = random(seed).fork(world.name);
  let tally = noTunes;
  for (let trial = from; trial < to; trial++) {
    tally = addTunes(tally, await runTune(world, law, stream.fork(String(trial))));
  }
  return tally;
}

async function runTune(world: TunedWorld, law: NotesLaw, own: Random): Promise<TunedTally> {
  const { loss, epsilon } = world;
  const rows = law.draw(world.rows, own.fork('rows'));
  const kept = law.draw(world.certify ?? 0, own.fork('certify'));
  const cascade = await tuneOn(world, law, rows, kept, own);
  const full = await answeredInFull(law, cascade);
  const lossOn = (shares: Float64Array) => (answered: Answered) => meanLoss(loss, answered, full, shares);
  const truth = lossOn(law.chances);
  const fresh = lossOn(sharesOf(law, law.draw(FRESH, own.fork('fresh'))));
  const estimate = lossOn(sharesOf(law, law.draw(cascade.certificate.n, own.fork('estimate'))));

  const served = await answeredBy(law, cascade);
  const mostAggressive = explorer(law, cascade);
  const willump = await mostAggressive((answered) => estimate(answered) <= epsilon);
  const oracle = await mostAggressive((answered) => truth(answered) <= epsilon);
  const refitted = world.refit
    ? await refittedLoss(world, law, cascade, Int32Array.of(...rows, ...kept), own)
    : 0;
  return {
    trials: 1,
    n: cascade.certificate.n,
    violations: Number(fresh(served) > epsilon),
    exactViolations: Number(truth(served) > epsilon),
    willumpViolations: Number(willump !== undefined && truth(willump) > epsilon),
    refittedViolations: Number(refitted > epsilon),
    certified: Number(cascade.certificate.verdict === 'certified'),
    accepted: acceptance(served, law),
    oracleAccepted: oracle ? acceptance(oracle, law) : 0,
    chains: { [chainOf(cascade)]: 1 },
  };
}

/** The public `tune`, its options as users give them. */
export function tuneOn(
  { features, profile, approximate, loss, epsilon, delta }: TunedWorld,
  law: NotesLaw,
  rows: Int32Array,
  kept: Int32Array,
  own: Random,
): Promise<NotesCascade> {
  const { classes } = law;
  // Each draw is an object of its own: a note that is drawn twice is two rows.
  const sample = (cells: Int32Array) => ({
    rows: Array.from(cells, (cell) => ({ ...law.notes[Math.floor(cell / classes.length)] })),
    labels: Array.from(cells, (cell) => classes[cell % classes.length]),
  });
  return tune({
    ...sample(rows),
    ...(kept.length > 0 && { certify: sample(kept) }),
    features,
    profile,
    full: logisticRegression(),
    approximate,
    bound: { loss, epsilon, delta },
    // A finite population: notes repeat by nature, and each is a draw.
    repeats: true,
    seed: own.fork('seed').integer(2 ** 31),
  });
}

/** The certified thresholds with all models fitted again, on all rows there are: a tempting mistake. */
async function refittedLoss(
  world: TunedWorld,
  law: NotesLaw,
  { plan }: NotesCascade,
  all: Int32Array,
  own: Random,
): Promise<number> {
  const again = await tuneOn(world, law, all, law.draw(world.certify ?? 0, own.fork('again')), own);
  const cascade = transplanted(plan, again);
  // With other stages there is nothing to serve: no loss, to the fault's favour.
  if (cascade === undefined) return 0;
  const full = await answeredInFull(law, again);
  return meanLoss(world.loss, await answeredBy(law, cascade), full, law.chances);
}

/** The stages in words, with the exit of each. */
function chainOf({ plan: { stages } }: NotesCascade): string {
  if (stages.length === 0) return 'full model only';
  return stages.map(wordsOf).join(' -> ');
}

function wordsOf({ features, exit: { calibration, score } }: PlanStage): string {
  return `${features.join(' + ')} (${calibration}, ${score})`;
}

export const noTunes: TunedTally = {
  trials: 0,
  n: 0,
  violations: 0,
  exactViolations: 0,
  willumpViolations: 0,
  refittedViolations: 0,
  certified: 0,
  accepted: 0,
  oracleAccepted: 0,
  chains: {},
};

export function addTunes(a: TunedTally, b: TunedTally): TunedTally {
  const names = [...new Set([...Object.keys(a.chains), ...Object.keys(b.chains)])].sort();
  return {
    trials: a.trials + b.trials,
    n: a.n + b.n,
    violations: a.violations + b.violations,
    exactViolations: a.exactViolations + b.exactViolations,
    willumpViolations: a.willumpViolations + b.willumpViolations,
    refittedViolations: a.refittedViolations + b.refittedViolations,
    certified: a.certified + b.certified,
    accepted: a.accepted + b.accepted,
    oracleAccepted: a.oracleAccepted + b.oracleAccepted,
    chains: Object.fromEntries(names.map((name) => [name, (a.chains[name] ?? 0) + (b.chains[name] ?? 0)])),
  };
}
