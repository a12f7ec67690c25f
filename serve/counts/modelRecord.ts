import type { LoadedModel } from '../executor.js';
import { type LoadCounts, loadCounts, ModelCounts } from '../scheduling/index.js';
import { AnsweredRows, type GroupCounts, Groups } from './answeredRows.js';
import { type AuditCounts, RunningAudit } from './auditCounts.js';

/** What a version of a model has counted since the server was started. */
export interface VersionCounts {
  readonly name: string;
  readonly version: string;
  /** What the scheduler counts: of its own answers, and of the full model's in its stead after an alarm. */
  readonly loads: readonly LoadCounts[];
  /** Requests that don't fit the model, and reached no scheduler. */
  readonly invalid: number;
  /** Rows by what their answers said, and those that the full model answered. */
  readonly verdicts: ReadonlyMap<string, number>;
  readonly fullRows: number;
  /** The same by the group that requests named. */
  readonly groups: ReadonlyMap<string, GroupCounts>;
  /** How often it was loaded, and how often that failed or it was taken out. */
  readonly loaded: number;
  readonly failed: number;
  /** Alarms of its audit. */
  readonly alarms: number;
  /** Of drawn rows; undefined without an audit. */
  readonly audited: AuditCounts | undefined;
}

/** The counts of a version. What answers for it adds to them, one load after the other. */
export class ModelRecord {
  invalid = 0;
  loaded = 0;
  failed = 0;
  alarms = 0;
  readonly own = new ModelCounts();
  readonly audit = new RunningAudit();
  private inStead: ModelCounts | undefined;
  private readonly groups = new Groups();
  private answered: AnsweredRows;
  private isRanker = false;
  private exits = 0;
  /** Loads that answer, or still have requests. */
  users = 0;

  constructor(
    readonly name: string,
    readonly version: string,
  ) {
    this.answered = new AnsweredRows(false);
  }

  /** The model answers from now on. */
  open({ kind, modes }: Pick<LoadedModel, 'kind' | 'modes'>): void {
    this.users++;
    const isRanker = kind === 'ranker';
    if (isRanker !== this.isRanker) this.answered = new AnsweredRows(isRanker);
    this.isRanker = isRanker;
    const stages = modes.map(({ plan }) => plan?.stages.length ?? 0);
    this.exits = isRanker ? 0 : Math.max(...stages) + 1;
    this.own.fit(modes.length, this.exits);
  }

  close(): void {
    this.users--;
  }

  /** Counts of the full model's answers in the model's stead. */
  get instead(): ModelCounts {
    this.inStead ??= new ModelCounts();
    return this.inStead;
  }

  /**
   * Rows were answered.
   *
   * @param past the exit of rows that the full model answered; undefined: a ranker's
   * @param group that the request named
   */
  answer(
    verdict: string,
    rows: number,
    exits: Uint8Array,
    past: number | undefined,
    group: string | undefined,
  ): void {
    this.answered.add(verdict, rows, exits, past);
    if (group === undefined) return;
    this.groups.rowsOf(group, this.isRanker, this.exits).add(verdict, rows, exits, past);
  }

  get counts(): VersionCounts {
    const { name, version, own, inStead, invalid, answered, groups, loaded, failed, alarms, audit } = this;
    return {
      name,
      version,
      loads: (inStead === undefined ? [own] : [own, inStead]).map(loadCounts),
      invalid,
      verdicts: answered.verdicts,
      fullRows: answered.full,
      groups: groups.all,
      loaded,
      failed,
      alarms,
      audited: audit.counts,
    };
  }
}
