import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** scikit-learn's character TF-IDF (2-5, 50,000 terms, sublinear), fitted and waiting to be timed. */
export interface Vectorizer {
  readonly version: string;
  /** One run over the test texts. */
  transform(): Promise<{ seconds: number; entries: number }>;
  close(): Promise<void>;
}

/** Debian's own Python comes first: that is where its python3-sklearn is. */
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const SCRIPT = fileURLToPath(new URL('vectorizer.py', import.meta.url));

/**
 * @returns or why there is none, in words
 * @throws where it is there but fails
 */
export async function fitVectorizer(
  train: readonly string[],
  test: readonly string[],
  interpreter = PYTHON,
): Promise<Vectorizer | string> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
  const input = join(folder, 'texts.json');
  await writeFile(input, JSON.stringify({ train, test }));
  const python = spawn(interpreter, [SCRIPT, input], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => {
    python.once('close', () => resolve());
    python.once('error', () => resolve());
  });
  let complaint = '';
  python.stderr.on('data', (text) => {
    complaint += text;
  });
  // Writing to a process that has ended is told here; its missing answer says the rest.
  python.stdin.on('error', () => {});
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    const parsed: unknown = done ? undefined : JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  };
  const close = async () => {
    python.stdin.end();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };

  const ready = await Promise.race([
    answer(),
    once(python, 'error').then(
      () => undefined,
      () => undefined,
    ),
  ]);
  if (ready === undefined || !('version' in ready)) {
    await close();
    // A module that is missing is this machine's affair, anything else a fault of ours.
    if (complaint === '' || complaint.includes("No module named 'sklearn'\n"))
      return 'python3-sklearn is not installed';
    throw new Error(`scikit-learn failed:\n${complaint}`);
  }
  return {
    version: String(ready.version),
    async transform() {
      python.stdin.write('\n');
      const took = await answer();
      if (took === undefined || !('seconds' in took && 'entries' in took)) {
        throw new Error(`scikit-learn ended early: ${complaint.trim().split('\n').at(-1)}`);
      }
      return { seconds: Number(took.seconds), entries: Number(took.entries) };
    },
    close,
  };
}
