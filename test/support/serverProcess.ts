import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { binary } from './commandLine.js';
import { featuresText, type TextModel } from './servedModels.js';

const library = JSON.stringify(new URL('../../dist/index.js', import.meta.url).href);

/** Writes a version of a model whose code imports the built library. @param at `NAME/VERSION` */
export async function publishText(
  directory: string,
  at: string,
  { cascade }: TextModel,
  features = featuresText(),
): Promise<void> {
  const folder = join(directory, at);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'features.js'), features.replace("'../../library.mjs'", library));
  await cascade.save(join(folder, 'model.cascade'), { reference: 'rows' });
}

/** A process that serves, as a shell or a cluster starts it. */
export interface ServerProcess {
  readonly child: ChildProcess;
  /** What it printed so far. */
  readonly printed: { out: string; err: string };
  /** Fulfilled once a stream holds the text. */
  has(stream: 'out' | 'err', text: string | RegExp): Promise<void>;
  readonly exited: Promise<number | null>;
}

/** @param command of `node`: `spillway serve` by default */
export function startServer(
  t: Pick<ExecutionContext, 'teardown'>,
  args: readonly string[],
  command: readonly string[] = [binary, 'serve'],
  env: NodeJS.ProcessEnv = {},
): ServerProcess {
  const child = spawn(process.execPath, [...command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  t.teardown(() => child.kill('SIGKILL'));
  const printed = { out: '', err: '' };
  const waiting = new Set<() => void>();
  for (const [stream, pipe] of [
    ['out', child.stdout],
    ['err', child.stderr],
  ] as const)
    pipe.setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text;
      for (const look of waiting) look();
    });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    printed,
    exited,
    has: (stream, text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!(typeof text === 'string' ? printed[stream].includes(text) : text.test(printed[stream])))
            return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void exited.then(() => reject(new Error(`it ended: ${printed.err}`)));
      }),
  };
}

/** Where it says that it listens. */
export const urlOf = ({ printed }: ServerProcess) =>
  /^listening on (http:\S+)$/m.exec(printed.out)?.[1] ?? '';
