import { ServerError } from '../../../lib/errors.js';
import { sleep } from '../../../lib/util/abort.js';
import type { Timer } from '../../../lib/util/timer.js';
import type { ChatQuestion, ChatReply, Outcome, RequestListener } from '../asking/index.js';
import type { ServerBatch } from './batchApi.js';
import { type BatchLine, type LineOutcome, lineOutcomes } from './batchLines.js';
import type { BatchRecords } from './batchRecords.js';
import type { SureApi } from './sureApi.js';

/** A question that waits for its outcome, and who is told of it. */
export interface AskedInBatch {
  readonly question: ChatQuestion;
  readonly listener: RequestListener;
  outcome: Outcome | undefined;
  /** Batches that it went in. */
  tries: number;
}

/** Questions by their ids in the records. */
export type AskedById = ReadonlyMap<string, AskedInBatch>;

/** What batches are fetched with. */
export interface DeliveryOptions {
  readonly model: string;
  readonly api: SureApi;
  readonly records: BatchRecords;
  readonly replyOf: (body: unknown) => ChatReply;
  readonly clean: (text: string) => string;
  readonly pollMs: number;
  readonly tries: number;
  readonly timer: Timer;
}

/** Looks in a row that may fail before a batch is left to the next run. */
const FAILED_LOOKS = 20;

/** Waits for batches, and gives their lines to those who asked. */
export class Delivery {
  constructor(private readonly options: DeliveryOptions) {}

  /** Waits for a batch's end, and delivers what it holds. */
  async fetch(
    name: string,
    serverId: string,
    ids: readonly string[],
    asked: AskedById,
    signal: AbortSignal,
  ): Promise<void> {
    const { api, records, model, tries } = this.options;
    const batch = await this.ended(serverId, signal);
    if (batch === undefined) return records.over(name, 'maybe');
    const open = new Set(ids);
    for (const file of [batch.output, batch.errors]) {
      if (file === undefined) continue;
      const text = await api.download(file, signal);
      const kept: Promise<void>[] = [];
      const lines = [...lineOutcomes(text)];
      // A proxy's page, for example: the answers are paid for, and still there.
      if (lines.length === 0 && text.trim() !== '') {
        const why =
          'gave what is no file of answers for a batch that has ended: run again, and it is fetched again';
        throw new ServerError(model, 'malformed', why);
      }
      for (const line of lines) {
        // A process that ended while it read this batch has kept some of it.
        const isNews = open.delete(line.id) && records.answerOf(line.id) === undefined;
        if (isNews) kept.push(this.enter(line, asked.get(line.id)));
      }
      await Promise.all(kept);
    }
    // What isn't in either file: of a batch that was cut short nothing was done for it.
    await records.over(name, batch.status === 'completed' ? 'maybe' : 'no');
    if (batch.status !== 'failed') return;
    const error = new ServerError(
      model,
      'refused',
      `the server failed a batch: ${this.options.clean(batch.why ?? 'it says no reason')}`,
    );
    for (const id of open) {
      const own = asked.get(id);
      if (own && own.tries >= tries) own.outcome ??= { kind: 'failed', error };
    }
  }

  /** @returns undefined where the server doesn't know it any more */
  private async ended(serverId: string, signal: AbortSignal): Promise<ServerBatch | undefined> {
    const { api, timer, pollMs } = this.options;
    for (let failed = 0; ; ) {
      try {
        const batch = await api.look(serverId, signal);
        if (batch.state === 'ended') return batch;
        failed = 0;
      } catch (error) {
        if (error instanceof ServerError && error.status === 404) return undefined;
        const isPassing = error instanceof ServerError && error.reason !== 'refused';
        if (!isPassing || ++failed > FAILED_LOOKS) throw error;
      }
      await sleep(timer, pollMs, signal);
    }
  }

  /** What became of a line. */
  private async enter(line: LineOutcome, asked: AskedInBatch | undefined): Promise<void> {
    const { records, model } = this.options;
    if (line.body !== undefined) {
      try {
        const reply = { ...this.options.replyOf(line.body), isBatch: true };
        if (asked === undefined) await records.replied(line.id, reply);
        else {
          await asked.listener.replied(asked.question, reply);
          asked.outcome = { kind: 'reply', reply };
        }
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        // It was answered, and charged, by something that is no answer.
        await this.gone(line.id, asked, error, 'maybe');
        if (asked) asked.outcome = { kind: 'failed', error };
      }
      return;
    }
    const { status, code, message } = line;
    const isPassing = status === undefined || status === 429 || status >= 500;
    const why = `its line of a batch was refused${status === undefined ? '' : ` with ${status}`}: ${[code, message].filter(Boolean).join(': ')}`;
    const error = new ServerError(model, isPassing ? 'busy' : 'refused', this.options.clean(why), status);
    await this.gone(line.id, asked, error, 'no');
    // What expired goes in the next batch; what is refused would be so again.
    if (asked && !isPassing) asked.outcome = { kind: 'failed', error };
  }

  private async gone(
    id: string,
    asked: AskedInBatch | undefined,
    error: unknown,
    paid: 'no' | 'maybe',
  ): Promise<void> {
    if (asked === undefined) await this.options.records.lost(id, paid);
    else await asked.listener.lost(asked.question, error, paid);
  }

  /** Lines that were never taken. */
  async failed(
    lines: readonly BatchLine[],
    asked: AskedById,
    error: unknown,
    paid: 'no' | 'maybe',
  ): Promise<void> {
    for (const { id } of lines) {
      const own = asked.get(id);
      await this.gone(id, own, error, paid);
      if (own) own.outcome = { kind: 'failed', error };
    }
  }
}
