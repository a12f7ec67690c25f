import { FeatureError } from '../../lib/errors.js';
import { RowView, type Transform, transformOfRows } from '../../lib/features/define/index.js';
import type { Tensor } from '../../lib/util/state.js';
import { damagedModel, Fields } from '../fields.js';
import { NodeFields, PIPELINE } from './node.js';
import type { ColumnReader } from './rows.js';
import { readPipelineStep } from './steps/index.js';
import { type GraphNode, nodesBefore, PipelineTail } from './tail.js';
import { singleRows, stacked, type Values, valuesBeside } from './values.js';

/** Steps after which no number is missing, whatever they read. */
const COMPLETE: ReadonlySet<string> = new Set([
  'bins',
  'hashTerms',
  'impute',
  'normalize',
  'project',
  'terms',
  'tfidfTransform',
  'threshold',
]);

/** More than any pipeline has: nodes, nodes in a row, columns. */
const MOST = { nodes: 10_000, depth: 500, columns: 2 ** 31 - 1 };

/**
 * The steps of a pipeline from rows to the inputs of its last concatenation (the cut), and from there to its model
 * (the tail).
 */
export class PipelineGraph {
  private readonly nodes: GraphNode[] = [];
  /** From the features to the model's answers. */
  readonly tail: PipelineTail;
  /** Nodes that several features read: each is computed once a row. */
  private readonly shared = new Map<number, Transform<unknown, Values>>();
  /** What checks a row for each of the cut's nodes: the inputs before it. */
  private readonly checks = new Map<number, readonly ((row: unknown) => void)[]>();

  /**
   * @param json the nodes, each after those that it reads
   * @param cut of the features, of which several may have one node
   * @throws ArtifactError
   */
  constructor(
    json: readonly unknown[],
    tensors: ReadonlyMap<string, Tensor>,
    private readonly reader: ColumnReader,
    cut: readonly number[],
  ) {
    if (json.length > MOST.nodes) throw damagedModel(PIPELINE, `${json.length} nodes`);
    this.tail = new PipelineTail(this.nodes, cut);
    json.forEach((each, at) => {
      const fields = Fields.of(PIPELINE, each, `nodes[${at}]`);
      const from = Array.from(fields.numbers('from'));
      const width = this.widthOf(from, at);
      const after = from.map((each) => this.nodes[each].op);
      const node = new NodeFields(fields, tensors, `${at}/`, width, after);
      const made = this.read(node, from);
      if (made.columns > MOST.columns) throw node.damaged(`${made.columns} columns`);
      if (made.depth > MOST.depth) throw node.damaged(`more than ${MOST.depth} steps in a row`);
      this.nodes.push(made);
    });
    for (const node of cut) {
      if (!(Number.isInteger(node) && node >= 0 && node < this.nodes.length))
        throw damagedModel(PIPELINE, `a feature of node ${node}, where there are ${this.nodes.length}`);
    }
    const readBy = new Int32Array(this.nodes.length);
    for (const node of cut) {
      const before = [...nodesBefore(this.nodes, node)];
      this.checks.set(
        node,
        before.flatMap((each) => this.nodes[each].check ?? []),
      );
      for (const each of before) {
        if (this.nodes[each].model !== undefined)
          throw damagedModel(PIPELINE, `a feature of a model's answers, at node ${each}`);
        readBy[each]++;
      }
    }
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

  /** A feature's columns and then its steps, in words. */
  steps(node: number, name: string): string[] {
    const all = [...nodesBefore(this.nodes, node)].sort((a, b) => a - b).map((at) => this.nodes[at]);
    const columns = all.flatMap(({ label }) => label ?? []);
    const steps = all.flatMap(({ step, path, op }) => {
      const last = path.slice(path.lastIndexOf('.') + 1);
      return step === undefined ? [] : [last === name ? op : last];
    });
    return [[...new Set(columns)].join(', '), ...new Set(steps)];
  }

  /** The shared nodes nearest to a feature. */
  reads(node: number): Transform<unknown, Values>[] {
    const nearest: Transform<unknown, Values>[] = [];
    nodesBefore(this.nodes, node, (each) => {
      const own = this.shared.get(each);
      if (own !== undefined) nearest.push(own);
      return own === undefined;
    });
    return nearest;
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

  /** Looks at what a feature reads of a row, and computes nothing. @throws FeatureError */
  check(node: number, row: unknown): void {
    for (const check of this.checks.get(node) ?? []) check(row);
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

  /** Columns of some nodes, each of which has to stand before `at`. */
  private widthOf(from: readonly number[], at: number): number {
    return from.reduce((sum, each) => {
      if (Number.isInteger(each) && each >= 0 && each < at) return sum + this.nodes[each].columns;
      throw damagedModel(PIPELINE, `node ${at} reads node ${each}, where 0 to ${at - 1} come before it`);
    }, 0);
  }

  private read(node: NodeFields, from: readonly number[]): GraphNode {
    const { op, path, parameters } = node;
    if (op === 'input') return this.input(node);
    if (from.length === 0) throw node.damaged('it reads no node');
    const depth = 1 + from.reduce((most, each) => Math.max(most, this.nodes[each].depth), 0);
    const isComplete = COMPLETE.has(op) || (op === 'categories' && node.has('places'));
    const mayBeMissing = !isComplete && from.some((each) => this.nodes[each].mayBeMissing);
    const common = { op, path, from, depth, mayBeMissing };
    if (op === 'concat') return { ...common, columns: node.width };
    const columns = parameters.count('columns');
    if (op === 'answers') {
      const model = this.tail.bound(node.inner('model'), from[0]);
      const { outputs } = model.model;
      if (outputs !== columns) throw node.damaged(`${outputs} answers, where it says ${columns}`);
      return { ...common, columns, model };
    }
    const step = readPipelineStep(node);
    if (step.columns !== columns) throw node.damaged(`${step.columns} columns, where it says ${columns}`);
    return { ...common, columns, step };
  }

  private input(node: NodeFields): GraphNode {
    const { reader } = this;
    const columns = node.indices('chosen', reader.columns);
    const common = {
      op: node.op,
      path: node.path,
      from: [],
      depth: 1,
      columns: columns.length,
      mayBeMissing: true,
    };
    const kind = node.oneOf('as', ['numbers', 'values', 'text']);
    if (kind === 'text' && columns.length !== 1) throw node.damaged(`texts of ${columns.length} columns`);
    const read = (rows: readonly unknown[]): Values => {
      const size = { rows: rows.length, columns: columns.length };
      if (kind === 'numbers') return { kind: 'dense', ...size, values: reader.numbers(rows, columns) };
      const values = kind === 'text' ? reader.texts(rows, columns[0]) : reader.values(rows, columns);
      return { kind: 'raw', ...size, values };
    };
    const check = (row: unknown) => reader.check(row, columns, kind);
    return { ...common, label: reader.label(columns), read, check };
  }
}
