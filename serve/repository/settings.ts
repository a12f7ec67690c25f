import {
  checkFlag,
  checkInside,
  checkKeys,
  checkOneOf,
  checkPositive,
  checkWhole,
  show,
} from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { errorText } from '../../lib/util/errorText.js';
import { jsonIn } from '../../lib/util/jsonOf.js';
import { OVERLOADS, type Overload } from '../scheduling/index.js';

/** Which versions of a model are served: the highest, all, or those listed. */
export type VersionPolicy = 'latest' | 'all' | readonly string[];

/** How a model's answers are audited; see {@link AuditOptions} of cascades. */
export interface AuditSettings {
  /** The probability with which each row is drawn. */
  readonly rate: number;
  /**
   * The chance that an alarm is ever raised while the promises of the model and of its modes hold; without a folder of
   * states, from one start of the process to the next.
   */
  readonly alpha: number;
  /** A limit on the share of answers that differ, where the promised loss needs labels. */
  readonly disagreement: number | undefined;
  /** What answers once an alarm has voided the certificate. */
  readonly afterAlarm: 'full-model' | 'keep';
}

/** Cores and memory that are kept for a model. */
export interface Reservation {
  /** A share of all cores, 0 to 1. */
  readonly cores: number;
  /** Octets. */
  readonly memory: number;
}

/** The content of `model.json`, with defaults. */
export interface ModelSettings {
  readonly versions: VersionPolicy;
  /** Whether requests are answered on the thread that reads them. */
  readonly inline: boolean;
  /** The deadline of requests without one, from their arrival. */
  readonly timeoutMicroseconds: number | undefined;
  /** The latency within which 99 of 100 requests should be answered. */
  readonly p99Ms: number | undefined;
  /** The most rows of a request. */
  readonly maxBatchRows: number;
  /** The most octets of a text, in UTF-8. */
  readonly maxTextOctets: number;
  /** The most octets of a row's `BYTES` together; of a ranker, whose rows are computed together, of all candidates'. */
  readonly maxRowOctets: number;
  /** Under overload: whether requests are refused, or answered by more aggressive certified modes, and whose. */
  readonly overload: Overload;
  /** Whether all callers send rows of one population; if not, no mode's own promise holds of what it answers. */
  readonly callers: 'differ' | 'alike';
  readonly audit: AuditSettings | undefined;
  /** Whether a certificate may replace a better one. */
  readonly allowWorse: boolean;
  readonly reserve: Reservation | undefined;
}

const KEYS = [
  'versions',
  'inline',
  'timeoutMicroseconds',
  'p99Ms',
  'maxBatchRows',
  'maxTextOctets',
  'maxRowOctets',
  'overload',
  'callers',
  'audit',
  'allowWorse',
  'reserve',
];

/** A version is a whole number above 0 in digits, without leading zeros. */
export const VERSION_PATTERN = /^[1-9]\d*$/;

/**
 * The settings of a version of a model.
 *
 * @param files the texts of `NAME/model.json` and `NAME/VERSION/model.json` with their paths, those there are: later
 *   ones override earlier ones
 * @throws OptionError naming the file, for text that isn't JSON, unknown names, and values out of their range
 */
export function modelSettings(
  files: readonly { readonly path: string; readonly text: string }[],
): ModelSettings {
  const all = files.map(({ path, text }) => checked(path, text));
  const merged: Given = Object.assign({}, ...all);
  const { audit, reserve } = merged;
  return {
    versions: merged.versions ?? 'latest',
    inline: merged.inline ?? false,
    timeoutMicroseconds: merged.timeoutMicroseconds,
    p99Ms: merged.p99Ms,
    maxBatchRows: merged.maxBatchRows ?? 16_384,
    maxTextOctets: merged.maxTextOctets ?? 256 * 1024,
    maxRowOctets: merged.maxRowOctets ?? 4 * 2 ** 20,
    overload: merged.overload ?? 'refuse',
    callers: merged.callers ?? 'differ',
    audit: audit && {
      rate: audit.rate,
      alpha: audit.alpha ?? 0.01,
      disagreement: audit.disagreement,
      afterAlarm: audit.afterAlarm ?? 'full-model',
    },
    allowWorse: merged.allowWorse ?? false,
    reserve: reserve && { cores: reserve.cores ?? 0, memory: reserve.memory ?? 0 },
  };
}

