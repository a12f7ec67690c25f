import type { Block } from '../../entries/extend.js';
import { define, dense, type Learner, type Model } from '../../index.js';

/** What happened in a tuning run, in order. Rows are their ids. */
export interface Event {
  /** `compare`: a feature or a model beside itself, in batches of other sizes. Nothing is judged by that. */
  readonly kind: 'compute' | 'fit' | 'score' | 'compare';
  /** Which fit of a model this is or, of a score, which fit's model: 0, 1, … */
  readonly fit: number;
  readonly feature: string;
  readonly rows: readonly number[];
}

export interface SpiedRow {
  readonly id: number;
  readonly cheap: number;
  readonly costly: number;
}

/** What asks is told by the stack: features and models aren't told why they are asked. */
function kindOf(kind: 'compute' | 'score'): Event['kind'] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 100;
  const { stack = '' } = new Error('who asks');
  Error.stackTraceLimit = stackTraceLimit;
  return /cascades[\\/]stability/.test(stack) ? 'compare' : kind;
}

/**
 * Features and a learner that write down which rows they are given. Each feature has two columns, the row's id and its
 * number; models ignore the id, and take the number of their last feature for log-odds.
 */
export function spies<Row extends SpiedRow>() {
  const events: Event[] = [];
  let fits = 0;
  const idsOf = (block: Block) => Array.from({ length: block.rows }, (_, row) => block.values[2 * row]);
  const spied = (feature: 'cheap' | 'costly') =>
    dense(2, (rows: readonly Row[]) => {
      events.push({ kind: kindOf('compute'), fit: -1, feature, rows: rows.map(({ id }) => id) });
      return Float32Array.from(rows.flatMap((row) => [row.id, row[feature]]));
    });
  const learner: Learner = {
    name: 'spy',
    work: ({ rows }) => rows,
    fit({ blocks }): Model {
      const fit = fits++;
      events.push({ kind: 'fit', fit, feature: '', rows: idsOf(blocks[0]) });
      return {
        name: 'spy',
        classes: 2,
        score(read, out) {
          events.push({ kind: kindOf('score'), fit, feature: '', rows: idsOf(read[0]) });
          const { values, rows } = read[read.length - 1];
          for (let row = 0; row < rows; row++) {
            out[2 * row + 1] = 1 / (1 + Math.exp(-values[2 * row + 1]));
            out[2 * row] = 1 - out[2 * row + 1];
          }
        },
      };
    },
  };
  return { events, learner, features: define({ cheap: spied('cheap'), costly: spied('costly') }) };
}
