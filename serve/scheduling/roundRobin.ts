/** What takes turns. */
export interface Member {
  /** Whether it has work that could start now. */
  readonly isRunnable: boolean;
}

/** A member's place in a `RoundRobin`. */
export class Turn<T extends Member> {
  /** Cost that it may still start in this round; below 0 where it started more. */
  deficit = 0;
  /** Its quantum is one of the next round: it has to wait until it is reached. */
  isNextRound = false;
  /** It started work since it was last reached. */
  isServed = false;
  /** Its line, and its neighbours there. Only the lines set them. */
  line: Line<T> | undefined;
  before: Turn<T> | undefined;
  after: Turn<T> | undefined;

  /** @param weight its share relative to the others' */
  constructor(
    readonly owner: T,
    readonly weight: number,
  ) {}
}

/**
 * Deficit round robin: members take turns, and each may start work that costs its quantum a round. Costs of work may
 * differ much; they needn't be known exactly, since a debt is paid in later rounds. Members that were idle go first
 * with what they have left of a quantum, so that light users hardly wait for heavy ones. Each has but one quantum a
 * round.
 *
 * While two members have work, their service differs, divided by their weights, by at most three quanta and the cost
 * of one piece of work of each.
 *
 * @see Shreedhar & Varghese, "Efficient Fair Queuing Using Deficit Round-Robin", IEEE/ACM Transactions on Networking
 *   4(3), 1996
 * @see RFC 8290, section 4.2, on new flows
 */
export class RoundRobin<T extends Member> {
  private readonly fresh = new Line<T>();
  private readonly old = new Line<T>();

  /** @param quantum cost a round for a weight of 1 */
  constructor(readonly quantum: number) {}

  /** A member has work. `isNew`: it had none before, and so may go first. */
  activate(turn: Turn<T>, isNew: boolean): void {
    if (turn.line !== undefined) {
      if (!isNew || turn.line === this.fresh || turn.isNextRound || turn.deficit <= 0) return;
      // It used less than a quantum in this round.
      turn.line.remove(turn);
      this.fresh.push(turn);
      return;
    }
    // Unused credit is lost, debts stay.
    turn.deficit = Math.min(0, turn.deficit);
    turn.isNextRound = false;
    if (isNew) turn.deficit += this.quantum * turn.weight;
    (isNew ? this.fresh : this.old).push(turn);
  }

  /** Whose turn it is. Charge it with what it starts. Undefined if no member can start anything. */
  pick(): T | undefined {
    let passed = 0;
    for (;;) {
      const line = this.fresh.first === undefined ? this.old : this.fresh;
      const turn = line.first;
      if (turn === undefined) return undefined;
      if (turn.owner.isRunnable && turn.deficit > 0) {
        turn.isNextRound = false;
        turn.isServed = true;
        return turn.owner;
      }
      line.remove(turn);
      // It leaves after a round without work; sooner, it would come back with a second quantum.
      if (!turn.owner.isRunnable && line === this.old && !turn.isServed) continue;
      turn.isServed = false;
      if (turn.deficit <= 0 && (turn.owner.isRunnable || line === this.fresh)) {
        turn.deficit += this.quantum * turn.weight;
        turn.isNextRound = true;
      }
      this.old.push(turn);
      if (++passed > this.old.length) {
        this.skipRounds();
        passed = 0;
      }
    }
  }

  /** All rounds at once in which nobody could have a turn, since all are in debt. */
  private skipRounds(): void {
    let rounds = Number.POSITIVE_INFINITY;
    for (let turn = this.old.first; turn !== undefined; turn = turn.after) {
      if (turn.owner.isRunnable) {
        rounds = Math.min(rounds, Math.floor(-turn.deficit / (this.quantum * turn.weight)));
      }
    }
    if (!(rounds > 0 && rounds < Number.POSITIVE_INFINITY)) return;
    for (let turn = this.old.first; turn !== undefined; turn = turn.after) {
      turn.deficit = Math.min(turn.deficit + rounds * this.quantum * turn.weight, this.quantum * turn.weight);
    }
  }
}

/** Turns, first come first served. */
class Line<T extends Member> {
  first: Turn<T> | undefined;
  private last: Turn<T> | undefined;
  length = 0;

  push(turn: Turn<T>): void {
    turn.line = this;
    turn.before = this.last;
    if (this.last === undefined) this.first = turn;
    else this.last.after = turn;
    this.last = turn;
    this.length++;
  }

  remove(turn: Turn<T>): void {
    if (turn.before === undefined) this.first = turn.after;
    else turn.before.after = turn.after;
    if (turn.after === undefined) this.last = turn.before;
    else turn.after.before = turn.before;
    turn.line = undefined;
    turn.before = undefined;
    turn.after = undefined;
    this.length--;
  }
}
