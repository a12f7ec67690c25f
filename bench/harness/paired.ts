import { sum } from 'simple-statistics';
import { normalQuantile } from '../../lib/stats/index.js';

/** An estimate, and its limits at 95 %. */
export interface Limits {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** Shares of all answers: those that differ, and right ones made wrong less wrong ones made right. */
export interface PairedFigures {
  readonly disagreement: Limits;
  readonly accuracyLost: Limits;
}

/** What was answered for one row, by however many cascades. */
interface Unit {
  answered: number;
  changed: number;
  lost: number;
}

/**
 * Answers of cascades beside those of their full models to the same rows. Equal rows are one draw,
 * in however many seeds they were unseen: else limits over seeds, which share rows, would be too
 * narrow. In JSON it is its figures.
 */
export class PairedAnswers {
  private constructor(private readonly units: ReadonlyMap<string | number, Unit>) {}

  /** @param keys what tells rows apart; equal rows have equal ones */
  static of<L>(
    keys: readonly (string | number)[],
    { answers, full, truth }: Readonly<Record<'answers' | 'full' | 'truth', readonly L[]>>,
  ): PairedAnswers {
    const units = new Map<string | number, Unit>();
    keys.forEach((key, row) => {
      const changed = Number(answers[row] !== full[row]);
      const lost = Number(full[row] === truth[row]) - Number(answers[row] === truth[row]);
      add(units, key, { answered: 1, changed, lost });
    });
    return new PairedAnswers(units);
  }

  /** Of all seeds together. */
  static over(seeds: readonly PairedAnswers[]): PairedAnswers {
    const units = new Map<string | number, Unit>();
    for (const seed of seeds) for (const [key, unit] of seed.units) add(units, key, unit);
    return new PairedAnswers(units);
  }

  get figures(): PairedFigures {
    return { disagreement: this.share('changed'), accuracyLost: this.share('lost') };
  }

  toJSON(): PairedFigures {
    return this.figures;
  }

  /** A ratio of sums over different rows, with normal limits by its linearised variance. */
  private share(what: 'changed' | 'lost'): Limits {
    const units = [...this.units.values()];
    const answered = sum(units.map((unit) => unit.answered));
    const estimate = sum(units.map((unit) => unit[what])) / answered;
    const squares = sum(units.map((unit) => (unit[what] - estimate * unit.answered) ** 2));
    const reach = (normalQuantile(0.975) * Math.sqrt(squares)) / answered;
    return { estimate, lower: estimate - reach, upper: estimate + reach };
  }
}

function add(units: Map<string | number, Unit>, key: string | number, more: Readonly<Unit>): void {
  const unit = units.get(key) ?? { answered: 0, changed: 0, lost: 0 };
  units.set(key, {
    answered: unit.answered + more.answered,
    changed: unit.changed + more.changed,
    lost: unit.lost + more.lost,
  });
}

/** As text: `.61 (.48 to .74)`. */
export function limitsIn({ estimate, lower, upper }: Limits, unit: string): string {
  const points = (share: number) => (100 * share).toFixed(2);
  return `${points(estimate)} ${unit} (${points(lower)} to ${points(upper)})`;
}
