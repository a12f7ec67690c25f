import type { AuditCounts, VersionCounts } from '../counts/index.js';
import type { DurationBuckets, LoadCounts } from '../scheduling/index.js';

/** Requests by how they ended. */
export interface RequestTotals {
  readonly answered: number;
  readonly refused: number;
  readonly expired: number;
  readonly invalid: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** Rows of a group of requests. */
export interface GroupTotals {
  readonly verdicts: Readonly<Record<string, number>>;
  readonly exits: readonly number[];
  readonly fullRows: number;
}

/** What a version of a model has counted since the server was started, safe in JSON. */
export interface ModelTotals
  extends Omit<VersionCounts, 'loads' | 'invalid' | 'verdicts' | 'groups' | 'audited'> {
  readonly rows: number;
  readonly requests: RequestTotals;
  readonly degradedRows: number;
  readonly busyMs: number;
  /** Rows by the verdict of their answers. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Rows by the stage that answered them. */
  readonly exits: readonly number[];
  readonly rowsByMode: readonly number[];
  readonly groups: Readonly<Record<string, GroupTotals>>;
  /** Of answered requests: from arrival to answer, to the start of computing, and from there to the answer. */
  readonly latency: DurationBuckets;
  readonly wait: DurationBuckets;
  readonly compute: DurationBuckets;
  readonly audited: AuditCounts | null;
}

export function modelTotals({
  loads,
  invalid,
  verdicts,
  groups,
  audited,
  ...others
}: VersionCounts): ModelTotals {
  const sum = (count: (load: LoadCounts) => number) => loads.reduce((total, load) => total + count(load), 0);
  const sums = (counts: (load: LoadCounts) => readonly number[]) => loads.map(counts).reduce(added, []);
  const durations = (of: (load: LoadCounts) => DurationBuckets): DurationBuckets => ({
    count: sum((load) => of(load).count),
    nanoseconds: sum((load) => of(load).nanoseconds),
    buckets: sums((load) => of(load).buckets),
  });
  return {
    ...others,
    rows: sum(({ rows }) => rows),
    requests: {
      answered: sum(({ success }) => success.count),
      refused: sum(({ refused }) => refused),
      expired: sum(({ expired }) => expired),
      invalid: invalid + sum((load) => load.invalid),
      failed: sum(({ failed }) => failed),
      cancelled: sum(({ cancelled }) => cancelled),
    },
    degradedRows: sum(({ degradedRows }) => degradedRows),
    busyMs: sum(({ busyMs }) => busyMs),
    verdicts: Object.fromEntries(verdicts),
    exits: sums(({ exits }) => exits),
    // After an alarm the full model alone answers, in no mode.
    rowsByMode: loads[0]?.rowsByMode ?? [],
    groups: Object.fromEntries(
      Array.from(groups, ([group, rows]) => [
        group,
        { verdicts: Object.fromEntries(rows.verdicts), exits: rows.exits, fullRows: rows.full },
      ]),
    ),
    latency: durations(({ success }) => success),
    wait: durations(({ queue }) => queue),
    compute: durations(({ compute }) => compute),
    audited: audited ?? null,
  };
}

/** Numbers at the same positions added; the longer list's rest stays. */
function added(some: readonly number[], others: readonly number[]): readonly number[] {
  const [long, short] = some.length < others.length ? [others, some] : [some, others];
  return long.map((value, i) => value + (short[i] ?? 0));
}
