import { checkKeys, checkWhole } from '../../../lib/check.js';
import { systemTimer, type Timer } from '../../../lib/util/timer.js';
import { Limiter } from './limiter.js';

/** What may be asked of a provider. */
export interface LimitOptions {
  /** The most requests at once: as many as the provider bears, up to this. @defaultValue 64 */
  readonly concurrent?: number | undefined;
  /** @defaultValue as the headers of responses tell */
  readonly requestsPerMinute?: number | undefined;
  /** Tokens of prompts and answers. @defaultValue as the headers of responses tell */
  readonly tokensPerMinute?: number | undefined;
  /** Supplies waits and the time; tests pass their own. @defaultValue the process's own */
  readonly timer?: Timer | undefined;
}

export const LIMIT_OPTIONS = ['concurrent', 'requestsPerMinute', 'tokensPerMinute', 'timer'] as const;

/**
 * Limits that several models share: see `providerLimits`.
 *
 * @example const limits: ProviderLimits = providerLimits({ concurrent: 8 });
 */
export class ProviderLimits {
  /** @param concurrent the most requests at once */
  constructor(
    readonly limiter: Limiter,
    readonly concurrent: number,
  ) {}
}

/**
 * Limits of one model of one provider, for all that asks it: two prompts, or a cascade that is tuned while another serves. By
 * itself each `chatModel` and `embeddingsApi` has limits of its own.
 *
 * @throws OptionError
 * @example
 * const limits = providerLimits({ requestsPerMinute: 500 });
 * const [topic, mood] = [chatModel({ ...server, ...topics, limits }), chatModel({ ...server, ...moods, limits })];
 */
export function providerLimits(options: LimitOptions = {}): ProviderLimits {
  checkKeys(options, LIMIT_OPTIONS);
  const { concurrent = 64, requestsPerMinute, tokensPerMinute, timer = systemTimer } = options;
  for (const [name, value] of Object.entries({ concurrent, requestsPerMinute, tokensPerMinute })) {
    if (value !== undefined) checkWhole(name, value, 1);
  }
  return new ProviderLimits(
    new Limiter({ concurrent, requestsPerMinute, tokensPerMinute }, timer),
    concurrent,
  );
}
