import { ExitCounts } from '../scheduling/index.js';

/** Where rows of a group count whose name comes when there are groups enough. */
const OTHER_GROUPS = 'other';
/** Groups of a version that are counted by name. Each has some ten series, and whoever may call can name one. */
const MOST_GROUPS = 32;

/** Verdicts that each model's answers may have, and those of rankers alone. */
const VERDICTS = ['certified', 'full-model-only', 'exploratory', 'degraded', 'unsaved', 'void'];
const RANKER_VERDICTS = ['certified', 'full-model-only', 'exploratory', 'void', 'exact', 'outside'];

/** Rows of answered requests: by verdict, and those that the full model answered. */
export class AnsweredRows {
  full = 0;
  readonly verdicts: Map<string, number>;

  constructor(isRanker: boolean) {
    // Each has a number from the start.
    this.verdicts = new Map((isRanker ? RANKER_VERDICTS : VERDICTS).map((verdict) => [verdict, 0]));
  }

  /**
   * @param exits of the rows; of a ranker none
   * @param past the exit of rows that the full model answered; undefined: a ranker's
   */
  add(verdict: string, rows: number, exits: Uint8Array, past: number | undefined): void {
    this.verdicts.set(verdict, (this.verdicts.get(verdict) ?? 0) + rows);
    for (let i = 0; i < exits.length; i++) if (exits[i] === past) this.full++;
  }
}

/** Rows of answered requests that named a group. */
export interface GroupCounts {
  readonly verdicts: ReadonlyMap<string, number>;
  /** Rows by the stage that answered them; of a ranker none. */
  readonly exits: readonly number[];
  /** Rows that the full model answered. */
  readonly full: number;
}

/** The same of a group, with rows by the stage that answered them. */
export class GroupRows extends AnsweredRows implements GroupCounts {
  private readonly counts: ExitCounts;

  /** @param exits that there are; a ranker has none */
  constructor(isRanker: boolean, exits: number) {
    super(isRanker);
    this.counts = new ExitCounts(exits);
  }

  get exits(): readonly number[] {
    return this.counts.all;
  }

  override add(verdict: string, rows: number, exits: Uint8Array, past: number | undefined): void {
    super.add(verdict, rows, exits, past);
    this.counts.add(exits);
  }
}

/** The rows of a version's groups. */
export class Groups {
  readonly all = new Map<string, GroupRows>();

  /** Rows of a group; without room for one more by name, of all that there is none for. */
  rowsOf(group: string, isRanker: boolean, exits: number): GroupRows {
    const known = this.all.get(group);
    if (known !== undefined) return known;
    const name = this.all.size < MOST_GROUPS ? group : OTHER_GROUPS;
    let rows = this.all.get(name);
    if (rows === undefined) {
      rows = new GroupRows(isRanker, exits);
      this.all.set(name, rows);
    }
    return rows;
  }
}
