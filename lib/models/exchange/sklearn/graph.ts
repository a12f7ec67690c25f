import { FeatureError } from '../../../errors.js';
import { RowView, type Transform, transformOfRows } from '../../../features/define/index.js';
import type { Tensor } from '../../../util/state.js';
import { damagedModel, Fields } from '../fields.js';
import { NodeFields, PIPELINE } from './node.js';
import type { ColumnReader } from './rows.js';
import type { PipelineStep } from './step.js';
import { readPipelineStep } from './steps/index.js';
import { singleRows, stacked, type Values, valuesBeside } from './values.js';

/** A node of a pipeline: columns of the rows, values of other nodes side by side, or a step over them. */
interface GraphNode {
  readonly path: string;
  readonly columns: number;
  readonly from: readonly number[];
  /** The columns of the rows that it reads, for nodes that read rows. */
  readonly read?: (rows: readonly unknown[]) => Values;
  readonly step?: PipelineStep;
}

/** More nodes than any pipeline has. */
const MOST_NODES = 10_000;

/**
 * The steps of a pipeline from rows to the inputs of its last concatenation (the cut), and from there to its model
 * (the tail).
 */
export class PipelineGraph {
  private readonly nodes: GraphNode[] = [];
  /** Nodes that several features read: each is computed once a row. */
  private readonly shared = new Map<number, Transform<unknown, Values>>();

  /**
   * @param json the nodes, each after those that it reads
   * @param cut of the features
   * @throws ArtifactError
   */
  constructor(
    json: readonly unknown[],
    tensors: ReadonlyMap<string, Tensor>,
    private readonly reader: ColumnReader,
    private readonly cut: readonly number[],
  ) {
    if (json.length > MOST_NODES) throw damagedModel(PIPELINE, `${json.length} nodes`);
    json.forEach((each, at) => {
      this.nodes.push(
        this.read(new NodeFields(Fields.of(PIPELINE, each, `nodes[${at}]`), tensors, `${at}/`), at),
      );
    });
    for (const node of cut) {
      if (!(Number.isInteger(node) && node >= 0 && node < this.nodes.length))
        throw damagedModel(PIPELINE, `a feature of node ${node}, where there are ${this.nodes.length}`);
    }
    const readBy = new Int32Array(this.nodes.length);
    for (const node of cut) for (const each of this.before(node)) readBy[each]++;
    readBy.forEach((features, node) => {
      if (features < 2 || this.nodes[node].read !== undefined) return;
      this.shared.set(
        node,
        transformOfRows(this.nodes[node].path, (rows) =>
          singleRows(this.computed(node, RowView.of(rows), new Map())),
        ),
      );
    });
  }

  /** Numbers a row of a node. */
  columns(node: number): number {
    return this.nodes[node].columns;
  }

  /** The shared nodes nearest to a feature. */
  reads(node: number): Transform<unknown, Values>[] {
    const own = this.shared.get(node);
    return own === undefined
      ? [...new Set(this.nodes[node].from.flatMap((each) => this.reads(each)))]
      : [own];
  }

  /** The values of a feature. @throws FeatureError naming the row by its position in the view's batch */
  values(node: number, view: RowView<unknown>, memory = new Map<number, Values>()): Values {
    const known = memory.get(node);
    if (known !== undefined) return known;
    const shared = this.shared.get(node);
    const values = shared === undefined ? this.computed(node, view, memory) : stacked(shared.read(view));
    memory.set(node, values);
    return values;
  }

  /** The tail's values. @param parts of the cut's nodes, in the order of the features */
  tail(node: number, parts: readonly Values[]): readonly Values[] {
    const { step, from, path } = this.nodes[node];
    // The concatenation itself, or a cut of one branch.
    if (step === undefined || this.cut.includes(node)) return parts;
    try {
      return [step.run([valuesBeside(this.tail(from[0], parts))])];
    } catch (error) {
      throw error instanceof FeatureError ? error.of(path, error.row) : error;
    }
  }

  /** Reads what a feature needs of a row, and computes nothing. @throws FeatureError */
  check(node: number, row: unknown): void {
    for (const each of this.before(node)) this.nodes[each].read?.([row]);
  }

  private computed(node: number, view: RowView<unknown>, memory: Map<number, Values>): Values {
    const { read, step, from, path } = this.nodes[node];
    try {
      if (read !== undefined) return read(view.rows());
      const inputs = from.map((each) => this.values(each, view, memory));
      return step === undefined ? valuesBeside(inputs) : step.run(inputs);
    } catch (error) {
      if (!(error instanceof FeatureError) || error.row === undefined || error.feature !== '') throw error;
      // A step's own fault, which has no path yet.
      throw error.of(path, view.at(error.row));
    }
  }

  /** A node and all before it. */
  private before(node: number): Set<number> {
    const found = new Set<number>();
    const waiting = [node];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      waiting.push(...this.nodes[next].from);
    }
    return found;
  }

  private read(node: NodeFields, at: number): GraphNode {
    const { op, path, parameters } = node;
    const from = Array.from(parameters.numbers('from'));
    if (!from.every((each) => Number.isInteger(each) && each >= 0 && each < at))
      throw node.damaged(`it reads nodes ${from.join(', ')}, where 0 to ${at - 1} come before it`);
    if (op === 'input') return this.input(node);
    if (from.length === 0) throw node.damaged('it reads no node');
    if (op === 'concat')
      return { path, from, columns: from.reduce((sum, each) => sum + this.nodes[each].columns, 0) };
    const step = readPipelineStep(node);
    const columns = parameters.count('columns');
    if (step.columns !== columns) throw node.damaged(`${step.columns} columns, where it says ${columns}`);
    return { path, from, columns, step };
  }

  private input(node: NodeFields): GraphNode {
    const { reader } = this;
    const columns = node.indices('chosen', reader.columns);
    const common = { path: node.path, from: [], columns: columns.length };
    const kind = node.oneOf('as', ['numbers', 'values', 'text']);
    if (kind === 'text' && columns.length !== 1) throw node.damaged(`texts of ${columns.length} columns`);
    const read = (rows: readonly unknown[]): Values => {
      const size = { rows: rows.length, columns: columns.length };
      if (kind === 'numbers') return { kind: 'dense', ...size, values: reader.numbers(rows, columns) };
      const values = kind === 'text' ? reader.texts(rows, columns[0]) : reader.values(rows, columns);
      return { kind: 'raw', ...size, values };
    };
    return { ...common, read };
  }
}
