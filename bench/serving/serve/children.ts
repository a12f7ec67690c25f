import { type ChildProcess, fork } from 'node:child_process';

/** What a child does, by name: what it is given, and its result. Both are JSON. */
export type Commands = Readonly<Record<string, { readonly given: unknown; readonly result: unknown }>>;

interface Asked {
  readonly id: number;
  readonly what: string;
  readonly given: unknown;
}

interface Told {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** A process of its own that a benchmark measures, or measures with. */
export class Child<All extends Commands> {
  private readonly process: ChildProcess;
  private readonly asked = new Map<number, (told: Told) => void>();
  private last = 0;

  /** @param flags of Node */
  constructor(file: string, flags: readonly string[] = []) {
    this.process = fork(file, { execArgv: [...flags], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.process.on('message', (text) => {
      const told: Told = JSON.parse(String(text));
      this.asked.get(told.id)?.(told);
      this.asked.delete(told.id);
    });
    this.process.on('exit', (code) => {
      for (const [id, end] of this.asked) end({ id, error: `the process ended with ${code}` });
      this.asked.clear();
    });
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  ask<Name extends keyof All & string>(what: Name, given: All[Name]['given']): Promise<All[Name]['result']> {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.asked.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${what}: ${error}`));
      });
      this.process.send(JSON.stringify({ id, what, given } satisfies Asked));
    });
  }

  /** Ends it. */
  async close(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await ended;
  }
}

/** The child's side: does what it is asked to. */
export function answerTo<All extends Commands>(
  commands: {
    readonly [Name in keyof All]: (
      given: All[Name]['given'],
    ) => Promise<All[Name]['result']> | All[Name]['result'];
  },
): void {
  process.on('message', async (text) => {
    const { id, what, given }: Asked = JSON.parse(String(text));
    const told = await (async () => commands[what](given))().then(
      (result): Told => ({ id, result }),
      (error: unknown): Told => ({
        id,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    );
    process.send?.(JSON.stringify(told));
  });
  process.on('disconnect', () => process.exit());
}
