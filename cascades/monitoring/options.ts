import {
  checkFlag,
  checkFunction,
  checkInside,
  checkKeys,
  checkOneOf,
  checkPositive,
  checkWhole,
  show,
} from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { freshSeed } from '../../lib/stats/index.js';
import type { Certificate, CustomLoss, Label, Plan } from '../types/index.js';
import type { AuditAlarm } from './alarm.js';
import { checkRestart, checkSeeded } from './checkState.js';
import { type AuditedLoss, auditedLosses } from './losses.js';
import { type AuditState, isVoid } from './state.js';

/**
 * Options of `cascade.audit`: how many served rows are tested, and what happens when the promise no
 * longer holds.
 */
export interface AuditOptions<L extends Label = Label> {
  /**
   * The probability with which each row is drawn, above 0 and at most 1: of the exits, that share is paid for twice.
   */
  readonly rate: number;
  /**
   * The chance that an alarm is ever raised while the promise holds; each of several losses is
   * tested at its share of it. An audit that is begun without `state` or `restart` has all of it again, as after each
   * start of a process that keeps no state. @defaultValue 0.01
   */
  readonly alpha?: number;
  /**
   * Determines which rows are drawn, so anyone who chooses rows must not know it: for tests. Each
   * process needs its own.
   * @defaultValue random: recorded in `state`, and taken from `state` when an audit resumes
   */
  readonly seed?: number | string;
  /** The losses of your own that are promised, as `tune` was given them: a certificate holds no functions. */
  readonly losses?: readonly CustomLoss<L>[];
  /**
   * Losses of your own are counted when a row's label has come, by `Audit.label`; else at once, `label` being
   * `undefined`.
   * @defaultValue false
   */
  readonly labelled?: boolean;
  /**
   * A limit of the share of answers that differ, where none is promised: watched while labels are late. @defaultValue
   * none
   */
  readonly disagreement?: number;
  /** The test of where rows leave; false: none. */
  readonly exits?: ExitsOptions | false;
  /**
   * Rows that may wait for labels, or behind one that does; when there are more, the oldest label is given up: its row
   * counts as the least loss. @defaultValue 10_000
   */
  readonly pending?: number;
  /**
   * Calls, and their drawn rows, that may be finished and wait for an earlier call that isn't.
   * Beyond it, that call is given up: its drawn rows count as the least loss. @defaultValue 100_000
   */
  readonly held?: number;
  /** Milliseconds after which a call that isn't over is given up where others come after it. @defaultValue an hour */
  readonly heldMs?: number;
  /**
   * Called once for each test that raises an alarm. If it throws, the call that raised the alarm
   * throws that error.
   */
  readonly onAlarm?: (alarm: AuditAlarm) => void;
  /**
   * Serves once the certificate is void: the full model, `keep`: the cascade, or `safer`: the next
   * more conservative plan of its path that is cheaper than the full model, and the full model if
   * there is none. @defaultValue 'full-model'
   */
  readonly afterAlarm?: 'full-model' | 'safer' | 'keep';
  /** Go on from here: an earlier audit of the same certificate. */
  readonly state?: AuditState<L>;
  /** Restarts after this audit of an earlier certificate: the k-th restart tests at alpha / 2^k. */
  readonly restart?: AuditState<L>;
}

/** How an audit watches where rows leave. */
export interface ExitsOptions {
  /** The chance of an alarm while all shares are within their limits. @defaultValue 0.01 */
  readonly alpha?: number;
  /**
   * The tolerated difference between the share of rows that leave at a stage and the plan's, beyond
   * chance. @defaultValue 0.05
   */
  readonly tolerance?: number;
  /** Rows that the plan's shares were estimated from. @defaultValue `certificate.n`: `tune` plans on more by default */
  readonly rows?: number;
}

/** The options with their defaults. */
export interface Settings<L extends Label> {
  /** The audited losses. */
  readonly losses: readonly AuditedLoss[];
  readonly labelled: boolean;
  readonly rate: number;
  readonly alpha: number;
  readonly seed: number | string;
  readonly disagreement: number | undefined;
  readonly exits: Required<ExitsOptions> | false;
  readonly pending: number;
  readonly held: number;
  readonly heldMs: number;
  readonly onAlarm: (alarm: AuditAlarm) => void;
  readonly afterAlarm: 'full-model' | 'safer' | 'keep';
  readonly state: AuditState<L> | undefined;
  readonly restart: AuditState<L> | undefined;
}

