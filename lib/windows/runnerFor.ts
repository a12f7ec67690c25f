import { plainRunner } from './plain.js';
import type { WindowProgram, WindowRunner } from './program.js';
import { wasmRunner } from './wasm.js';

/**
 * The fastest runner that works here.
 *
 * @param entries length of its `data`
 * @param most windows of a row
 * @param isFast whether WebAssembly is tried
 */
export function runnerFor(
  programs: readonly WindowProgram[],
  entries: number,
  most: number,
  isFast = true,
): WindowRunner {
  return (isFast ? wasmRunner(programs, entries, most) : undefined) ?? plainRunner(programs, entries, most);
}
