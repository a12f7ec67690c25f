import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rowsOf, type WrittenRows } from '../pipelines/rows.js';
import { SKLEARN_PYTHON, startPython } from './python.js';

/** What ONNX Runtime answers by skl2onnx's file, beside scikit-learn. */
export interface OnnxDifferences {
  readonly changedLabels: number;
  readonly largestDifference: number;
}

/** A pipeline that scikit-learn has fitted and exported, with its answers to new rows. */
export interface MadePipeline {
  readonly name: string;
  /** The exported file. */
  readonly file: string;
  /** What its rows are: glosses are texts of a line. */
  readonly source: string;
  readonly rows: readonly unknown[];
  /** Rows x outputs. */
  readonly answers: Float64Array;
  /** Positions of labels among the classes; undefined for numbers. */
  readonly labels: Int32Array | undefined;
  readonly hasText: boolean;
  readonly isDouble: boolean;
  readonly hasProducts: boolean;
  /** Or why skl2onnx or ONNX Runtime doesn't take it, in words. */
  readonly onnx: OnnxDifferences | string;
}

/** scikit-learn on one thread, with one pipeline at a time. */
export interface PipelinesPeer {
  readonly version: string;
  readonly names: readonly string[];
  make(name: string): Promise<MadePipeline>;
  /** Fits a pipeline of another kind, and writes it. @returns the file, and the seconds that exporting took */
  makeOther(name: 'mail' | 'vocabulary'): Promise<{ file: string; seconds: number }>;
  /** Milliseconds that the last pipeline takes for its first `count` rows, in batches. */
  time(runtime: 'sklearn' | 'onnx', batch: number, count: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * @param folder with `data.json`, for all that is written
 * @param fitted rows to fit on, and `asked` rows to ask about
 * @returns or why there is none, in words
 */
export async function startPipelines(
  folder: string,
  fitted: number,
  asked: number,
): Promise<PipelinesPeer | string> {
  const python = await startPython('pipelines/bench.py', [folder, `${fitted}`, `${asked}`], SKLEARN_PYTHON);
  if (typeof python === 'string') return python;
  const ask = (request: object) => python.request(JSON.stringify(request));
  const rows = new Map<string, readonly unknown[]>();
  const rowsNamed = async (name: string) => {
    const known = rows.get(name);
    if (known !== undefined) return known;
    const written: WrittenRows = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
    const read = rowsOf(written);
    rows.set(name, read);
    return read;
  };
  const file = join(folder, 'made.pipeline');
  return {
    version: 'version' in python.ready ? String(python.ready.version) : '',
    names: 'names' in python.ready && Array.isArray(python.ready.names) ? python.ready.names : [],
    async make(name) {
      const made = await ask({ make: name });
      if (!('rows' in made && 'onnx' in made && 'classifies' in made)) throw new Error(`${name}: no answer`);
      const { hasText, isDouble, hasProducts } = {
        hasText: false,
        isDouble: false,
        hasProducts: false,
        ...made,
      };
      return {
        name,
        file,
        source: String(made.rows),
        rows: await rowsNamed(String(made.rows)),
        answers: new Float64Array((await readFile(join(folder, 'answers.f64'))).slice().buffer),
        labels:
          made.classifies === true
            ? new Int32Array((await readFile(join(folder, 'labels.i32'))).slice().buffer)
            : undefined,
        hasText,
        isDouble,
        hasProducts,
        onnx: differencesOf(made.onnx),
      };
    },
    async makeOther(name) {
      const made = await ask({ make: name });
      return { file, seconds: 'seconds' in made ? Number(made.seconds) : Number.NaN };
    },
    async time(time, batch, count) {
      const took = await ask({ time, batch, count });
      if (!('seconds' in took)) throw new Error(`${time} gave no time`);
      return 1000 * Number(took.seconds);
    },
    close: python.close,
  };
}

function differencesOf(onnx: unknown): OnnxDifferences | string {
  if (typeof onnx !== 'object' || onnx === null) return String(onnx);
  return { changedLabels: Number.NaN, largestDifference: Number.NaN, ...onnx };
}
