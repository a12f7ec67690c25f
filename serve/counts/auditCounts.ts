/** What audits of a version have counted of drawn rows. Rows that several audits count are there for each. */
export interface AuditCounts {
  readonly drawn: number;
  /** Rows that left early and that the full model answered as well, and how many of these answers differed. */
  readonly audited: number;
  readonly differed: number;
  /** Rows whose loss will never be known, each counted as the least; those of them that were waited for too long. */
  readonly missed: number;
  readonly overdue: number;
  /** Labels that were given up. */
  readonly dropped: number;
}

export const NO_AUDIT: AuditCounts = { drawn: 0, audited: 0, differed: 0, missed: 0, overdue: 0, dropped: 0 };

/** @param sign -1: the difference */
export function addedCounts(one: AuditCounts, other: AuditCounts, sign: 1 | -1 = 1): AuditCounts {
  return {
    drawn: one.drawn + sign * other.drawn,
    audited: one.audited + sign * other.audited,
    differed: one.differed + sign * other.differed,
    missed: one.missed + sign * other.missed,
    overdue: one.overdue + sign * other.overdue,
    dropped: one.dropped + sign * other.dropped,
  };
}

/** Counts that go on where what counts them is replaced. */
export class RunningAudit {
  private before = NO_AUDIT;
  private current: { readonly counts: AuditCounts } | undefined;
  private hasBegun = false;

  /** @param audit from now on, which begins to count at 0; undefined: none */
  follow(audit: { readonly counts: AuditCounts } | undefined): void {
    this.before = this.sum;
    this.current = audit;
    this.hasBegun ||= audit !== undefined;
  }

  /** What an audit has counted so far is final; one that was followed by another counts no more already. */
  end(audit: { readonly counts: AuditCounts } | undefined): void {
    if (audit !== undefined && audit === this.current) this.follow(undefined);
  }

  /** Undefined where there never was an audit. */
  get counts(): AuditCounts | undefined {
    return this.hasBegun ? this.sum : undefined;
  }

  private get sum(): AuditCounts {
    return this.current === undefined ? this.before : addedCounts(this.before, this.current.counts);
  }
}
