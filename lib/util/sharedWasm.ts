import { isLittleEndian } from './endian.js';
import { type Kernel, startKernelIn } from './wasm.js';

/** Memory that threads share: of WebAssembly, or an object with a buffer alone. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

/** The part of WebAssembly's interface for shared memory: TypeScript has it only among a browser's types. */
declare const WebAssembly: {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => SharedMemory;
};

const PAGE = 65_536;

/**
 * How a kernel imports its memory, of a page or more, as the first bytes after its types; and the same for a memory
 * that is shared, which must state a maximum. Nothing else of a kernel depends on it.
 */
const OWN = '021401087370696c6c776179066d656d6f7279020001';
const SHARED = '021701087370696c6c776179066d656d6f7279020301808004';

/** Starts a kernel in memory that other threads may use too. */
export function startSharedKernel(code: string, memory: SharedMemory): Kernel['run'] {
  return startKernelIn(code.replace(OWN, SHARED), 'spillway', memory);
}

/**
 * Memory for a kernel on several threads.
 *
 * @returns undefined where WebAssembly is missing or forbidden, or there is no room
 */
export function trySharedMemory(code: string, bytes: number): SharedMemory | undefined {
  if (!isLittleEndian) return undefined;
  const pages = Math.max(1, Math.ceil(bytes / PAGE));
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    startSharedKernel(code, memory);
    return memory;
  } catch {
    return undefined;
  }
}
