import { tryKernel } from '../../lib/util/wasm.js';
import { plainRunner } from './plain.js';
import { longestPart, POINTS, type RunnerSize, type WindowProgram, type WindowRunner } from './program.js';
import { levelRooms, WasmLevels } from './wasmLevels.js';
import { windowsKernel } from './windows.wasm.js';

const HEADER = 80;
const STAGE = 16;
const TABLE = 32;

/** Bytes of a node's record, and where its links begin. */
const RECORD = { haar: { size: 96, links: 64 }, lbp: { size: 128, links: 96 } } as const;

/**
 * Runs four windows at a time in WebAssembly, with the bits of `plainRunner`.
 *
 * @returns undefined where WebAssembly with SIMD doesn't work
 */
export function wasmRunner(
  programs: readonly WindowProgram[],
  { width, height, entries }: RunnerSize,
): WindowRunner | undefined {
  let bytes = 0;
  const room = (size: number) => {
    const at = bytes;
    bytes += 16 * Math.ceil(size / 16);
    return at;
  };
  const places = programs.map((program) => ({
    header: room(HEADER),
    stages: room(STAGE * program.limits.length),
    records: room(RECORD[program.kind].size * program.left.length),
    scratch: room(16 * (longestPart(program.firstNode) + 1)),
  }));
  const table = room(TABLE);
  // Groups of four may run over the end of a row.
  const stagesAt = room(4 * (width + 4));
  const sumsAt = room(8 * (width + 4));
  const rooms = levelRooms(width, height, room);
  const dataAt = room(4 * entries + 16);
  if (bytes >= 2 ** 31) return undefined;
  const kernel = tryKernel(windowsKernel, bytes);
  if (kernel === undefined) return undefined;
  const { memory } = kernel;
  new Uint8Array(memory, table, TABLE).set(visits());
  for (const [i, program] of programs.entries()) {
    const { header, stages, records, scratch } = places[i];
    const { limits, norm } = program;
    const words = new Int32Array(memory, header, HEADER / 4);
    words.set(norm.map((offset) => 4 * offset));
    new Float64Array(memory, header + 32, 1)[0] = program.area;
    const kind = program.kind === 'lbp' ? 2 : longestPart(program.firstNode) === 1 ? 0 : 1;
    const end = stages + STAGE * limits.length;
    words.set([stagesAt, sumsAt, stages, end, scratch, kind, table], 10);
    writeStages(memory, stages, records, program);
    writeRecords(memory, records, program);
  }
  const run = kernel.run('run');
  const levels = new WasmLevels(kernel, rooms, new Int32Array(memory, dataAt, entries));
  return {
    stages: new Int32Array(memory, stagesAt, width),
    sums: new Float64Array(memory, sumsAt, width),
    begin: (image) => levels.begin(image),
    level: (program, width, height) => levels.level(width, height, programs[program].layout),
    run: (program, at, count, skips) => run(places[program].header, dataAt + 4 * at, count, skips ? 1 : 0),
  };
}

function writeStages(memory: ArrayBuffer, at: number, records: number, program: WindowProgram): void {
  const { firstTree, firstNode, limits, kind } = program;
  const words = new Int32Array(memory, at);
  const doubles = new Float64Array(memory, at);
  const address = (tree: number) => records + RECORD[kind].size * firstNode[tree];
  for (let stage = 0; stage < limits.length; stage++) {
    words[4 * stage] = address(firstTree[stage]);
    words[4 * stage + 1] = address(firstTree[stage + 1]);
    doubles[2 * stage + 1] = limits[stage];
  }
}

function writeRecords(memory: ArrayBuffer, records: number, program: WindowProgram): void {
  const { kind, firstNode, offsets, weights, thresholds, subsets, leaves } = program;
  const { size, links } = RECORD[kind];
  const points = POINTS[kind];
  const words = new Int32Array(memory);
  const floats = new Float32Array(memory);
  for (let tree = 0; tree + 1 < firstNode.length; tree++) {
    const root = firstNode[tree];
    const end = firstNode[tree + 1];
    for (let node = root; node < end; node++) {
      const at = (records + size * node) / 4;
      for (let i = 0; i < points; i++) words[at + i] = 4 * offsets[points * node + i];
      if (kind === 'haar') {
        floats.set(weights.subarray(3 * node, 3 * node + 3), at + 12);
        floats[at + 15] = thresholds[node];
      } else words.set(subsets.subarray(8 * node, 8 * node + 8), at + 16);
      const link = at + links / 4;
      for (const [i, child] of [program.left[node], program.right[node]].entries()) {
        if (child > 0) words[link + 2 + i] = 16 * child;
        else floats[link + i] = leaves[root + tree - child];
      }
      if (node === root) words[link + 4] = size * (end - root);
    }
  }
}

/**
 * By which of four windows fail the first stage (bits 0 to 3), and whether the first one is skipped (16): which are
 * visited, and whether the window after them is skipped (16).
 */
function visits(): Uint8Array {
  return Uint8Array.from({ length: TABLE }, (_, index) => {
    let visited = 0;
    let isSkipped = index >= 16;
    for (let bit = 1; bit < 16; bit <<= 1) {
      if (!isSkipped) visited |= bit;
      isSkipped = !isSkipped && (index & bit) !== 0;
    }
    return visited | (isSkipped ? 16 : 0);
  });
}

/**
 * The fastest runner that works here.
 *
 * @param isFast whether WebAssembly is tried
 */
export function runnerFor(programs: readonly WindowProgram[], size: RunnerSize, isFast = true): WindowRunner {
  return (isFast ? wasmRunner(programs, size) : undefined) ?? plainRunner(programs, size);
}
