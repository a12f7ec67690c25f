import { mean, median } from 'simple-statistics';
import { logisticRegression } from 'spillway';
import { atMost, type Check, columns, leftOut } from '../harness/checks.js';
import type { RunOptions } from '../harness/harness.js';
import { logLoss } from '../harness/metrics.js';
import { processorClock } from '../harness/processor.js';
import type { LinearPeer, LinearRows } from '../peers/linear.js';
import { accuracyOf } from './linear.js';
import { KINDS } from './penaltyData.js';

/** A logistic regression by default beside `LogisticRegressionCV`, on rows never seen. */
export interface PenaltyResult {
  readonly name: string;
  readonly seed: number;
  readonly accuracy: number;
  readonly sklearnAccuracy: number;
  readonly logLoss: number;
  readonly sklearnLogLoss: number;
  /** Processor seconds of choosing and fitting, of fitting with the chosen penalty, and of scikit-learn's fit. */
  readonly seconds: number;
  readonly fitSeconds: number;
  readonly sklearnSeconds: number;
}

const QUICK = ['table of 4,000 flights'];

/** Its ten penalties and five folds, scored by what ours is chosen by. */
const SETTINGS = { scoring: 'neg_log_loss', cv: 5 };

export async function measurePenalties(
  peer: LinearPeer,
  { seeds, quick, log }: { readonly seeds: readonly number[] } & Pick<RunOptions, 'quick' | 'log'>,
): Promise<readonly PenaltyResult[]> {
  const results: PenaltyResult[] = [];
  for (const [name, { scaling, rows }] of Object.entries(KINDS)) {
    if (quick && !QUICK.includes(name)) continue;
    for (const seed of seeds) {
      log(`penalties: ${name}, seed ${seed}`);
      const problem = await rows(seed);
      const ours = await fitOurs(problem);
      await peer.give(problem, scaling);
      const sklearnSeconds = await peer.fit(problem, SETTINGS, true);
      const theirs = await peer.predict(problem);
      results.push({
        ...{ name, seed, sklearnSeconds, seconds: ours.seconds, fitSeconds: ours.fitSeconds },
        accuracy: accuracyOf(ours.scores, problem),
        sklearnAccuracy: accuracyOf(theirs, problem),
        logLoss: logLoss(ours.scores, problem.testLabels),
        sklearnLogLoss: logLoss(theirs, problem.testLabels),
      });
    }
  }
  return results;
}

const ROUNDS = 3;

/** Medians of rounds after one that warms up. */
async function fitOurs({ train, labels, classes, test, testLabels }: LinearRows) {
  // A set that is new: a penalty is chosen once for each.
  const set = () => ({ blocks: train, rows: labels.length, classes, labels });
  const timed = async (fit: () => unknown) => {
    const start = processorClock.now();
    await fit();
    return (processorClock.now() - start) / 1000;
  };
  const open = logisticRegression();
  const chosen = (await open.choose?.(set(), { seed: 1 })) ?? open;
  const rounds = [];
  for (let round = 0; round <= ROUNDS; round++) {
    rounds.push({
      both: await timed(() => open.fit(set(), { seed: 1 })),
      fit: await timed(() => chosen.fit(set(), { seed: 1 })),
    });
  }
  const warm = rounds.slice(1);
  const model = await chosen.fit(set(), { seed: 1 });
  const scores = new Float64Array(testLabels.length * classes);
  model.score(test, scores);
  return {
    scores,
    seconds: median(warm.map(({ both }) => both)),
    fitSeconds: median(warm.map(({ fit }) => fit)),
  };
}

/** Means over the seeds, of times the median ratio. */
function summary(results: readonly PenaltyResult[]) {
  return {
    behind: mean(results.map(({ accuracy, sklearnAccuracy }) => sklearnAccuracy - accuracy)),
    loss: mean(results.map((each) => each.logLoss / each.sklearnLogLoss)) - 1,
    ratio: median(results.map(({ seconds, fitSeconds }) => seconds / fitSeconds)),
  };
}

const ACCURACY = "accuracy by default behind LogisticRegressionCV's";
const LOSS = "log loss by default above LogisticRegressionCV's, as a share";
const TIME = 'choosing and fitting over fitting with the chosen penalty';

export function penaltyChecks(results: readonly PenaltyResult[] | string, quick: boolean): Check[] {
  return Object.keys(KINDS).flatMap((name) => {
    const own = typeof results === 'string' ? [] : results.filter((each) => each.name === name);
    if (typeof results === 'string' || quick) {
      const why = typeof results === 'string' ? results : 'too few rows';
      return [leftOut(`${ACCURACY}, ${name}`, '<= 0.005', why)];
    }
    const { behind, loss, ratio } = summary(own);
    return [
      atMost(`${ACCURACY}, ${name}`, behind, 0.005),
      atMost(`${LOSS}, ${name}`, loss, 0.005),
      atMost(`${TIME}, ${name}`, ratio, 2),
    ];
  });
}

export function penaltyTable(results: readonly PenaltyResult[]): string {
  const names = [...new Set(results.map(({ name }) => name))];
  return columns([
    ['penalties by default', 'accuracy', 'CV', 'log loss', 'CV', 'seconds', 'fit alone', 'CV', 'ratio'],
    ...names.map((name) => {
      const own = results.filter((each) => each.name === name);
      const over = (of: (result: PenaltyResult) => number) => mean(own.map(of));
      const shares = [over((each) => each.accuracy), over((each) => each.sklearnAccuracy)];
      const losses = [over((each) => each.logLoss), over((each) => each.sklearnLogLoss)];
      const times = [over((each) => each.seconds), over((each) => each.fitSeconds)];
      return [
        name,
        ...shares.map((share) => `${(100 * share).toFixed(2)} %`),
        ...losses.map((value) => value.toFixed(4)),
        ...times.map((value) => value.toFixed(3)),
        over((each) => each.sklearnSeconds).toFixed(1),
        summary(own).ratio.toFixed(2),
      ];
    }),
  ]);
}
