import { type Block, denseBlock, entries, gather, pick } from '../data/blocks/index.js';
import type { RowView } from '../features/define/index.js';
import { type CalibratorKind, fitInTurns, isotonic, platt, temperature } from '../learn/calibration/index.js';
import {
  classRule,
  type Decision,
  EXIT_SCORES,
  type ExitKind,
  type ExitRule,
  intervalRule,
  top,
} from '../learn/exits/index.js';
import type { Model } from '../learn/learners/index.js';
import { type Engine, runSync, serveRows } from '../run/runtime/index.js';
import type { BatchTime } from './cost.js';
import type { EngineCost, ExitCosts } from './profile.js';
import type { Subject } from './rounds.js';

/** The engine's own work in serving, beside features and models: subjects to measure, and costs from their times. */
export interface OwnWork {
  readonly subjects: readonly Subject[];
  /** @param times of the subjects, in their order, in batches of {@link OWN_SIZES} */
  read(times: readonly (readonly BatchTime[])[]): { readonly exits: ExitCosts; readonly engine: EngineCost };
}

/** Rows that go through stages together. */
const OWN_SIZES = [1024];

/**
 * @param scores rows x width, that a model gives some rows
 * @param truth of those rows: classes, or numbers
 * @param blocks what is computed for rows, one block a feature
 */
export async function ownWork(
  decision: Decision,
  scores: Float64Array,
  width: number,
  truth: Float64Array,
  blocks: readonly Block[],
  signal?: AbortSignal,
): Promise<OwnWork> {
  const exits = await exitRules(decision, scores, width, truth, signal);
  const engines = engineRuns(decision, decision.kind === 'value' ? 1 : width);
  const cut = cutting(blocks);
  const subjects = [...exits.map(({ subject }) => subject), ...engines, ...cut.subjects];
  return {
    subjects,
    read(times) {
      const perRow = times.map(([{ time, rows }]) => time / rows);
      const ofTop = perRow[exits.findIndex(({ kind }) => kind === top.kind)] ?? 0;
      const calibration: Record<string, number> = {};
      const score: Record<string, number> = {};
      exits.forEach(({ kind, part }, i) => {
        if (part === 'score') score[kind] = perRow[i];
        else calibration[kind] = Math.max(0, perRow[i] - ofTop);
      });
      const [whole, staged] = perRow.slice(exits.length);
      const [perEntry = 0] = perRow.slice(exits.length + engines.length).map((time) => time / cut.entries);
      return {
        exits: { calibration, score },
        engine: { perRow: whole, perStage: Math.max(0, staged - whole), perEntry },
      };
    },
  };
}

type MeasuredRule = { readonly subject: Subject } & (
  | { readonly part: 'calibration'; readonly kind: string }
  | { readonly part: 'score'; readonly kind: ExitKind['score'] }
);

const CALIBRATIONS = { temperature, platt, isotonic } satisfies Record<
  Exclude<CalibratorKind, 'identity'>,
  unknown
>;

/** A rule of each kind of calibration and exit score that a stage may get: what isn't measured would count as free. */
async function exitRules(
  decision: Decision,
  scores: Float64Array,
  width: number,
  truth: Float64Array,
  signal: AbortSignal | undefined,
): Promise<MeasuredRule[]> {
  if (decision.kind === 'value') {
    const rule = intervalRule(1);
    const kind = rule.kind.score;
    return [{ part: 'score', kind, subject: ruleSubject(kind, rule, new Float64Array(2 * OWN_SIZES[0]), 2) }];
  }
  const subjectOf = (name: string, rule: ExitRule) => ruleSubject(name, rule, scores, width);
  const sound = Int32Array.from(truth.keys()).filter((row) => {
    const own = scores.subarray(row * width, (row + 1) * width);
    return (
      truth[row] >= 0 && own.every((score) => score >= 0 && score <= 1) && own.some((score) => score > 0)
    );
  });
  const some = pick(scores, sound, width);
  const known = Int32Array.from(sound, (row) => truth[row]);
  const rules = Object.values(EXIT_SCORES).map((scoring): MeasuredRule => {
    const score = scoring.blank(width);
    const subject = subjectOf(score.kind, classRule(decision, undefined, score));
    return { part: 'score', kind: score.kind, subject };
  });
  for (const [kind, calibration] of sound.length > 0 ? Object.entries(CALIBRATIONS) : []) {
    const fitted = await fitInTurns(calibration.parts(some, width, known), signal);
    const rule = classRule(decision, fitted, top);
    rules.push({ part: 'calibration', kind, subject: subjectOf(kind, rule) });
  }
  return rules;
}

function ruleSubject(name: string, rule: ExitRule, scores: Float64Array, width: number): Subject {
  const rows = scores.length / width;
  return {
    name,
    price: 0,
    sizes: OWN_SIZES,
    ready(size, round) {
      const own = new Float64Array(size * width);
      for (let i = 0; i < size; i++) {
        const row = (round * size + i) % rows;
        own.set(scores.subarray(row * width, (row + 1) * width), i * width);
      }
      return () => rule.decide(own, width, new Float64Array(size), new Float64Array(size));
    },
  };
}

/** A batch through an engine whose model does nothing, without a stage and with one that every row passes. */
function engineRuns(decision: Decision, width: number): Subject[] {
  const model: Model = { name: 'nothing', classes: width, score: () => undefined };
  const rule: ExitRule = {
    kind: { calibration: 'identity', score: top.kind },
    decide: (_scores, _width, answers) => void answers.fill(0),
    state: { json: null, tensors: {} },
  };
  const column = {
    columns: 1,
    compute: (view: RowView<number>) => denseBlock(view.length, 1, new Float32Array(view.length)),
    state: { json: null, tensors: {} },
  };
  const stage = {
    model,
    rule,
    reads: [0],
    thresholds: new Float64Array(width).fill(Number.POSITIVE_INFINITY),
  };
  return [[], [stage]].map((stages): Subject => {
    const engine: Engine<number> = {
      features: [{ name: 'nothing', fitted: column }],
      stages,
      full: { model, reads: [0] },
      classes: width,
      decision,
    };
    return {
      name: `an engine of ${stages.length} stages`,
      price: 0,
      sizes: OWN_SIZES,
      ready(size) {
        const rows = Array.from({ length: size }, (_, row) => row);
        // Answers become labels, row by row.
        return () =>
          Array.from(
            runSync(serveRows(engine, rows, { onFault: 'throw' }), 'nothing').answers,
            (code) => rows[code],
          );
      },
    };
  });
}

/** Blocks cut to half of their rows. */
function cutting(blocks: readonly Block[]): { readonly subjects: Subject[]; readonly entries: number } {
  const [{ rows }] = blocks;
  const total = blocks.reduce((sum, block) => sum + entries(block), 0) / rows;
  if (total === 0) return { subjects: [], entries: 1 };
  const subject: Subject = {
    name: 'cutting blocks',
    price: 0,
    sizes: OWN_SIZES,
    ready(size, round) {
      const some = Int32Array.from({ length: size }, (_, i) => (round * size + 2 * i) % rows);
      return () => blocks.map((block) => gather(block, some));
    },
  };
  return { subjects: [subject], entries: total };
}
