import { ServerError } from '../../../lib/errors.js';
import { follow } from '../../../lib/util/abort.js';
import { Retrier } from '../../../lib/util/retry/index.js';
import type { Timer } from '../../../lib/util/timer.js';
import type { BatchApi, ServerBatch } from './batchApi.js';

/** Milliseconds for a request, its retries included, and how many these are. */
const [TIMEOUT, RETRIES] = [600_000, 6];

/** An API of batches that is asked again where a connection fails, or it wants requests later. */
export class SureApi {
  private readonly retrier: Retrier;

  /** @param random uniform in [0, 1), for the waits */
  constructor(
    private readonly api: BatchApi,
    private readonly model: string,
    timer: Timer,
    random: () => number,
  ) {
    this.retrier = new Retrier({ timeoutMs: TIMEOUT, retries: RETRIES, random, timer });
  }

  upload(jsonl: string, signal: AbortSignal): Promise<string> {
    return this.retried((own) => this.api.upload(jsonl, own), signal);
  }

  look(id: string, signal: AbortSignal): Promise<ServerBatch> {
    return this.retried((own) => this.api.look(id, own), signal);
  }

  download(file: string, signal: AbortSignal): Promise<string> {
    return this.retried((own) => this.api.download(file, own), signal);
  }

  /** Creates a batch, once: where no answer comes it is looked for before it is created again. @returns its id */
  create(file: string, name: string, signal: AbortSignal): Promise<string> {
    let isRepeated = false;
    return this.retried(async (own) => {
      const found = isRepeated ? await this.api.find(name, own) : undefined;
      isRepeated = true;
      return (found ?? (await this.api.create(file, name, own))).id;
    }, signal);
  }

  /** The server's id of a batch by its name: `none`, or `unknown` where the server lists no batches. */
  async idOf(name: string, signal: AbortSignal): Promise<string> {
    try {
      return (await this.retried((own) => this.api.find(name, own), signal))?.id ?? 'none';
    } catch (error) {
      if (error instanceof ServerError && ['refused', 'malformed'].includes(error.reason)) return 'unknown';
      throw error;
    }
  }

  private retried<T>(run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const stop = new AbortController();
    const leave = follow(signal, stop);
    const { model } = this;
    return this.retrier
      .run(
        {
          send: run,
          retryAfter: (error) => (error instanceof ServerError && error.reason !== 'refused' ? 0 : undefined),
          late: () => new ServerError(model, 'timeout', `its batch API gave no answer in ${TIMEOUT} ms`),
        },
        stop,
      )
      .finally(leave);
  }
}
