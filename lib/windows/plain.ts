import { FLAT, SKIPPED, type WindowProgram, type WindowRunner } from './program.js';

const { fround } = Math;

/**
 * The reference in plain JavaScript, with the arithmetic of OpenCV's cascades: features in single precision, each operation rounded;
 * leaves in single precision, summed in double.
 *
 * @param entries length of `data`
 * @param most windows of a row
 */
export function plainRunner(programs: readonly WindowProgram[], entries: number, most: number): WindowRunner {
  const data = new Int32Array(entries);
  const stages = new Int32Array(most);
  const sums = new Float64Array(most);
  const runs = programs.map((program) => evaluator(program, data));
  return {
    data,
    stages,
    sums,
    run(program, at, count, skips) {
      const { evaluate, last } = runs[program];
      for (let i = 0; i < count; i++) {
        const passed = evaluate(at + i);
        stages[i] = passed;
        sums[i] = last[0];
        if (passed === 0 && skips && i + 1 < count) {
          i++;
          stages[i] = SKIPPED;
          sums[i] = Number.NaN;
        }
      }
    },
  };
}

interface Evaluator {
  /** Runs a window; returns the stages passed, or FLAT. */
  evaluate(at: number): number;
  /** The sum of the last stage that ran. */
  readonly last: Float64Array;
}

function evaluator(program: WindowProgram, data: Int32Array): Evaluator {
  const { soft, firstTree, limits, firstNode } = program;
  const last = new Float64Array(1);
  const isStumps = program.left.length === firstNode.length - 1;
  const runTrees =
    program.kind === 'haar'
      ? isStumps
        ? haarStumps(program, data)
        : haarTrees(program, data)
      : lbpTrees(program, data);
  const normOf = program.kind === 'haar' ? haarNorm(program, data) : () => 1;
  const count = limits.length;
  const evaluate = (at: number) => {
    const norm = normOf(at);
    last[0] = Number.NaN;
    if (norm === 0) return FLAT;
    let sum = 0;
    for (let stage = 0; stage < count; stage++) {
      sum = runTrees(at, norm, firstTree[stage], firstTree[stage + 1], soft ? sum : 0);
      if (sum < limits[stage]) {
        last[0] = sum;
        return stage;
      }
    }
    last[0] = sum;
    return count;
  };
  return { evaluate, last };
}

/** One over area times standard deviation, or 0 where that is too small. */
function haarNorm(program: WindowProgram, data: Int32Array): (at: number) => number {
  const { area } = program;
  const [a, b, c, d] = program.norm;
  const [e, f, g, h] = program.normSquares;
  return (at) => {
    const sum = (data[at + a] - data[at + b] - data[at + c] + data[at + d]) | 0;
    const squares = (data[at + e] - data[at + f] - data[at + g] + data[at + h]) >>> 0;
    const factor = area * squares - sum * sum;
    if (!(factor > 0)) return 0;
    const norm = fround(1 / Math.sqrt(factor));
    return area * norm < 0.1 ? norm : 0;
  };
}

/** Adds trees from `begin` to before `end` to a sum. */
type RunTrees = (at: number, norm: number, begin: number, end: number, sum: number) => number;

function haarStumps(program: WindowProgram, data: Int32Array): RunTrees {
  const { offsets, weights, thresholds, leaves } = program;
  return (at, norm, begin, end, start) => {
    let sum = start;
    for (let tree = begin, o = 12 * begin, w = 3 * begin; tree < end; tree++, o += 12, w += 3) {
      const first =
        (data[at + offsets[o]] -
          data[at + offsets[o + 1]] -
          data[at + offsets[o + 2]] +
          data[at + offsets[o + 3]]) |
        0;
      const second =
        (data[at + offsets[o + 4]] -
          data[at + offsets[o + 5]] -
          data[at + offsets[o + 6]] +
          data[at + offsets[o + 7]]) |
        0;
      let value = fround(fround(weights[w] * fround(first)) + fround(weights[w + 1] * fround(second)));
      const weight = weights[w + 2];
      if (weight !== 0) {
        const third =
          (data[at + offsets[o + 8]] -
            data[at + offsets[o + 9]] -
            data[at + offsets[o + 10]] +
            data[at + offsets[o + 11]]) |
          0;
        value = fround(value + fround(weight * fround(third)));
      }
      const isLeft = fround(value * norm) < thresholds[tree];
      sum += isLeft ? leaves[2 * tree] : leaves[2 * tree + 1];
    }
    return sum;
  };
}

