import { checkFunction, checkInside, checkKeys, checkOneOf, checkWhole, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { lossName } from '../promise/index.js';
import type { Certificate, Label, LossName } from '../terms/index.js';
import type { AuditAlarm } from './alarm.js';
import { type AuditState, isVoid } from './state.js';

export interface AuditOptions<L extends Label = Label> {
  /** The probability with which each row is drawn, above 0 and at most 1: of the exits, that share is paid for twice. */
  readonly rate: number;
  /** The chance that a test of a loss which is kept ever raises an alarm. @defaultValue 0.01 */
  readonly alpha?: number;
  /** Which rows are drawn follows from it: give each process its own. @defaultValue 0 */
  readonly seed?: number | string;
  /** For `accuracy` and `harm`: a limit of the share of answers that differ, watched while labels are late. */
  readonly disagreement?: number;
  /** The test of where rows leave; false: none. */
  readonly exits?: ExitsOptions | false;
  /** Rows that may wait for their labels; when there are more, the oldest is dropped. @defaultValue 10_000 */
  readonly pending?: number;
  /** Called once for each test that raises an alarm; what it throws, the call throws that raised it. */
  readonly onAlarm?: (alarm: AuditAlarm) => void;
  /** What answers once the certificate is void. @defaultValue 'full-model' */
  readonly afterAlarm?: 'full-model' | 'keep';
  /** Go on from here: an earlier audit of the same certificate. */
  readonly state?: AuditState<L>;
  /** Begin anew after this audit of an earlier certificate: the k-th time at alpha / 2^k. */
  readonly restart?: AuditState<L>;
}

export interface ExitsOptions {
  /** The chance of an alarm while all shares are within their limits. @defaultValue 0.01 */
  readonly alpha?: number;
  /** How far the share of rows that leave at a stage may be from the plan's, beyond chance. @defaultValue 0.05 */
  readonly tolerance?: number;
  /** Rows that the plan's shares were estimated from. @defaultValue `certificate.n`: `tune` plans on more by default */
  readonly rows?: number;
}

/** The options with their defaults. */
export interface Settings<L extends Label> {
  /** What is promised. */
  readonly loss: LossName;
  readonly rate: number;
  readonly alpha: number;
  readonly seed: number | string;
  readonly disagreement: number | undefined;
  readonly exits: Required<ExitsOptions> | false;
  readonly pending: number;
  readonly onAlarm: (alarm: AuditAlarm) => void;
  readonly afterAlarm: 'full-model' | 'keep';
  readonly state: AuditState<L> | undefined;
  readonly restart: AuditState<L> | undefined;
}

const KEYS = [
  'rate',
  'alpha',
  'seed',
  'disagreement',
  'exits',
  'pending',
  'onAlarm',
  'afterAlarm',
  'state',
  'restart',
];

/** @throws OptionError at the first thing that can't be right, or that can't be audited. */
export function settingsOf<L extends Label>(
  options: AuditOptions<L>,
  certificate: Certificate,
  evidence: number,
): Settings<L> {
  const loss = auditedLoss(certificate);
  checkKeys(options, KEYS);
  const { rate, alpha = 0.01, seed = 0, disagreement, pending = 10_000, afterAlarm = 'full-model' } = options;
  if (!(typeof rate === 'number' && rate > 0 && rate <= 1)) {
    throw new OptionError('rate', `expected a probability above 0 and at most 1, got ${show(rate)}`);
  }
  checkInside('alpha', alpha);
  if (typeof seed !== 'number' && typeof seed !== 'string') {
    throw new OptionError('seed', `expected a number or a string, got ${show(seed)}`);
  }
  if (disagreement !== undefined) {
    checkInside('disagreement', disagreement);
    if (loss === 'disagreement') {
      throw new OptionError('disagreement', 'it is what the certificate promises, and so audited already');
    }
  }
  checkWhole('pending', pending, 1);
  if (options.onAlarm !== undefined) checkFunction('onAlarm', options.onAlarm);
  checkOneOf('afterAlarm', afterAlarm, ['full-model', 'keep']);
  return {
    loss,
    rate,
    alpha,
    seed,
    disagreement,
    exits: exitsOf(options.exits, certificate),
    pending,
    onAlarm: options.onAlarm ?? (() => {}),
    afterAlarm,
    ...statesOf(options, certificate, evidence),
  };
}

function auditedLoss({ verdict, loss, unit, reason, all }: Certificate): LossName {
  if (verdict !== 'certified' && verdict !== 'full-model-only') {
    throw new OptionError('verdict', `nothing is promised of this cascade (${verdict}): ${reason}`);
  }
  if (all !== undefined) throw new OptionError('bound.all', "several losses aren't audited yet; one is");
  if (typeof loss !== 'string') {
    const known = 'accuracy, disagreement and harm are';
    throw new OptionError('bound.loss', `${lossName(loss)} isn't audited yet; ${known}`);
  }
  if (unit !== 'rows') {
    throw new OptionError('groups', `a promise averaged over ${unit} isn't audited yet; one over rows is`);
  }
  return loss;
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
    throw new OptionError(
      'restart',
      `an audit goes on from 'state' or begins anew after 'restart', not both`,
    );
  }
  const isOf = (audited: AuditState<L>) =>
    audited.evidence === evidence && JSON.stringify(audited.certificate) === JSON.stringify(certificate);
  if (state !== undefined && !isOf(state)) {
    throw new OptionError('state', `is of an audit of another certificate; begin anew with 'restart'`);
  }
  if (restart !== undefined && isVoid(restart) && restart.evidence === evidence) {
    throw new OptionError(
      'restart',
      'an alarm has voided what rests on these rows; certify on fresh ones first',
    );
  }
  return { state, restart };
}
