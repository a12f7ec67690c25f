import type { ExpectedCost } from '../../../cascades/index.js';
import { type Cascade, codesSoon, isInSpell, warmInBatches, widthOf } from '../../../cascades/internal.js';
import { featureCosts, measuredSizes, type Profile } from '../../../lib/costs/index.js';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import type { Ranker } from '../../../topk/index.js';
import {
  FULL_AGAIN,
  FULL_MODEL,
  type LoadedModel,
  type ServedMode,
  type SliceAnswer,
} from '../../executor.js';
import { PROBES, Probes } from './probes.js';

/** What rows are asked with. */
export interface Question {
  readonly mode: number;
  readonly k: number | undefined;
  readonly deadlineMs: number | undefined;
  readonly scores: boolean;
  readonly signal: AbortSignal;
  /** See `Slice.probe`. */
  readonly probe?: boolean;
}

/** An answer without its time. */
export type ModelAnswer = Omit<SliceAnswer, 'busyMs'>;

/** A cascade or a ranker as slices are put to it. */
export interface HostedModel {
  readonly about: Pick<LoadedModel, 'labels' | 'kind' | 'width' | 'modes' | 'unchecked'>;
  readonly certificate: { readonly verdict: string; readonly reason: string | null };
  /**
   * Runs features and models, so that the first request waits for nothing.
   *
   * @param rows a few, or none
   * @param maxMs for which rows are answered again and again, until that gets no quicker
   * @param isFirst whether it holds parts that nothing has warmed here: batches of the sizes that the profile has run
   *   as well, and rows are answered again. Otherwise all runs once
   */
  warm(rows: readonly unknown[], maxMs: number, isFirst: boolean): Promise<void>;
  /** At once where nothing waits. @throws what makes the model fail, also at once */
  answer(rows: readonly unknown[], question: Question): ModelAnswer | Promise<ModelAnswer>;
}

const NONE = new Float64Array(0);

/** The most rows that go through a cascade's stages together. */
const LARGEST = 1_024;

/** Sizes that the profile measured, as far as batches have them. */
function batchesOf(profile: Profile): number[] {
  return measuredSizes(profile).filter((size) => Number.isSafeInteger(size) && size > 1 && size <= LARGEST);
}

/** @param probes that may fail in a minute */
export function servedCascade(cascade: Cascade<unknown>, probesPerMinute = PROBES): HostedModel {
  const probes = new Probes(probesPerMinute);
  const { plan, certificate } = cascade;
  const { classes } = plan;
  const [own, ...others] = cascade.modes.map((mode): ServedMode => {
    const { epsilon, cost, certificate, plan } = mode;
    return { epsilon, verdict: certificate.verdict, cost, certificate, plan };
  });
  return {
    about: {
      labels: classes,
      kind: plan.decision.kind === 'value' ? 'value' : 'classes',
      width: widthOf(classes),
      modes: [own, ...others],
      ...(cascade.checked === 0 && { unchecked: true }),
    },
    certificate,
    async warm(rows, maxMs, isFirst) {
      if (!isFirst) {
        // Others have compiled its code: what is its own runs once.
        await warmInBatches(cascade, { rows, sizes: [Math.max(1, rows.length)] });
        return;
      }
      // The cascade's own answers come last: batches replace the contents of the processor's caches.
      await warmInBatches(cascade, { rows, sizes: batchesOf(cascade.profile) });
      await cascade.warm({ rows, maxMs });
    },
    answer(rows, { mode, deadlineMs, scores, signal, probe = false }) {
      const isFull = mode === FULL_MODEL || mode === FULL_AGAIN;
      if (!isFull && !(mode in cascade.modes)) throw new RequestError('invalid', `there is no mode ${mode}`);
      const options = {
        onFault: 'degrade',
        signal,
        ...(deadlineMs !== undefined && { deadlineMs }),
        ...(mode === FULL_AGAIN && { ask: 1 }),
      } as const;
      const given = () => {
        if (isFull) return codesSoon(cascade, rows, options, 'full');
        const served = cascade.inMode(mode);
        if (rows.length === 0 || !(probe || isInSpell(served, deadlineMs)) || !probes.isDue)
          return codesSoon(served, rows, options);
        return probes.run(() => codesSoon(served, rows, options, 'probe'), served.plan.stages.length);
      };
      const coded = given();
      if (scores) return coded;
      return coded instanceof Promise ? coded.then(withoutScores) : withoutScores(coded);
    },
  };
}

function withoutScores(answer: ModelAnswer): ModelAnswer {
  return { ...answer, scores: NONE };
}

export function servedRanker(ranker: Ranker<unknown>, features: readonly string[]): HostedModel {
  const { certificate } = ranker;
  const own: ServedMode = {
    epsilon: null,
    verdict: certificate.verdict,
    cost: wholeCost(features, ranker.profile),
    certificate,
    plan: undefined,
  };
  return {
    about: {
      labels: [],
      kind: 'ranker',
      width: 1,
      modes: [own],
      ...(ranker.checked === 0 && { unchecked: true }),
    },
    certificate,
    async warm(rows, _maxMs, isFirst) {
      if (rows.length === 0) return;
      await ranker.query(rows, 1);
      for (const size of isFirst ? batchesOf(ranker.profile) : []) {
        const candidates = Array.from({ length: size }, (_, i) => rows[i % rows.length]);
        await ranker.query(candidates, 1);
      }
    },
    async answer(rows, { mode, k, deadlineMs, scores, signal }) {
      if (mode !== 0) throw new RequestError('invalid', `there is no mode ${mode}`);
      if (k === undefined)
        throw new RequestError('invalid', `the parameter 'k' is missing: how many to return`);
      if (!Number.isInteger(k) || k < 1 || k > rows.length) {
        throw new RequestError(
          'invalid',
          `expected k from 1 to the number of candidates, ${rows.length}, got ${k}`,
        );
      }
      const until = deadlineMs === undefined ? [] : [AbortSignal.timeout(Math.ceil(deadlineMs))];
      const given = await ranker.query(rows, k, { signal: AbortSignal.any([signal, ...until]) });
      return {
        answers: Float64Array.from(given.indices),
        scores: scores ? given.scores : NONE,
        exits: new Uint8Array(0),
        degraded: new Uint8Array(0),
        verdict: given.verdict,
      };
    },
  };
}

/**
 * What all features and the full model cost, in microseconds of processor: of rankers, whose stages
 * see a part of the candidates, an upper limit.
 */
function wholeCost(names: readonly string[], profile: Profile): ExpectedCost {
  const costs = [...featureCosts(profile, names), ...(profile.full ? [profile.full] : [])];
  let [call, row, wait] = [0, 0, 0];
  for (const cost of costs) {
    call += cost.fixed;
    row += cost.perRow * (1 - cost.wait);
    wait = Math.max(wait, cost.perRow * cost.wait);
  }
  return { call: finite(call), row: finite(row), wait: finite(wait) };
}

/** Files hold null where a number isn't finite. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
