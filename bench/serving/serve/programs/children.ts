import { type ChildProcess, fork } from 'node:child_process';

/** What a child does, by name: what it is given, and its result. Both are JSON. */
export type Commands = Readonly<Record<string, { readonly given: unknown; readonly result: unknown }>>;

interface Request {
  readonly id: number;
  readonly what: string;
  readonly given: unknown;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** A process of its own that a benchmark measures, or measures with. */
export class Child<All extends Commands> {
  private readonly process: ChildProcess;
  private readonly pending = new Map<number, (answer: Answer) => void>();
  private last = 0;

  /** @param flags of Node */
  constructor(file: string, flags: readonly string[] = []) {
    this.process = fork(file, { execArgv: [...flags], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.process.on('message', (text) => {
      const answer: Answer = JSON.parse(String(text));
      this.pending.get(answer.id)?.(answer);
      this.pending.delete(answer.id);
    });
    this.process.on('exit', (code) => {
      for (const [id, end] of this.pending) end({ id, error: `the process ended with ${code}` });
      this.pending.clear();
    });
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  ask<Name extends keyof All & string>(what: Name, given: All[Name]['given']): Promise<All[Name]['result']> {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.pending.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${what}: ${error}`));
      });
      this.process.send(JSON.stringify({ id, what, given } satisfies Request));
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
    const { id, what, given }: Request = JSON.parse(String(text));
    const answer = await (async () => commands[what](given))().then(
      (result): Answer => ({ id, result }),
      (error: unknown): Answer => ({
        id,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    );
    process.send?.(JSON.stringify(answer));
  });
  process.on('disconnect', () => process.exit());
}
