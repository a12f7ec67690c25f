import type { Outcome } from '../asking/index.js';
import type { Journal } from '../journal/index.js';

/** A question that is being asked. */
export interface QuestionUnderWay {
  /** Undefined where whoever asked it has left without an outcome. */
  readonly outcome: Promise<Outcome | undefined>;
  /** The first outcome stands. */
  settle(outcome: Outcome | undefined): void;
}

/** Questions of a journal that are being asked, by their ids. */
export class QuestionsUnderWay {
  private readonly underWay = new Map<string, QuestionUnderWay>();

  /** Those of a journal: all models that share it ask each question once. */
  static of(journal: Journal): QuestionsUnderWay {
    const underWay = known.get(journal) ?? new QuestionsUnderWay();
    known.set(journal, underWay);
    return underWay;
  }

  get(id: string): QuestionUnderWay | undefined {
    return this.underWay.get(id);
  }

  begin(id: string): QuestionUnderWay {
    let settle: QuestionUnderWay['settle'] = () => {};
    const asking: QuestionUnderWay = {
      outcome: new Promise((resolve) => {
        settle = resolve;
      }),
      settle: (outcome) => {
        settle(outcome);
        // Another may be asking it again by now.
        if (this.underWay.get(id) === asking) this.underWay.delete(id);
      },
    };
    this.underWay.set(id, asking);
    return asking;
  }
}

const known = new WeakMap<Journal, QuestionsUnderWay>();