function haarTrees(program: WindowProgram, data: Int32Array): RunTrees {
  const { firstNode, left, right, offsets, weights, thresholds, leaves } = program;
  return (at, norm, begin, end, start) => {
    let sum = start;
    for (let tree = begin; tree < end; tree++) {
      const root = firstNode[tree];
      let node = root;
      for (;;) {
        const o = 12 * node;
        const w = 3 * node;
        const first =
          (data[at + offsets[o]] -
            data[at + offsets[o + 1]] -
            data[at + offsets[o + 2]] +
            data[at + offsets[o + 3]]) |
          0;
        const second =
          (data[at + offsets[o + 4]] -
            data[at + offsets[o + 5]] -
            data[at + offsets[o + 6]] +
            data[at + offsets[o + 7]]) |
          0;
        let value = fround(fround(weights[w] * fround(first)) + fround(weights[w + 1] * fround(second)));
        const weight = weights[w + 2];
        if (weight !== 0) {
          const third =
            (data[at + offsets[o + 8]] -
              data[at + offsets[o + 9]] -
              data[at + offsets[o + 10]] +
              data[at + offsets[o + 11]]) |
            0;
          value = fround(value + fround(weight * fround(third)));
        }
        const child = fround(value * norm) < thresholds[node] ? left[node] : right[node];
        if (child <= 0) {
          sum += leaves[root + tree - child];
          break;
        }
        node = root + child;
      }
    }
    return sum;
  };
}

function lbpTrees(program: WindowProgram, data: Int32Array): RunTrees {
  const { firstNode, left, right, offsets, subsets, leaves } = program;
  return (at, _norm, begin, end, start) => {
    let sum = start;
    for (let tree = begin; tree < end; tree++) {
      const root = firstNode[tree];
      let child = 0;
      let node = root;
      do {
        const pattern = patternAt(data, at, offsets, 16 * node);
        const isLeft = (subsets[8 * node + (pattern >> 5)] >> (pattern & 31)) & 1;
        child = isLeft === 1 ? left[node] : right[node];
        node = root + child;
      } while (child > 0);
      sum += leaves[root + tree - child];
    }
    return sum;
  };
}

/** Which of the eight blocks around the middle one have at least its sum: clockwise from the top left, the first is 128. */
function patternAt(data: Int32Array, at: number, offsets: Int32Array, o: number): number {
  const p0 = data[at + offsets[o]];
  const p1 = data[at + offsets[o + 1]];
  const p2 = data[at + offsets[o + 2]];
  const p3 = data[at + offsets[o + 3]];
  const p4 = data[at + offsets[o + 4]];
  const p5 = data[at + offsets[o + 5]];
  const p6 = data[at + offsets[o + 6]];
  const p7 = data[at + offsets[o + 7]];
  const p8 = data[at + offsets[o + 8]];
  const p9 = data[at + offsets[o + 9]];
  const p10 = data[at + offsets[o + 10]];
  const p11 = data[at + offsets[o + 11]];
  const p12 = data[at + offsets[o + 12]];
  const p13 = data[at + offsets[o + 13]];
  const p14 = data[at + offsets[o + 14]];
  const p15 = data[at + offsets[o + 15]];
  const middle = (p5 - p6 - p9 + p10) | 0;
  return (
    (((p0 - p1 - p4 + p5) | 0) >= middle ? 128 : 0) |
    (((p1 - p2 - p5 + p6) | 0) >= middle ? 64 : 0) |
    (((p2 - p3 - p6 + p7) | 0) >= middle ? 32 : 0) |
    (((p6 - p7 - p10 + p11) | 0) >= middle ? 16 : 0) |
    (((p10 - p11 - p14 + p15) | 0) >= middle ? 8 : 0) |
    (((p9 - p10 - p13 + p14) | 0) >= middle ? 4 : 0) |
    (((p8 - p9 - p12 + p13) | 0) >= middle ? 2 : 0) |
    (((p4 - p5 - p8 + p9) | 0) >= middle ? 1 : 0)
  );
}
