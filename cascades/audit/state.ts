import { OptionError } from '../../lib/errors.js';
import { type DriftState, driftRestart, driftStart, driftStep, type Random } from '../../lib/stats/index.js';
import type { Certificate, Label, Plan } from '../terms/index.js';
import { type Draws, drawsStart } from './draws.js';
import type { Settings } from './options.js';
import { type ExitsState, exitsStart } from './shares.js';

/** An audit as far as it has got: plain data, safe in JSON. */
export interface AuditState<L extends Label = Label> {
  /** What is audited, and a number for the rows that it rests on. */
  readonly certificate: Certificate;
  readonly evidence: number;
  /** Rows given to `predict`, and where the drawing stands. */
  readonly rows: number;
  readonly draws: Draws;
  /** Drawn exits that the full model answered as well, and how many of those answers differed. */
  readonly asked: number;
  readonly differed: number;
  /** Drawn exits that the full model couldn't answer: they count for nothing. */
  readonly missed: number;
  /** The test of the loss that is promised. */
  readonly promise: DriftState;
  /** The test of the share of answers that differ, where it isn't the promise and has a limit. */
  readonly disagreement: DriftState | null;
  /** The test of where rows leave. */
  readonly exits: ExitsState | null;
  /** Drawn rows that wait for their labels, oldest first, and how many were dropped. */
  readonly pending: readonly PendingRow<L>[];
  readonly dropped: number;
  /** Drawn rows without a loss since the last one that was left waiting. */
  readonly run: number;
}

/** A drawn exit whose loss depends on its label. */
export interface PendingRow<L extends Label = Label> {
  readonly id: number;
  readonly answer: L;
  readonly full: L;
  /** Rows without a loss that were drawn between the last one that was left waiting and this one. */
  readonly run: number;
}

/** Where an audit begins: at the start, anew at half the level, or where it was. */
export function startOf<L extends Label>(
  certificate: Certificate,
  evidence: number,
  plan: Plan<L>,
  settings: Settings<L>,
  random: Random,
): AuditState<L> {
  const { loss, state, restart, alpha, rate, disagreement } = settings;
  const before = restart?.promise.restarts;
  const anew = (test: DriftState) =>
    before === undefined ? test : driftRestart({ ...test, restarts: before });
  const losses = loss === 'accuracy' ? 'paired' : 'bounded';
  const fresh: AuditState<L> = {
    certificate,
    evidence,
    rows: 0,
    draws: restart?.draws ?? drawsStart(random, rate),
    asked: 0,
    differed: 0,
    missed: 0,
    promise: anew(driftStart(certificate.epsilon, alpha, losses)),
    disagreement: disagreement === undefined ? null : anew(driftStart(disagreement, alpha)),
    exits: exitsTest(plan, settings.exits, before === undefined ? 0 : before + 1),
    pending: [],
    dropped: 0,
    run: 0,
  };
  if (state !== undefined) checkFits(state, fresh);
  return state ?? fresh;
}

function exitsTest(plan: Plan, exits: Settings<Label>['exits'], restarts: number): ExitsState | null {
  if (exits === false || plan.stages.length === 0) return null;
  const expected = [...plan.stages.map((stage) => stage.exits), plan.full.reach];
  return exitsStart(expected, exits.rows, exits.tolerance, exits.alpha, restarts);
}

/** A test that has seen samples can't be given another level or limit. */
function checkFits(state: AuditState, fresh: AuditState): void {
  const tests = ({ promise, disagreement, exits }: AuditState) => [
    [promise.losses, promise.epsilon, promise.alpha],
    disagreement && [disagreement.epsilon, disagreement.alpha],
    exits && [exits.limits, exits.alpha],
  ];
  if (JSON.stringify(tests(state)) !== JSON.stringify(tests(fresh))) {
    throw new OptionError(
      'state',
      "was of tests at other levels or limits; pass the same 'alpha', 'disagreement' and 'exits'",
    );
  }
}

/** A test after so many rows without a loss, and then one of this loss. */
export function enter(test: DriftState, run: number, loss: number): DriftState {
  let after = test;
  for (let i = 0; i < run; i++) after = driftStep(after, 0);
  return driftStep(after, loss);
}

/** Whether a loss was found to exceed its limit. Where rows leave says nothing of what is lost. */
export function isVoid({ promise, disagreement }: Pick<AuditState, 'promise' | 'disagreement'>): boolean {
  return promise.alarm || (disagreement?.alarm ?? false);
}

/** A number for a set of rows, from their digests: whole, below 2^53, and of other rows hardly ever the same. */
export function evidenceOf(digests: Float64Array): number {
  return digests.reduce((sum, digest) => (sum + (digest % 2 ** 52)) % 2 ** 52, 0);
}
