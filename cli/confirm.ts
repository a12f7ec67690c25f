import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Where a person's answers come from. */
export type Keyboard = Readable & { readonly isTTY?: boolean };

/**
 * Asks a person a question. Only yes is yes: an empty line and the end of the input are no.
 *
 * @throws the signal's reason
 */
export async function confirmed(
  question: string,
  input: Keyboard,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  signal.throwIfAborted();
  write(`${question} [y/N] `);
  // Without an output: the terminal echoes by itself, and an interrupt stays one.
  const lines = createInterface({ input });
  try {
    return await new Promise<boolean>((resolve, reject) => {
      lines.once('line', (line) => resolve(/^\s*y(es)?\s*$/i.test(line)));
      lines.once('close', () => resolve(false));
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  } finally {
    lines.close();
  }
}
