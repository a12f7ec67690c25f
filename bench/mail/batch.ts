import { mean, median } from 'simple-statistics';
import type { Cascade } from 'spillway';
import type { Mail } from 'spillway/datasets';
import { servedPath } from '../../cascades/plan/index.js';
import { scoresOf } from '../../cascades/scoring/index.js';
import { Rows } from '../../lib/data/rows/index.js';
import { random } from '../../lib/stats/index.js';
import { atLeast, type Check } from '../harness/checks.js';
import { partsOf, unclaimed } from '../harness/parts.js';
import { remembered } from '../harness/remembered.js';
import { type BargainOptions, bargain } from '../peers/bargain.js';
import type { MailLabel } from './data.js';

/** The unseen mails as one finite batch: certified in place, and answered by BARGAIN from the same scores. */

const DRAWS = 20;
const DELTA = 0.05;
const EPSILONS = [0.01, 0.05, 0.1];

/** Means over draws. */
interface Spared {
  /** Share of rows whose full answer wasn't needed, neither to test or choose nor to answer. */
  readonly avoided: number;
  /** Share of answers that are the full model's. */
  readonly agreement: number;
  /** Rows requested to test or choose. */
  readonly requested: number;
  /** Share of the draws in which more answers differ than allowed; the promise is at most delta. */
  readonly broken: number;
}

export interface BatchFigures extends Spared {
  readonly epsilon: number;
  readonly draws: number;
  readonly certified: number;
  /** From the scores of the chain's first stage or of its last, whichever save more. */
  readonly bargain: Spared & { readonly features: readonly string[] };
}

interface Draw {
  /** 1 for rows that the full model answered, for whatever reason. */
  readonly requested: Uint8Array;
  readonly classes: ArrayLike<number>;
  readonly drawn: number;
}

export async function batchFigures<Name extends string>(
  measured: Cascade<Mail, MailLabel, Name>,
  rows: readonly Mail[],
): Promise<BatchFigures[]> {
  const cascade = remembered(measured, rows);
  const codes = (labels: readonly MailLabel[]) =>
    Int32Array.from(labels, (label) => cascade.plan.classes.indexOf(label));
  const oracle = codes((await cascade.full.predict(rows)).labels);
  const proxies = await proxiesOf(cascade, rows);
  const figures: BatchFigures[] = [];
  for (const epsilon of EPSILONS) {
    const ours: (Draw & { certified: boolean })[] = [];
    for (let seed = 0; seed < DRAWS; seed++) {
      const {
        labels,
        byFull: requested,
        certificate,
      } = await unclaimed(cascade).certifyBatch(rows, {
        epsilon,
        delta: DELTA,
        seed,
      });
      const certified = certificate.verdict === 'certified';
      ours.push({ requested, classes: codes(labels), drawn: certificate.n, certified });
    }
    const theirs = proxies.map(({ features, proxy }) => {
      const draws = Array.from({ length: DRAWS }, (_, seed) =>
        bargain({ proxy, oracle, target: 1 - epsilon, delta: DELTA, draw: random(seed).fork('bargain') }),
      );
      return { features, ...sparedOver(draws, oracle, epsilon) };
    });
    figures.push({
      epsilon,
      draws: DRAWS,
      certified: mean(ours.map(({ certified }) => Number(certified))),
      ...sparedOver(ours, oracle, epsilon),
      bargain: theirs.reduce((best, other) => (other.avoided > best.avoided ? other : best)),
    });
  }
  return figures;
}

function sparedOver(draws: readonly Draw[], oracle: Int32Array, epsilon: number): Spared {
  const rows = oracle.length;
  const wrong = ({ classes }: Draw) =>
    oracle.reduce((sum, answer, row) => sum + Number(classes[row] !== answer), 0);
  return {
    avoided: mean(draws.map(({ requested }) => requested.filter((one) => one === 0).length / rows)),
    agreement: mean(draws.map((draw) => 1 - wrong(draw) / rows)),
    requested: mean(draws.map(({ drawn }) => drawn)),
    broken: mean(draws.map((draw) => Number(wrong(draw) > epsilon * rows))),
  };
}

/**
 * Candidates for BARGAIN's one proxy: the chain's last stage, which is the best approximate model
 * and reads nearly all cheap features, and its first. Certifying has both, and those between.
 */
async function proxiesOf<Name extends string>(
  cascade: Cascade<Mail, MailLabel, Name>,
  rows: readonly Mail[],
): Promise<{ features: readonly string[]; proxy: BargainOptions['proxy'] }[]> {
  const parts = partsOf(cascade);
  const { fitted, classes } = parts;
  const { stages: chain } = servedPath(parts);
  const ends = chain.filter((_, s) => s === 0 || s === chain.length - 1);
  const readers = ends.map(({ model, features }) => ({
    model,
    reads: features.map((name) => fitted.findIndex((feature) => feature.name === name)),
  }));
  const scores = await scoresOf(fitted, readers, Rows.of(rows), {});
  return ends.map(({ features }, s) => ({ features, proxy: surest(scores[s], classes.length) }));
}

/** The likeliest class of each row, and its probability. */
function surest(scores: Float64Array, classes: number): BargainOptions['proxy'] {
  const each = Array.from({ length: scores.length / classes }, (_, row) =>
    scores.subarray(row * classes, (row + 1) * classes),
  );
  const confidence = Float64Array.from(each, (p) => Math.max(...p));
  return { classes: Int32Array.from(each, (p, row) => p.indexOf(confidence[row])), confidence };
}

export type BatchSummary = ReturnType<typeof batchSummary>;

/** Medians over the seeds. */
export function batchSummary(perSeed: readonly (readonly BatchFigures[])[]) {
  return EPSILONS.map((epsilon, e) => {
    const spared = (of: (figures: BatchFigures) => Spared): Spared => {
      const over = (key: keyof Spared) => median(perSeed.map((figures) => of(figures[e])[key]));
      return {
        avoided: over('avoided'),
        agreement: over('agreement'),
        requested: over('requested'),
        broken: over('broken'),
      };
    };
    return { epsilon, ...spared((figures) => figures), bargain: spared(({ bargain: peer }) => peer) };
  });
}

export function batchChecks(summary: BatchSummary): Check[] {
  return summary.map(({ epsilon, avoided, bargain: peer }) =>
    atLeast(
      `full answers spared in one batch at ${1 - epsilon}, as a share: not below BARGAIN's`,
      avoided,
      peer.avoided,
    ),
  );
}
