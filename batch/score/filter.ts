import type { AnswersWriter, RowBatch } from '../formats/index.js';
import { type BatchModel, lackingColumn } from '../model/index.js';
import { type AnswerOptions, answerBatch } from './answerBatch.js';

export interface FilterOptions extends AnswerOptions {
  /** Ends the work after the batches in hand: nothing more is read. */
  readonly stop?: AbortSignal;
}

/** What became of a stream of rows. */
export interface Filtered {
  /** Those that were answered, or have an error as their answer. */
  readonly rows: number;
  readonly errors: number;
  /** Whether all of the stream was read: not where the work was stopped before. */
  readonly isWhole: boolean;
}

/**
 * Answers batches as they come, each by one, in their order. As many are in hand as the model answers at a time.
 *
 * @throws InputError for a table that lacks a column which the model needs; PoisonRow, the signal's reason, what
 *   reading, answering and writing throw: batches before the failure have been written, nothing of it or after it, and
 *   the output has no end
 */
export async function filter(
  model: BatchModel,
  batches: AsyncIterable<RowBatch>,
  writer: AnswersWriter,
  { stop, ...options }: FilterOptions = {},
): Promise<Filtered> {
  const reading = batches[Symbol.asyncIterator]();
  const inHand: Promise<void>[] = [];
  let last: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  const leave = () => wake();
  for (const signal of [stop, options.signal]) signal?.addEventListener('abort', leave, { once: true });
  let rows = 0;
  let errors = 0;

  const begin = (batch: RowBatch) => {
    checkSchema(model, batch);
    const answering = answerBatch(model, batch, options);
    // It is waited for in its turn.
    answering.catch(() => {});
    const before = last;
    const writing = async () => {
      await before;
      const answers = await answering;
      await writer.write(batch, answers);
      rows += batch.rows.length;
      for (const each of answers.error ?? []) if (each !== null) errors++;
    };
    last = writing();
    last.catch((error: unknown) => {
      failure ??= { error };
      wake();
    });
    inHand.push(last);
  };
  /** The next batch; undefined where there is none, the work is to stop, or has failed meanwhile. */
  const next = async (): Promise<RowBatch | undefined> => {
    if (stop?.aborted || failure) return undefined;
    const woken = new Promise<undefined>((resolve) => {
      wake = () => resolve(undefined);
    });
    const taken = await Promise.race([reading.next(), woken]);
    options.signal?.throwIfAborted();
    if (taken?.done) isWhole = true;
    return taken?.done ? undefined : taken?.value;
  };

  let isWhole = false;
  try {
    for (let batch = await next(); batch !== undefined; batch = await next()) {
      begin(batch);
      while (inHand.length >= model.inFlight) await inHand.shift();
    }
    await last;
    if (failure) throw failure.error;
    await writer.end();
    return { rows, errors, isWhole };
  } finally {
    for (const signal of [stop, options.signal]) signal?.removeEventListener('abort', leave);
  }
}

function checkSchema({ columns }: BatchModel, { source, rows }: RowBatch): void {
  // A stream without rows may have any schema: engines ask by one what types answers have.
  if (source?.format !== 'arrow' || rows.length === 0) return;
  const names = source.schema.fields.map(({ name }) => String(name));
  const lacking = lackingColumn('the schema', names, columns);
  if (lacking !== undefined) throw lacking;
}
