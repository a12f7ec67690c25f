import { isLittleEndian } from './endian.js';

/** The part of WebAssembly's interface that kernels need: TypeScript has it only among a browser's types. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
};

const PAGE = 65_536;

/** A kernel at work: its memory, which never moves once made, and its functions. */
export interface Kernel {
  readonly memory: ArrayBuffer;
  run(name: string): (...values: number[]) => number;
}

/**
 * Starts a kernel whose source, a `.wat` file, the build has turned into hexadecimal digits, which compress better
 * than base64.
 *
 * Its memory is made as large as it will be: one that grew would detach a buffer, and from the first such on V8 asks
 * at every access to any typed array of the process whether that still has one, which cost walks of trees in plain
 * code a seventh of their time.
 *
 * @param bytes how much memory it is given
 */
export function startKernel(code: string, bytes: number): Kernel {
  const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(bytes / PAGE)) });
  return { memory: memory.buffer, run: startKernelIn(code, 'spillway', memory) };
}

/**
 * Starts a kernel in the memory of another WebAssembly module, which it imports as `memory` of `owner`.
 *
 * @returns its functions, by name
 */
export function startKernelIn(code: string, owner: string, memory: unknown): Kernel['run'] {
  const { exports } = new WebAssembly.Instance(moduleOf(code), { [owner]: { memory } });
  return (name) => functionOf(exports, name);
}

/** Each kernel is compiled once, however often it is started. */
const modules = new Map<string, object>();

function moduleOf(code: string): object {
  const known = modules.get(code);
  if (known) return known;
  const bytes = Uint8Array.from(code.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const compiled = new WebAssembly.Module(bytes);
  modules.set(code, compiled);
  return compiled;
}

function functionOf(
  exports: Readonly<Record<string, unknown>>,
  name: string,
): (...values: number[]) => number {
  const run = exports[name];
  if (!isFunction(run)) throw new TypeError(`the kernel exports no function '${name}'`);
  return run;
}

/**
 * The same, or nothing where WebAssembly is missing or forbidden, or addresses are short: a memory reserves some ten
 * gigabytes of them, whatever its size. The plain loop beside each kernel then does its work.
 */
export function tryKernel(code: string, bytes: number): Kernel | undefined {
  // A kernel's memory is little-endian wherever it runs; typed arrays over it aren't.
  if (!isLittleEndian) return undefined;
  try {
    return startKernel(code, bytes);
  } catch {
    return undefined;
  }
}

function isFunction(value: unknown): value is (...values: number[]) => number {
  return typeof value === 'function';
}
