import { member } from '../../../lib/util/member.js';

/** How much of something may still be asked for. */
export interface LimitTold {
  /** In all, until it is filled again; undefined where the server doesn't say. */
  readonly limit: number | undefined;
  readonly remaining: number;
  /** Milliseconds until it is filled again. */
  readonly resetMs: number;
}

/** What a response says of its provider's limits. */
export interface LimitNews {
  readonly requests?: LimitTold | undefined;
  readonly tokens?: LimitTold | undefined;
  /** Milliseconds that the server asks to wait. */
  readonly retryAfterMs?: number | undefined;
}

/** A header of a response by its name in small letters. */
type HeaderOf = (name: string) => string | undefined;

/** Milliseconds of the units that servers write. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** Milliseconds: a provider that wants a longer pause is given up, and one that tells of a later time is asked before it. */
export const LONGEST_PAUSE = 15 * 60_000;
/** Where a server doesn't say when there is more. */
const UNKNOWN_RESET = 1_000;

/**
 * Reads `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`, `retry-after-ms` and `retry-after`, which is seconds or a date.
 * A date is compared with the server's own, in `date`: clocks differ.
 *
 * @param headers as `fetch` has them, whose ever it is, or an object of them by name; anything else has none
 */
export function limitNews(headers: unknown): LimitNews {
  const headerOf: HeaderOf = (name) => {
    const get = member(headers, 'get');
    const value: unknown = typeof get === 'function' ? get.call(headers, name) : member(headers, name);
    return typeof value === 'string' ? value : undefined;
  };
  const told = (what: 'requests' | 'tokens'): LimitTold | undefined => {
    const remaining = numberOf(headerOf(`x-ratelimit-remaining-${what}`));
    if (remaining === undefined) return undefined;
    const resetMs = durationMs(headerOf(`x-ratelimit-reset-${what}`)) ?? UNKNOWN_RESET;
    return { limit: numberOf(headerOf(`x-ratelimit-limit-${what}`)), remaining, resetMs };
  };
  return { requests: told('requests'), tokens: told('tokens'), retryAfterMs: retryAfterMs(headerOf) };
}

function retryAfterMs(headerOf: HeaderOf): number | undefined {
  const exact = numberOf(headerOf('retry-after-ms'));
  if (exact !== undefined) return exact;
  const text = headerOf('retry-after');
  const seconds = numberOf(text);
  if (seconds !== undefined) return 1_000 * seconds;
  const [then, now] = [Date.parse(text ?? ''), Date.parse(headerOf('date') ?? '')];
  return Number.isNaN(then - now) ? undefined : Math.max(0, then - now);
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return undefined;
  return Number(text);
}

/** `6m0s`, `1.5s`, `20ms`; a bare number is of seconds. */
function durationMs(text: string | undefined): number | undefined {
  const seconds = numberOf(text);
  if (seconds !== undefined) return 1_000 * seconds;
  if (text === undefined || !/^(\d+(\.\d+)?(ms|h|m|s))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit],
    0,
  );
}
