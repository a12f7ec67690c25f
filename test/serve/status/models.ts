import type { VersionCounts } from '../../../serve/counts/index.js';
import type { ServedMode } from '../../../serve/executor.js';
import { BOUNDS_MS, type ModelLoad } from '../../../serve/scheduling/index.js';
import type { ServedModel } from '../../../serve/server.js';
import { certificateOf, halfPlan } from '../../support/plans.js';

const NONE = { count: 0, nanoseconds: 0, buckets: Array<number>(BOUNDS_MS.length + 1).fill(0) };

export function loadOf(terms: Partial<ModelLoad> = {}): ModelLoad {
  return {
    lastMs: undefined,
    rows: 0,
    executions: 0,
    success: NONE,
    fail: NONE,
    queue: NONE,
    compute: NONE,
    busyMs: 0,
    refused: 0,
    expired: 0,
    invalid: 0,
    failed: 0,
    cancelled: 0,
    rowsByMode: [0],
    exits: [],
    degradedRows: 0,
    queuedJobs: 0,
    queuedMs: 0,
    inFlight: 0,
    level: 0,
    callMicroseconds: 1,
    rowMicroseconds: 1,
    p50Ms: undefined,
    p99Ms: undefined,
    queueP99Ms: undefined,
    ...terms,
  };
}

export function modeOf(epsilon: number, verdict = 'certified'): ServedMode {
  return {
    epsilon,
    verdict,
    cost: { call: 1, row: 1, wait: 0 },
    certificate: certificateOf({ epsilon }),
    plan: halfPlan,
  };
}

/** The counts of a version of a model. */
export function countsOf(name: string, terms: Partial<VersionCounts> = {}): VersionCounts {
  return {
    name,
    version: '1',
    loads: [loadOf()],
    invalid: 0,
    verdicts: new Map([['certified', 0]]),
    fullRows: 0,
    groups: new Map(),
    loaded: 1,
    failed: 0,
    alarms: 0,
    audited: undefined,
    ...terms,
  };
}

/** What a test says of a served model: its loads are counted, too. */
export interface ServedTerms extends Partial<Omit<ServedModel<ModelLoad>, 'counts'>> {
  readonly counted?: Partial<VersionCounts>;
}

/** A served model of one stage. @param held octets by digest */
export function servedModel(
  name: string,
  held: Readonly<Record<string, number>>,
  { counted, ...terms }: ServedTerms = {},
  modes: readonly [ServedMode, ...ServedMode[]] = [modeOf(0.01)],
): ServedModel<ModelLoad> {
  const { loads = [loadOf()] } = terms;
  return {
    name,
    version: '1',
    state: 'READY',
    reason: '',
    platform: 'spillway',
    model: {
      key: `${name}/1#1`,
      labels: ['no', 'yes'],
      kind: 'classes',
      inputs: [],
      restsOn: 1_000,
      width: 2,
      modes,
      held: Object.entries(held).map(([digest, octets]) => ({ digest, octets })),
    },
    memory: { own: 0, shared: 0, total: Object.values(held).reduce((sum, octets) => sum + octets, 0) },
    loads,
    counts: countsOf(name, { loads, ...counted }),
    lastVerdict: undefined,
    together: undefined,
    isVoid: false,
    isUnsaved: false,
    audit: undefined,
    ...terms,
  };
}
