import { ArtifactError, FeatureError, ModelError } from '../../lib/errors.js';
import type { Tensor } from '../../lib/util/state.js';
import { damagedModel, type Fields } from '../fields.js';
import { PIPELINE } from './node.js';
import type { RowKind } from './rows.js';

/** Rows that a pipeline was exported with, and scikit-learn's answers to them. */
export interface PipelineSample {
  readonly rows: readonly unknown[];
  /** Rows x outputs. */
  readonly answers: Float64Array;
}

/** Answers some rows: rows x outputs. */
export type AnswerRows = (rows: readonly unknown[]) => Float64Array;

/** The largest difference that double precision leaves after other orders of summation, and single leaves at all. */
const TOLERANCE = 1e-6;

/** @returns undefined where the file has no sample */
export function readSample(
  fields: Fields,
  tensors: ReadonlyMap<string, Tensor>,
  kind: RowKind,
): PipelineSample | undefined {
  if (fields.get('sample') === null) return undefined;
  const sample = fields.fields('sample');
  const rows = sample.list('rows').map((values) => rowOf(values, kind));
  const answers = tensors.get('sample/answers') ?? new Float64Array(0);
  if (!(answers instanceof Float64Array))
    throw damagedModel(PIPELINE, 'answers to its sample that are no numbers');
  return rows.length === 0 ? undefined : { rows, answers };
}

/** @throws ArtifactError where the answers are others than scikit-learn's, or there are none */
export function checkSample({ rows, answers }: PipelineSample, answer: AnswerRows): void {
  const own = answered(rows, answer);
  const width = own.length / rows.length;
  if (own.length !== answers.length)
    throw damagedModel(PIPELINE, `${answers.length} answers to ${rows.length} rows of its sample`);
  for (let i = 0; i < own.length; i++) {
    const limit = TOLERANCE * Math.max(1, Math.abs(answers[i]));
    if (Math.abs(own[i] - answers[i]) <= limit || Object.is(own[i], answers[i])) continue;
    throw new ArtifactError(
      'mismatch',
      `the pipeline answers row ${Math.floor(i / width)} of its sample by ${own[i]}, where scikit-learn said ` +
        `${answers[i]} (output ${i % width}): export it with the Python package that this release ships, from a ` +
        "pipeline fitted on columns of float64 or int64 (see 'Rows and types' in docs/python.md), and report it if this stays",
    );
  }
}

function answered(rows: readonly unknown[], answer: AnswerRows): Float64Array {
  try {
    return answer(rows);
  } catch (error) {
    if (!(error instanceof FeatureError || error instanceof ModelError)) throw error;
    throw damagedModel(PIPELINE, `its sample can't be answered: ${error.message}`, { cause: error });
  }
}

function rowOf(values: unknown, kind: RowKind): unknown {
  if (kind.kind === 'text') return values;
  if (!Array.isArray(values)) throw damagedModel(PIPELINE, 'a row of its sample that is none');
  const all = values.map(plain);
  const columns = kind.kind === 'array' ? kind.columns : kind.names.length;
  if (all.length !== columns)
    throw damagedModel(PIPELINE, `a row of its sample of ${all.length} values, not ${columns}`);
  return kind.kind === 'array' ? all : Object.fromEntries(kind.names.map((name, at) => [name, all[at]]));
}

/** What JSON doesn't have is written as an object: `{ "number": "nan" }`. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('number' in value)) return value;
  if (value.number === 'inf') return Number.POSITIVE_INFINITY;
  return value.number === '-inf' ? Number.NEGATIVE_INFINITY : Number.NaN;
}
