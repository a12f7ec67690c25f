import { tryKernel } from '../wasm.js';
import { POINTS, type RunnerSize, type WindowProgram, type WindowRunner } from './program.js';
import { levelRooms, WasmLevels } from './wasmLevels.js';
import { windowsKernel } from './windows.wasm.js';

const HEADER = 80;
const STAGE = 16;
const TABLE = 32;

/** Bytes of a node's record, and where its links begin. */
const RECORD = { haar: { size: 96, links: 64 }, lbp: { size: 128, links: 96 } } as const;

/** Kinds of programs in the kernel. */
const KIND = { haar: 0, lbp: 2 } as const;

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
    scratch: room(16 * (mostNodes(program) + 1)),
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
    const view = new DataView(memory);
    const isStumps = program.left.length === program.firstNode.length - 1;
    const words = [
      ...Array.from(program.norm, (offset) => 4 * offset),
      ...Array.from(program.normSquares, (offset) => 4 * offset),
    ];
    for (const [j, word] of words.entries()) view.setInt32(header + 4 * j, word, true);
    view.setFloat64(header + 32, program.area, true);
    const rest = [
      stagesAt,
      sumsAt,
      stages,
      stages + STAGE * program.limits.length,
      scratch,
      KIND[program.kind] + (isStumps ? 0 : 1),
      program.soft ? 1 : 0,
      table,
    ];
    for (const [j, word] of rest.entries()) view.setInt32(header + 40 + 4 * j, word, true);
    writeStages(view, stages, records, program);
    writeRecords(view, records, program);
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

function writeStages(view: DataView, at: number, records: number, program: WindowProgram): void {
  const { firstTree, firstNode, limits, kind } = program;
  const { size } = RECORD[kind];
  for (let stage = 0; stage < limits.length; stage++) {
    view.setInt32(at + STAGE * stage, records + size * firstNode[firstTree[stage]], true);
    view.setInt32(at + STAGE * stage + 4, records + size * firstNode[firstTree[stage + 1]], true);
    view.setFloat64(at + STAGE * stage + 8, limits[stage], true);
  }
}

function writeRecords(view: DataView, records: number, program: WindowProgram): void {
  const { kind, firstNode, offsets, weights, thresholds, subsets, leaves } = program;
  const { size, links } = RECORD[kind];
  const points = POINTS[kind];
  for (let tree = 0; tree + 1 < firstNode.length; tree++) {
    const root = firstNode[tree];
    const end = firstNode[tree + 1];
    for (let node = root; node < end; node++) {
      const at = records + size * node;
      for (let i = 0; i < points; i++) view.setInt32(at + 4 * i, 4 * offsets[points * node + i], true);
      if (kind === 'haar') {
        for (let i = 0; i < 3; i++) view.setFloat32(at + 48 + 4 * i, weights[3 * node + i], true);
        view.setFloat32(at + 60, thresholds[node], true);
      } else {
        for (let i = 0; i < 8; i++) view.setInt32(at + 64 + 4 * i, subsets[8 * node + i], true);
      }
      for (const [i, side] of [program.left, program.right].entries()) {
        const child = side[node];
        if (child > 0) view.setInt32(at + links + 8 + 4 * i, 16 * child, true);
        else view.setFloat32(at + links + 4 * i, leaves[root + tree - child], true);
      }
      if (node === root) view.setInt32(at + links + 16, size * (end - root), true);
    }
  }
}

function mostNodes({ firstNode }: WindowProgram): number {
  let most = 0;
  for (let tree = 0; tree + 1 < firstNode.length; tree++) {
    most = Math.max(most, firstNode[tree + 1] - firstNode[tree]);
  }
  return most;
}

/**
 * By which of four windows fail the first stage (bits 0 to 3), and whether the first one is skipped (16): which are visited, and
 * whether the window after them is skipped (16).
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
