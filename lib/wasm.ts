/** The part of WebAssembly's interface that kernels need: TypeScript has it only among a browser's types. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
};

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const PAGE = 65_536;

/** A kernel at work: its memory, which never moves once made, and its functions. */
export interface Kernel {
  readonly memory: ArrayBuffer;
  run(name: string): (...values: number[]) => number;
}

/**
 * Starts a kernel whose source, a `.wat` file, the build has turned into base64.
 *
 * @param bytes how much memory it is given
 */
export function startKernel(code: string, bytes: number): Kernel {
  const { exports } = new WebAssembly.Instance(moduleOf(code));
  const { memory } = exports;
  if (!isMemory(memory)) throw new TypeError('the kernel exports no memory');
  memory.grow(Math.max(0, Math.ceil(bytes / PAGE) - memory.buffer.byteLength / PAGE));
  return { memory: memory.buffer, run: (name) => functionOf(exports, name) };
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

function moduleOf(code: string): object {
  return new WebAssembly.Module(Uint8Array.from(atob(code), (unit) => unit.charCodeAt(0)));
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
  try {
    return startKernel(code, bytes);
  } catch {
    return undefined;
  }
}

function isMemory(value: unknown): value is Memory {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'grow' in value;
}

function isFunction(value: unknown): value is (...values: number[]) => number {
  return typeof value === 'function';
}
