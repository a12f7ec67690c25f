import { overloaded, type RequestError } from '../../lib/protocol/messages/index.js';
import type { Timer } from '../../lib/util/timer.js';
import type { ModelKey } from '../executor.js';

/** So many ends of threads within this many milliseconds can make a model unavailable. */
const MOST = 3;
const WITHIN_MS = 60_000;

/** Milliseconds for which requests like one that ended a thread are refused; doubled each time, up to the last. */
const BAR_MS = 5_000;
const LONGEST_BAR_MS = 300_000;
/** A request is like one that ended a thread from this share of its octets on: what hangs may depend on either. */
const LIKE = 0.5;
/** Tenants that a model remembers: tokens can name tenants without number. */
const MANY = 1024;

/** Who sent what ended a thread. */
export interface Culprit {
  readonly tenant: string;
  /** Of the inputs that ended it. */
  readonly octets: number;
}

/** Requests of a tenant that a model doesn't take for a while. */
interface Bar {
  readonly until: number;
  readonly ms: number;
  /** From so many octets on. */
  readonly octets: number;
  readonly why: string;
}

interface History {
  /** Ends of threads: when, and of whose request; undefined for the model's own doing. */
  ends: { readonly at: number; readonly tenant: string | undefined }[];
  readonly bars: Map<string, Bar>;
}

/**
 * Counts what ends threads, by model and by caller. A request that ended a thread is charged to its tenant, whose
 * requests like it are refused for a while. A model is given up only where that isn't the doing of one or two callers,
 * each of whom counts once: rows that it has answered before, or its own code, end threads as well, or many callers do.
 */
export class Strikes {
  private readonly records = new Map<ModelKey, History>();

  constructor(private readonly timer: Timer) {}

  /**
   * A thread has ended.
   *
   * @param culprit whose request ended it; undefined: the model's own code, or rows that it has answered before
   * @param hasAnswered whether the model has answered any rows: one that hasn't is given up whoever asks
   * @returns whether the model is to be given up
   */
  add(model: ModelKey, culprit: Culprit | undefined, why: string, hasAnswered: boolean): boolean {
    const now = this.timer.now();
    const record = this.records.get(model) ?? { ends: [], bars: new Map() };
    this.records.set(model, record);
    record.ends = record.ends.filter(({ at }) => now - at < WITHIN_MS);
    record.ends.push({ at: now, tenant: culprit?.tenant });
    if (culprit !== undefined) bar(record.bars, culprit, why, now);
    if (!hasAnswered) return record.ends.length >= MOST;
    const callers = new Set<string>();
    let own = 0;
    for (const { tenant } of record.ends) {
      if (tenant === undefined) own++;
      else callers.add(tenant);
    }
    return own + callers.size >= MOST;
  }

  /** Why a request isn't taken, if it isn't: it is like one of the same tenant that ended a thread. */
  refusal(model: ModelKey, tenant: string, octets: number): RequestError | undefined {
    const bar = this.records.get(model)?.bars.get(tenant);
    if (bar === undefined || octets < bar.octets) return undefined;
    const left = bar.until - this.timer.now();
    if (left <= 0) return undefined;
    return overloaded(
      `a request of tenant '${tenant}' to model '${model}' ended its thread (${bar.why}): its requests of ${bar.octets} octets or more are refused for ${Math.ceil(left / 1_000)} s`,
      left,
    );
  }

  forget(model: ModelKey): void {
    this.records.delete(model);
  }
}

function bar(bars: Map<string, Bar>, { tenant, octets }: Culprit, why: string, now: number): void {
  const before = bars.get(tenant);
  // As long again without an end makes up for it.
  const isAgain = before !== undefined && now - before.until < before.ms + WITHIN_MS;
  const ms = isAgain ? Math.min(LONGEST_BAR_MS, 2 * before.ms) : BAR_MS;
  const own = Math.floor(LIKE * octets);
  bars.delete(tenant);
  bars.set(tenant, { until: now + ms, ms, octets: isAgain ? Math.min(before.octets, own) : own, why });
  const [oldest] = bars.keys();
  if (bars.size > MANY && oldest !== undefined) bars.delete(oldest);
}
