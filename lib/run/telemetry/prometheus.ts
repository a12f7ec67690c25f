import { checkKeys, show } from '../../check.js';
import { OptionError } from '../../errors.js';
import { type Load, optionalPackage } from '../../util/packages.js';
import type { Statistics } from './statistics.js';

/** A cascade whose statistics are exported. */
export interface Counted {
  statistics(): Statistics;
}

/** The part of `prom-client` that is used. */
export interface Prometheus {
  readonly Counter: new (options: {
    readonly name: string;
    readonly help: string;
    readonly labelNames: string[];
    readonly registers?: readonly unknown[];
    collect(this: PrometheusCounter): void;
  }) => PrometheusCounter;
}

interface PrometheusCounter {
  reset(): void;
  inc(labels: Readonly<Record<string, string>>, value: number): void;
}

/** Options of `prometheusMetrics`. */
export interface PrometheusOptions {
  /** A registry of `prom-client`. @defaultValue its global one */
  readonly register?: object;
}

/** A metric of features or stages: the count that it shows, its name and its help text. */
interface Shown {
  readonly of: string;
  readonly name: string;
  readonly help: string;
  readonly scale?: number;
}

const WORK: readonly Shown[] = [
  { of: 'rows', name: 'rows_total', help: 'Rows that it was run for' },
  { of: 'calls', name: 'calls_total', help: 'Times that it was run' },
  { of: 'errors', name: 'errors_total', help: 'Times that it failed' },
  { of: 'busyMs', name: 'busy_seconds_total', help: 'Time on this processor', scale: 1e-3 },
  { of: 'waitMs', name: 'wait_seconds_total', help: 'Time waited for promises', scale: 1e-3 },
];

const FEATURE: readonly Shown[] = [
  ...WORK,
  { of: 'hits', name: 'cache_hits_total', help: 'Rows whose numbers a cache had' },
  { of: 'misses', name: 'cache_misses_total', help: "Rows whose numbers a cache hadn't" },
  { of: 'joined', name: 'cache_joined_total', help: 'Rows that waited for what another call was fetching' },
  {
    of: 'savedMs',
    name: 'cache_saved_seconds_total',
    help: 'Time that the hits would have cost',
    scale: 1e-3,
  },
  { of: 'roundTrips', name: 'round_trips_total', help: 'Round trips to a source' },
  { of: 'keys', name: 'keys_total', help: 'Keys requested from a source' },
];

const STAGE: readonly Shown[] = [
  ...WORK,
  { of: 'answered', name: 'answered_total', help: 'Rows that were answered here' },
  { of: 'degraded', name: 'degraded_total', help: 'Of those, rows that needed a later stage, which failed' },
];

const CASCADE: readonly Shown[] = [
  {
    of: 'rows',
    name: 'degraded_total',
    help: 'Rows whose answers were outside the promise since a feature or model was failing',
  },
  { of: 'spells', name: 'degraded_spells_total', help: 'Times that such a spell began' },
];

/**
 * Statistics as metrics of `prom-client`, counters that are brought up to date whenever they are collected:
 * `spillway_feature_…` by `cascade` and `feature`, `spillway_stage_…` by `cascade` and `stage` (the full model's is
 * `full`), `spillway_cascade_…` by `cascade`.
 *
 * @param cascades by the names that they are to have
 * @param load how packages are imported; only tests have a reason to give it
 * @throws MissingPackage without `prom-client`; OptionError
 * @example
 * await prometheusMetrics({ mail: cascade });
 * response.end(await register.metrics()); // of prom-client
 */
export async function prometheusMetrics(
  cascades: Readonly<Record<string, Counted>>,
  options: PrometheusOptions = {},
  load?: Load,
): Promise<void> {
  checkKeys(options, ['register']);
  if (typeof cascades !== 'object' || cascades === null || Object.keys(cascades).length === 0)
    throw new OptionError('cascades', `expected cascades by name, got ${show(cascades)}`);
  const client = await optionalPackage('prom-client', 'metrics for Prometheus', load);
  if (!isPrometheus(client)) throw new OptionError('prom-client', 'is none of version 15: it has no Counter');
  const { Counter } = client;
  const registers = options.register === undefined ? {} : { registers: [options.register] };
  for (const [kind, label, shown] of [
    ['feature', 'feature', FEATURE],
    ['stage', 'stage', STAGE],
    ['cascade', undefined, CASCADE],
  ] as const) {
    for (const { of, name, help, scale = 1 } of shown) {
      new Counter({
        name: `spillway_${kind}_${name}`,
        help: label === undefined ? `${help}.` : `${help}, by ${label}.`,
        labelNames: label === undefined ? ['cascade'] : ['cascade', label],
        ...registers,
        collect() {
          this.reset();
          for (const [cascade, counted] of Object.entries(cascades)) {
            for (const [which, numbers] of numbersOf(counted.statistics(), kind)) {
              const value = numbers[of];
              if (value === undefined) continue;
              this.inc(label === undefined ? { cascade } : { cascade, [label]: which }, value * scale);
            }
          }
        },
      });
    }
  }
}

function numbersOf(
  { features, stages, health }: Statistics,
  kind: 'feature' | 'stage' | 'cascade',
): [name: string, numbers: Readonly<Record<string, number>>][] {
  if (kind === 'cascade') return [['', { spells: health.spells, rows: health.rows }]];
  if (kind === 'feature') return Object.entries(features).map(([name, numbers]) => [name, { ...numbers }]);
  return stages.map((numbers, s) => [s === stages.length - 1 ? 'full' : String(s), { ...numbers }]);
}

function isPrometheus(value: unknown): value is Prometheus {
  return (
    typeof value === 'object' && value !== null && 'Counter' in value && typeof value.Counter === 'function'
  );
}
