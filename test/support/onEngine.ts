import { Cascade, type FeatureSet, type Label } from 'spillway/runtime';
import { isWord, lowerCase } from '../../lib/features/define/text/unicode.js';
import { CALIBRATIONS } from '../../lib/learn/calibration/choose.js';
import { loadExitScore } from '../../lib/learn/exits/exitScores.js';
import { signCount } from '../../lib/learn/exits/uncertaintyFeatures.js';
import { sha256 } from '../../lib/util/lightSha256.js';
import * as math from '../../lib/util/math/index.js';
import { outcomes } from './faultOutcomes.js';
import { servedNumbers, servedPoints } from './servedColumns.js';
import { servedTexts } from './servedTexts.js';

/** What an engine runs, bundled: digests of the bits of its numbers, and what becomes of calls that fail or come too late. */

/** Reads a file. */
export type Read = (name: string) => Promise<Uint8Array>;

/** What is served: of each name there is a file `NAME.cascade`. */
export interface Given {
  readonly cascades: readonly {
    readonly name: string;
    readonly features: keyof typeof FEATURES;
    readonly rows: never[];
  }[];
}

export type OnEngine = Awaited<ReturnType<typeof onEngine>>;

const FEATURES: Readonly<Record<'texts' | 'points' | 'numbers', FeatureSet<never>>> = {
  texts: servedTexts,
  points: servedPoints(),
  numbers: servedNumbers,
};

export async function onEngine(read: Read) {
  const given: Given = JSON.parse(new TextDecoder().decode(await read('given.json')));
  const digests: Record<string, string> = {
    functions: functions(),
    exits: exits(),
    characters: characters(),
  };
  for (const { name, features, rows } of given.cascades) {
    const cascade = await Cascade.load(await read(`${name}.cascade`), { features: FEATURES[features] });
    digests[name] = await answersOf(cascade, rows);
  }
  const points = given.cascades.find(({ name }) => name === 'points');
  return {
    digests,
    outcomes: points && (await outcomes(await read(`${points.name}.cascade`), points.rows)),
  };
}

/** What a cascade, and its full model, answer. */
export async function answersOf<Row>(
  cascade: Pick<Cascade<Row, Label>, 'predict' | 'full'>,
  rows: readonly Row[],
): Promise<string> {
  const [answers, full] = [await cascade.predict(rows), await cascade.full.predict(rows)];
  const labels = new TextEncoder().encode(JSON.stringify([answers.labels, full.labels]));
  const numbers = digest(answers.scores, Float64Array.from(answers.exits), full.scores);
  return `${numbers} ${sha256([labels])}`;
}

function digest(...numbers: readonly Float64Array[]): string {
  return sha256(
    numbers.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  );
}

/** Uniform in (0, 1), of whole numbers: worlds of `datasets` take functions from Math. */
function* uniform(): Generator<number, never> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield (state + 0.5) / 2 ** 32;
  }
}

function take(source: Generator<number, never>, count: number): Float64Array {
  return Float64Array.from({ length: count }, () => source.next().value);
}

/** Of `lib/util/math`, and powers of two, which are the engine's own. */
function functions(): string {
  const source = uniform();
  const [small, wide] = [take(source, 20_000), take(source, 20_000)];
  return digest(
    small.map((x) => math.exp(x - 0.5)),
    wide.map((x) => math.exp((x - 0.5) * 1_500)),
    small.map(math.log),
    wide.map((x) => math.log(math.exp((x - 0.5) * 1_400))),
    small.map((x) => math.log1p(x - 0.5)),
    wide.map((x) => math.log1p(math.exp(-30 * x))),
    small.map((x) => math.log2(x)),
    small.map((x, i) => math.pow(x, 20 * wide[i])),
    Float64Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074)),
  );
}

/** Of how text is read: all characters in lower case, and which units of the basic plane are letters. */
export function characters(): string {
  const blocks = Array.from({ length: 0x40 }, (_, b) =>
    Array.from({ length: 0x800 }, (_, i) => 0x800 * b + i).filter((code) => code < 0xd800 || code > 0xdfff),
  );
  const lowered = blocks.map((codes) => lowerCase(String.fromCodePoint(...codes))).join('');
  const words = Uint8Array.from({ length: 0x10000 }, (_, unit) => Number(isWord(unit)));
  return sha256([new TextEncoder().encode(lowered), words]);
}

/** Of calibrators fitted here, and of exit scores of a deferral model. */
export function exits(): string {
  const classes = 3;
  const source = uniform();
  const scores = take(source, 900);
  const truth = new Int32Array(scores.length / classes);
  for (let row = 0; row < truth.length; row++) {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    const sum = own[0] + own[1] + own[2];
    for (let c = 0; c < classes; c++) own[c] /= sum;
    truth[row] = source.next().value < own[0] ? 0 : source.next().value < 0.5 ? 1 : 2;
  }
  const calibrated = CALIBRATIONS.map(([, calibration]) => {
    const own = scores.slice();
    calibration.fit(own, classes, truth).apply(own, classes);
    return own;
  });
  const weights = take(source, signCount(classes) + 1);
  const deferral = loadExitScore({ json: { kind: 'deferral', classes }, tensors: { weights } });
  const deferred = calibrated.map((own) => {
    const out = new Float64Array(truth.length);
    deferral.score(own, classes, Float64Array.from(truth), out);
    return out;
  });
  return digest(...calibrated, ...deferred);
}
