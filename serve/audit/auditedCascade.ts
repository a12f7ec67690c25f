import type { Certificate, Label, Plan } from '../../cascades/index.js';
import type { AuditableCascade, ServedAnswers } from '../../cascades/internal.js';
import { AsyncError, OptionError } from '../../lib/errors.js';
import type { Elements } from '../../lib/protocol/messages/index.js';
import type { LoadedModel, SliceInput } from '../executor.js';
import type { RequestRows } from '../requests/index.js';

/** A request with its answers; null where it failed. */
export class AuditedCall {
  /** Whether its answers were given to the audit, which may have rows answered again. */
  isTaken = false;

  constructor(
    /** The drawn rows of the request. */
    readonly drawn: RequestRows,
    /** Position of the mode that answered it. */
    readonly mode: number,
    readonly answers: ServedAnswers<Label> | null,
  ) {}
}

/** A row that was answered. */
export interface AuditedRow {
  readonly call: AuditedCall;
  /** Its position among the drawn rows of its request; -1 where it wasn't drawn. */
  readonly at: number;
}

/** Answers rows again: by the full model, by it once more, or by a mode alone. */
export type AnswerAgain = (
  mode: number,
  by: 'full' | 'full again' | 'mode',
  rows: RequestRows,
) => Promise<ServedAnswers<Label>>;

/** A promise of a served model as an audit sees a cascade: calls have been answered before the audit has them. */
export class AuditedCascade implements AuditableCascade<AuditedRow, Label> {
  readonly path: readonly Plan[] = [];
  readonly full = {
    predict: (rows: readonly AuditedRow[], { ask = 0 }: { readonly ask?: number } = {}) =>
      this.answerAgain(rows[0].call.mode, ask === 0 ? 'full' : 'full again', selected(rows)),
    predictSync: () => this.refuseSync(),
  };

  constructor(
    readonly certificate: Certificate,
    readonly plan: Plan,
    private readonly answerAgain: AnswerAgain,
  ) {}

  async predict(rows: readonly AuditedRow[]): Promise<ServedAnswers<Label>> {
    const [{ call }] = rows;
    if (call.isTaken) return this.answerAgain(call.mode, 'mode', selected(rows));
    call.isTaken = true;
    if (call.answers === null) throw new OptionError('rows', 'the call failed');
    return call.answers;
  }

  predictSync(): ServedAnswers<Label> {
    return this.refuseSync();
  }

  /** Rows are drawn when their request begins: which mode will answer, and audits them, isn't known then. */
  drawn(rows: readonly AuditedRow[]): readonly number[] {
    return rows.flatMap(({ at }, row) => (at < 0 ? [] : [row]));
  }

  explore(): never {
    throw new OptionError('afterAlarm', 'a served model has no path');
  }

  private refuseSync(): never {
    throw new AsyncError('a served model');
  }
}

/** Labels of codes; regression has none, and its answers are numbers. */
export function labelsOfCodes({ labels }: Pick<LoadedModel, 'labels'>, answers: Float64Array): Label[] {
  return Array.from(answers, (answer) => (labels.length === 0 ? answer : labels[answer]));
}

function selected(rows: readonly AuditedRow[]): RequestRows {
  return rowsAt(
    rows[0].call.drawn,
    rows.map(({ at }) => at),
  );
}

/** A copy of the rows at some positions, ascending. */
export function rowsAt(request: RequestRows, positions: readonly number[]): RequestRows {
  const inputs: Record<string, SliceInput> = Object.create(null);
  for (const [name, { elements, rowShape }] of Object.entries(request.inputs)) {
    const size = rowShape.reduce((product, each) => product * each, 1);
    inputs[name] = { elements: gathered(elements, size, positions), rowShape };
  }
  return { rows: positions.length, inputs };
}

/** @param positions ascending, so that no row is overwritten before it is read */
function gathered(elements: Elements, size: number, positions: readonly number[]): Elements {
  if (!ArrayBuffer.isView(elements))
    return positions.flatMap((row) => elements.slice(row * size, (row + 1) * size));
  const own = elements.slice();
  positions.forEach((row, i) => {
    own.copyWithin(i * size, row * size, (row + 1) * size);
  });
  // No view of it: that would keep the others' memory.
  return own.slice(0, positions.length * size);
}