const KEYS = [
  'rate',
  'alpha',
  'seed',
  'losses',
  'labelled',
  'disagreement',
  'exits',
  'pending',
  'held',
  'heldMs',
  'onAlarm',
  'afterAlarm',
  'state',
  'restart',
];

/** @throws OptionError at the first thing that can't be right, or that can't be audited. */
export function auditSettings<L extends Label>(
  options: AuditOptions<L>,
  certificate: Certificate,
  { classes }: Plan<L>,
  evidence: number,
): Settings<L> {
  checkKeys(options, KEYS);
  if (options.state !== undefined) checkSeeded(options.state);
  if (options.restart !== undefined) checkRestart(options.restart);
  const { losses: own = [], labelled = false } = options;
  if (!Array.isArray(own))
    throw new OptionError('losses', `expected an array of { name, loss }, got ${show(own)}`);
  checkFlag('labelled', labelled);
  const losses = auditedLosses(certificate, classes, own, labelled);
  const { rate, alpha = 0.01, disagreement, afterAlarm = 'full-model' } = options;
  const { pending = 10_000, held = 100_000, heldMs = 3_600_000 } = options;
  const seed = options.seed ?? options.state?.seed ?? freshSeed();
  if (!(typeof rate === 'number' && rate > 0 && rate <= 1)) {
    const share = rate > 1 && rate < 100 ? `; did you mean ${rate / 100}?` : '';
    throw new OptionError('rate', `expected a probability above 0 and at most 1, got ${show(rate)}${share}`);
  }
  checkInside('alpha', alpha);
  if (typeof seed !== 'number' && typeof seed !== 'string') {
    throw new OptionError('seed', `expected a number or a string, got ${show(seed)}`);
  }
  if (disagreement !== undefined) {
    checkInside('disagreement', disagreement);
    if (classes.length === 0) {
      throw new OptionError(
        'disagreement',
        'is of classes, and numbers always differ; regression promises an error',
      );
    }
    if (losses.some(({ stated }) => stated === 'disagreement')) {
      throw new OptionError('disagreement', 'it is what the certificate promises, and so audited already');
    }
  }
  checkWhole('pending', pending, 1);
  checkWhole('held', held, 1);
  checkPositive('heldMs', heldMs, 'milliseconds above 0');
  if (options.onAlarm !== undefined) checkFunction('onAlarm', options.onAlarm);
  checkOneOf('afterAlarm', afterAlarm, ['full-model', 'safer', 'keep']);
  return {
    losses,
    labelled,
    rate,
    alpha,
    seed,
    disagreement,
    exits: exitsOf(options.exits, certificate),
    pending,
    held,
    heldMs,
    onAlarm: options.onAlarm ?? (() => {}),
    afterAlarm,
    ...statesOf(options, certificate, evidence),
  };
}

function exitsOf(exits: AuditOptions['exits'], { n }: Certificate): Settings<Label>['exits'] {
  if (exits === false) return false;
  checkKeys(exits ?? {}, ['alpha', 'tolerance', 'rows'], 'exits.');
  const { alpha = 0.01, tolerance = 0.05, rows = Math.max(1, n) } = exits ?? {};
  checkInside('exits.alpha', alpha);
  if (!(typeof tolerance === 'number' && tolerance >= 0 && tolerance < 1)) {
    throw new OptionError('exits.tolerance', `expected a number from 0, below 1, got ${show(tolerance)}`);
  }
  checkWhole('exits.rows', rows, 1);
  return { alpha, tolerance, rows };
}

function statesOf<L extends Label>(
  { state, restart }: AuditOptions<L>,
  certificate: Certificate,
  evidence: number,
) {
  if (state !== undefined && restart !== undefined) {
    throw new OptionError('restart', `an audit resumes from 'state' or restarts after 'restart', not both`);
  }
  const isOf = (audited: AuditState<L>) =>
    audited.evidence === evidence && JSON.stringify(audited.certificate) === JSON.stringify(certificate);
  if (state !== undefined && !isOf(state)) {
    throw new OptionError('state', `is of an audit of another certificate; pass it as 'restart'`);
  }
  if (restart !== undefined && isVoid(restart) && restart.evidence === evidence) {
    throw new OptionError(
      'restart',
      'an alarm has voided what rests on these rows; certify on fresh ones first',
    );
  }
  return { state, restart };
}
