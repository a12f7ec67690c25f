import {
  type Answered,
  type AnsweredOne,
  type Engine,
  runAsync,
  runSync,
  type ServeOptions,
  serve,
} from '../../lib/runtime/index.js';
import type { PredictOptions } from './answers.js';

type Asked = Omit<PredictOptions, 'mode'>;

/**
 * `Service` (service.ts) as `spillway/runtime` has it: one engine for batches and single rows, nothing counted and nobody told. The answers are
 * the same.
 */
export class Service<Row> {
  constructor(private readonly engine: Engine<Row>) {}

  run(rows: readonly Row[], asked: Asked): Promise<Answered> {
    return runAsync(serve(this.engine, rows, optionsOf(asked)));
  }

  runSync(rows: readonly Row[], asked: Asked): Answered {
    return runSync(serve(this.engine, rows, { ...optionsOf(asked), atOnce: true }), 'a feature or model');
  }

  async one(row: Row, asked: Asked): Promise<AnsweredOne> {
    return first(await this.run([row], asked));
  }

  oneSync(row: Row, asked: Asked): AnsweredOne {
    return first(this.runSync([row], asked));
  }
}

function optionsOf({ onFault = 'throw', deadlineMs, signal }: Asked): ServeOptions {
  return { onFault, deadlineMs, signal };
}

function first({ answers, scores, exits, degraded, faults }: Answered): AnsweredOne {
  return { answer: answers[0], scores, exit: exits[0], degraded: degraded[0] === 1, faults };
}
