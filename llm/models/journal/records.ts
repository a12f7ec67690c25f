import { textDigest } from '../../../lib/util/digest.js';
import { jsonOf } from '../../../lib/util/jsonOf.js';
import type { ChatMessage, ChatReply } from '../asking/index.js';

/** What a journal keeps. Money is what was paid or may have been; ids are of questions asked once on purpose. */
export type JournalRecord =
  /** Written before a question is sent. `batch` is the batch that it goes in; `messages` only at the user's wish. */
  | {
      readonly kind: 'asked';
      readonly id: string;
      readonly most: number;
      readonly batch?: string | undefined;
      readonly messages?: readonly ChatMessage[] | undefined;
    }
  /** Written before an answer is used. `isEstimate` where the server told no usage, and `paid` is the most that it may be. */
  | {
      readonly kind: 'answered';
      readonly id: string;
      readonly reply: ChatReply;
      readonly paid: number;
      readonly isEstimate?: boolean | undefined;
    }
  /** No answer came. */
  | { readonly kind: 'lost'; readonly id: string; readonly paid: 'no' | 'maybe' }
  /** A batch: `sending` before it is submitted; `sent` with the server's id of it; `over`, and whether the rest was paid. */
  | {
      readonly kind: 'batch';
      readonly name: string;
      readonly state: 'sending' | 'sent' | 'over';
      readonly serverId?: string | undefined;
      readonly ids?: readonly string[] | undefined;
      readonly rest?: 'no' | 'maybe' | undefined;
    }
  /** Written before the sample of a table is drawn. */
  | ({ readonly kind: 'claim' } & KeptClaim);

/** A claim about the answers to one table, which has all of its delta. */
export interface KeptClaim {
  /** A digest of what its rows hold, in any order. */
  readonly table: string;
  /** What is claimed, and by which choices, in words. */
  readonly claim: string;
  /** The seed of its sample. */
  readonly seed: string;
}

/** The parts of what a journal's answers depend on beside the rows: model, prompt, parameters, in words or as digests. */
export type JournalIdentity = Readonly<Record<string, string>>;

/** The first record of a journal. */
export interface JournalHeader {
  readonly kind: 'spillway journal';
  readonly version: 1;
  readonly of: JournalIdentity;
  /** A digest by the user's secret, where ids are hashed with one. */
  readonly secret: string | null;
}

const DIGITS = 16;

/** A record as a line: a checksum, a space, JSON. */
export function lineOf(record: JournalRecord | JournalHeader): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

/** What a line holds, without its end; undefined where it is damaged. */
export function recordIn(line: string): unknown {
  const json = line.slice(DIGITS + 1);
  if (line[DIGITS] !== ' ' || line.slice(0, DIGITS) !== checksum(json)) return undefined;
  return jsonOf(json);
}

export function isHeader(value: unknown): value is { readonly kind: string; readonly version: unknown } {
  return isObject(value) && value.kind === 'spillway journal';
}

/** Whether a header is of the version that this release writes. */
export function isCurrent(header: { readonly version: unknown }): header is JournalHeader {
  return (
    header.version === 1 &&
    'of' in header &&
    isObject(header.of) &&
    Object.values(header.of).every((part) => typeof part === 'string') &&
    'secret' in header &&
    (header.secret === null || typeof header.secret === 'string')
  );
}

/** Whether a line that is whole holds a record; its checksum says that this library wrote it. */
export function isRecord(value: unknown): value is JournalRecord {
  return isObject(value) && ['asked', 'answered', 'lost', 'batch', 'claim'].includes(String(value.kind));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function checksum(json: string): string {
  return textDigest(json).slice(0, DIGITS);
}