/** What a file may hold. */
type Given = {
  readonly [Name in keyof ModelSettings]?: Name extends 'audit'
    ? Pick<AuditSettings, 'rate'> & Partial<AuditSettings>
    : Name extends 'reserve'
      ? Partial<Reservation>
      : ModelSettings[Name];
};

function checked(path: string, text: string): Given {
  let given: Given;
  try {
    given = jsonIn(text);
  } catch (error) {
    throw new OptionError(path, errorText(error));
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new OptionError(path, `expected an object such as { "versions": "all" }, got ${show(given)}`);
  const at = (name: string) => `${path}: ${name}`;
  if ('ensemble' in given)
    throw new OptionError(
      at('ensemble'),
      'a request is answered by one model: remove it, and call each of its models from the client, or tune one cascade',
    );
  checkKeys(given, KEYS, at(''));
  const { versions, inline, timeoutMicroseconds, p99Ms, maxBatchRows } = given;
  const { overload, callers, allowWorse, maxTextOctets, maxRowOctets } = given;
  if (versions !== undefined) checkVersions(at('versions'), versions);
  if (inline !== undefined) checkFlag(at('inline'), inline);
  if (timeoutMicroseconds !== undefined) checkWhole(at('timeoutMicroseconds'), timeoutMicroseconds, 1);
  if (p99Ms !== undefined) checkPositive(at('p99Ms'), p99Ms, 'milliseconds above 0');
  if (maxBatchRows !== undefined) checkWhole(at('maxBatchRows'), maxBatchRows, 1);
  if (maxTextOctets !== undefined) checkWhole(at('maxTextOctets'), maxTextOctets, 1);
  if (maxRowOctets !== undefined) checkWhole(at('maxRowOctets'), maxRowOctets, 1);
  if (overload !== undefined) checkOneOf(at('overload'), overload, OVERLOADS);
  if (callers !== undefined) checkOneOf(at('callers'), callers, ['differ', 'alike']);
  if (allowWorse !== undefined) checkFlag(at('allowWorse'), allowWorse);
  if (given.audit !== undefined) checkAudit(at('audit'), given.audit);
  if (given.reserve !== undefined) checkReservation(at('reserve'), given.reserve);
  return given;
}

function checkVersions(name: string, versions: unknown): void {
  if (versions === 'latest' || versions === 'all') return;
  if (!Array.isArray(versions)) {
    throw new OptionError(
      name,
      `expected "latest", "all" or a list such as ["1", "3"], got ${show(versions)}`,
    );
  }
  if (versions.length === 0) throw new OptionError(name, 'is an empty list; name a version, or "latest"');
  versions.forEach((version: unknown, i) => {
    if (typeof version !== 'string' || !VERSION_PATTERN.test(version)) {
      throw new OptionError(
        `${name}[${i}]`,
        `expected a version in digits, without leading zeros, got ${show(version)}`,
      );
    }
  });
}

function checkAudit(name: string, audit: object): void {
  checkKeys(audit, ['rate', 'alpha', 'disagreement', 'afterAlarm'], `${name}.`);
  const { rate, alpha, disagreement, afterAlarm }: Partial<Record<keyof AuditSettings, unknown>> = audit;
  if (!(typeof rate === 'number' && rate > 0 && rate <= 1))
    throw new OptionError(`${name}.rate`, `expected a probability above 0 and at most 1, got ${show(rate)}`);
  if (alpha !== undefined) checkInside(`${name}.alpha`, alpha);
  if (disagreement !== undefined) checkInside(`${name}.disagreement`, disagreement);
  if (afterAlarm !== undefined) checkOneOf(`${name}.afterAlarm`, afterAlarm, ['full-model', 'keep']);
}

function checkReservation(name: string, reserve: object): void {
  checkKeys(reserve, ['cores', 'memory'], `${name}.`);
  const { cores, memory }: Partial<Record<keyof Reservation, unknown>> = reserve;
  if (cores !== undefined && !(typeof cores === 'number' && cores > 0 && cores <= 1))
    throw new OptionError(
      `${name}.cores`,
      `expected a share of all cores, above 0 and at most 1, got ${show(cores)}`,
    );
  if (memory !== undefined) checkWhole(`${name}.memory`, memory, 1);
}
