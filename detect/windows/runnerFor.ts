import { plainRunner } from './plain.js';
import type { RunnerSize, WindowProgram, WindowRunner } from './program.js';
import { wasmRunner } from './wasm.js';

/**
 * The fastest runner that works here.
 *
 * @param isFast whether WebAssembly is tried
 */
export function runnerFor(programs: readonly WindowProgram[], size: RunnerSize, isFast = true): WindowRunner {
  return (isFast ? wasmRunner(programs, size) : undefined) ?? plainRunner(programs, size);
}
