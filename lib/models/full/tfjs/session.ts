import type { Load } from '../../../util/packages.js';
import type { Fed } from '../inputs.js';
import type { OutputNumbers } from '../scores.js';
import { startBackend, type TfBackend } from './backends.js';
import { networkTensors, predict } from './network.js';
import type { NetworkSource } from './source.js';
import type { Tf } from './tf.js';
import type { BackendName, Runnable } from './types.js';

/**
 * A network on a backend. If the GPU is lost, its current batch fails. The next batch restarts the
 * backend and reloads the network from its source.
 */
export class Session {
  /** The first run of all. */
  first: { readonly rows: number; readonly milliseconds: number } | undefined;
  private engine: object;
  private isLost = false;
  /** The network was built here, and isn't the user's. */
  private isOwn: boolean;

  private constructor(
    private readonly tf: Tf,
    private readonly load: Load,
    readonly backend: TfBackend,
    private network: Runnable,
    private readonly source: NetworkSource,
  ) {
    this.isOwn = source.own === undefined;
    this.engine = this.watch();
  }

  static async open(
    tf: Tf,
    load: Load,
    wanted: BackendName | undefined,
    source: NetworkSource,
  ): Promise<Session> {
    const backend = await startBackend(tf, wanted, load, source.backends);
    const network = source.own ?? (await source.open(tf, backend, load));
    return new Session(tf, load, backend, network, source);
  }

  get ports(): Pick<Runnable, 'inputs' | 'outputs'> {
    return this.network;
  }

  /** At once where the backend lets its memory be read; on a GPU with a promise. */
  run(fed: readonly Fed[], output: number): OutputNumbers | Promise<OutputNumbers> {
    if (this.isLost) return this.restart().then(() => this.run(fed, output));
    if (this.first !== undefined) return this.runOnce(fed, output);
    const start = performance.now();
    const given = this.runOnce(fed, output);
    const note = (result: OutputNumbers) => {
      this.first ??= { rows: fed[0].shape[0], milliseconds: performance.now() - start };
      return result;
    };
    return given instanceof Promise ? given.then(note) : note(given);
  }

  /** Moves a network's inputs to the backend's memory, and one number a row back. */
  async transfer(fed: readonly Fed[]): Promise<void> {
    this.use();
    const sums = this.tf.tidy(() =>
      networkTensors(this.tf, fed).map((x) => this.tf.sum(this.tf.reshape(x, [fed[0].shape[0], -1]), 1)),
    );
    for (const sum of sums) {
      await sum.data();
      sum.dispose();
    }
  }

  private runOnce(fed: readonly Fed[], output: number): OutputNumbers | Promise<OutputNumbers> {
    this.use();
    const tensor = predict(this.tf, this.network, fed, output);
    if (this.backend.engine === 'webgpu') return this.fetch(tensor);
    try {
      return { shape: tensor.shape, numbers: tensor.dataSync() };
    } finally {
      tensor.dispose();
    }
  }

  close(): void {
    if (this.isOwn) this.network.dispose();
  }

  private async fetch(tensor: ReturnType<typeof predict>): Promise<OutputNumbers> {
    try {
      const numbers = await tensor.data();
      if (this.isLost) throw new Error('the GPU was lost');
      return { shape: tensor.shape, numbers };
    } finally {
      tensor.dispose();
    }
  }

  /** Someone else's model may have made another backend tfjs's own. */
  private use(): void {
    const { tf, backend } = this;
    // Switching to a started backend takes effect at once, so the promise needn't be awaited.
    if (tf.getBackend() !== backend.engine) void tf.setBackend(backend.engine);
  }

  private watch(): object {
    const engine = this.tf.backend();
    const lost: unknown = Reflect.get(Object(Reflect.get(engine, 'device')), 'lost');
    if (lost instanceof Promise) {
      void lost.then(() => {
        this.isLost = true;
      });
    }
    return engine;
  }

  private async restart(): Promise<void> {
    const { tf, backend } = this;
    const factory = tf.findBackendFactory(backend.engine);
    // Another session may have restarted it already.
    if (tf.findBackend(backend.engine) === this.engine && factory !== null) {
      tf.removeBackend(backend.engine);
      tf.registerBackend(backend.engine, factory);
    }
    await startBackend(tf, backend.name, this.load);
    this.network = await this.source.open(tf, backend, this.load);
    this.isOwn = true;
    this.isLost = false;
    this.engine = this.watch();
  }
}
