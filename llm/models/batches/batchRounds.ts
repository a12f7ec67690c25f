import { randomUUID } from 'node:crypto';
import { ServerError } from '../../../lib/errors.js';
import type { ChatQuestion, ChatSender } from '../asking/index.js';
import { type BatchLine, batchLine, cutIntoBatches } from './batchLines.js';
import type { BatchRecords, OpenBatch } from './batchRecords.js';
import type { AskedById, AskedInBatch, Delivery } from './delivery.js';
import type { SureApi } from './sureApi.js';

/** What rounds are sent with. */
export interface RoundParts {
  readonly api: SureApi;
  readonly records: BatchRecords;
  readonly delivery: Delivery;
  readonly bodyOf: (question: ChatQuestion) => unknown;
  /** The most of a batch. */
  readonly most: { readonly requests: number; readonly bytes: number };
  readonly tries: number;
  readonly first: ChatSender | undefined;
}

/** Rounds of questions, as batches that are entered, submitted and looked at. */
export class BatchRounds {
  private isTried: boolean;
  /** Batches that are looked at, by name. */
  private readonly watched = new Map<string, Promise<void>>();

  constructor(private readonly options: RoundParts) {
    this.isTried = options.first === undefined;
  }

  /** Sends batches until each question has an outcome, or was in as many as it may. */
  async send(asked: AskedById, signal: AbortSignal): Promise<void> {
    const { records, tries, bodyOf, most } = this.options;
    await Promise.all(records.pending().map((batch) => this.resume(batch, asked, signal)));
    for (;;) {
      for (const [id, own] of asked) {
        const reply = own.outcome === undefined ? records.answerOf(id) : undefined;
        if (reply !== undefined) own.outcome = { kind: 'reply', reply };
      }
      const left = [...asked].filter(([, { outcome, tries: had }]) => outcome === undefined && had < tries);
      if (left.length === 0) return;
      signal.throwIfAborted();
      if (!this.isTried) {
        const [[, first]] = left;
        await this.tryOne(first, signal);
        continue;
      }
      const lines = left.map(([id, { question }]) => batchLine(id, question, bodyOf(question)));
      let stopped: { readonly error: unknown } | undefined;
      const under: Promise<void>[] = [];
      for (const cut of cutIntoBatches(lines, most)) {
        const { name, sent, error } = await this.admit(cut, asked);
        if (sent.length > 0)
          under.push(this.watch(name, () => this.submit(name, sent, asked, signal), signal));
        if (error !== undefined) {
          stopped = error;
          break;
        }
      }
      // Nothing may be sent, and nothing comes that would make room.
      if (under.length === 0 && stopped !== undefined) throw stopped.error;
      await Promise.all(under);
    }
  }

  /** Asks at once. What goes wrong with one would go wrong with all. */
  private async tryOne(asked: AskedInBatch, signal: AbortSignal): Promise<void> {
    const [outcome] = (await this.options.first?.send([asked.question], asked.listener, { signal })) ?? [];
    if (outcome?.kind === 'failed') throw outcome.error;
    this.isTried = true;
    asked.outcome = outcome;
  }

  /** Reserves the price of a batch's lines; those that there is no money for are left out. */
  private async admit(cut: readonly BatchLine[], asked: AskedById) {
    const { records } = this.options;
    const name = randomUUID();
    await records.begin(
      name,
      cut.map(({ id }) => id),
    );
    const sent: BatchLine[] = [];
    let error: { readonly error: unknown } | undefined;
    for (const line of cut) {
      try {
        await asked.get(line.id)?.listener.sending(line.question, name);
        sent.push(line);
      } catch (thrown) {
        error = { error: thrown };
        break;
      }
    }
    if (sent.length === 0) await records.over(name, 'no');
    return { name, sent, error };
  }

  /** A batch is looked at once, whoever waits for it. */
  private watch(name: string, run: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const known = this.watched.get(name);
    if (known !== undefined) {
      // Who began it may have left, and it with them.
      return known.catch(() => {
        signal.throwIfAborted();
        return this.watch(name, run, signal);
      });
    }
    const own = run().finally(() => this.watched.delete(name));
    this.watched.set(name, own);
    return own;
  }

  /** A batch that an earlier process, or a call that was aborted, has left. */
  private async resume(batch: OpenBatch, asked: AskedById, signal: AbortSignal): Promise<void> {
    const { records, api, delivery } = this.options;
    const { name, ids } = batch;
    const run = async () => {
      // Another may have seen its end meanwhile.
      const now = records.pending().find((each) => each.name === name);
      if (now === undefined) return;
      const id = now.serverId ?? (await api.idOf(name, signal));
      if (id === 'none' || id === 'unknown') return records.over(name, id === 'none' ? 'no' : 'maybe');
      if (now.serverId === undefined) await records.sent(name, id);
      await delivery.fetch(name, id, ids, asked, signal);
    };
    await this.watch(name, run, signal);
  }

  private async submit(
    name: string,
    lines: readonly BatchLine[],
    asked: AskedById,
    signal: AbortSignal,
  ): Promise<void> {
    const { api, records, delivery } = this.options;
    for (const { id } of lines) {
      const own = asked.get(id);
      if (own) own.tries++;
    }
    let id: string;
    try {
      const file = await api.upload(lines.map(({ text }) => text).join(''), signal);
      id = await api.create(file, name, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof ServerError)) throw error;
      // Refused, or never heard of: where that is sure, nothing was paid.
      id = await api.idOf(name, signal).catch(() => 'unknown');
      if (id === 'none' || (id === 'unknown' && error.reason === 'refused')) {
        await delivery.failed(lines, asked, error, 'no');
        return records.over(name, 'no');
      }
      // It may be there: the next round, or process, looks again.
      if (id === 'unknown') throw error;
    }
    await records.sent(name, id);
    await delivery.fetch(
      name,
      id,
      lines.map((line) => line.id),
      asked,
      signal,
    );
  }
}
