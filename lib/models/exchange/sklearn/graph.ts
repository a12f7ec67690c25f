import { FeatureError } from '../../../errors.js';
import { RowView, type Transform, transformOfRows } from '../../../features/define/index.js';
import type { Tensor } from '../../../util/state.js';
import { damagedModel, Fields } from '../fields.js';
import { readPipelineModel } from './models/index.js';
import { NodeFields, PIPELINE } from './node.js';
import type { ColumnReader } from './rows.js';
import type { PipelineModel, PipelineStep } from './step.js';
import { readPipelineStep } from './steps/index.js';
import { denseValues, singleRows, stacked, type Values, valuesBeside } from './values.js';

/** A node of a pipeline: columns of the rows, values of other nodes side by side, or a step over them. */
interface GraphNode {
  readonly op: string;
  readonly path: string;
  readonly columns: number;
  /** Nodes in a row from the rows to this one. */
  readonly depth: number;
  /** Whether numbers of it may be missing. */
  readonly hasGaps: boolean;
  readonly from: readonly number[];
  /** The columns of the rows that it reads, for nodes that read rows. */
  readonly read?: (rows: readonly unknown[]) => Values;
  readonly step?: PipelineStep;
  /** For nodes that hold a model's answers. */
  readonly model?: BoundModel;
}

/** A model over the values of a node. */
interface BoundModel {
  readonly model: PipelineModel;
  readonly from: number;
}

/** Computes answers from the blocks of the features: rows x outputs. */
export type AnswerParts = (parts: readonly Values[], out: Float64Array) => void;

/** Steps after which no number is missing, whatever they read. */
const COMPLETE: ReadonlySet<string> = new Set([
  'binarize',
  'bins',
  'hashTerms',
  'impute',
  'normalize',
  'project',
  'terms',
  'tfidfTransform',
]);

/** More than any pipeline has: nodes, nodes in a row, columns. */
const MOST = { nodes: 10_000, depth: 500, columns: 2 ** 31 - 1 };

/**
 * The steps of a pipeline from rows to the inputs of its last concatenation (the cut), and from there to its model
 * (the tail).
 */
export class PipelineGraph {
  private readonly nodes: GraphNode[] = [];
  /** Nodes of the cut that may have missing values, and whose models take them. */
  readonly missing = new Set<number>();
  /** Places of the cut's nodes among the features. */
  private readonly placeOf: ReadonlyMap<number, number>;
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
    cut: readonly number[],
  ) {
    if (json.length > MOST.nodes) throw damagedModel(PIPELINE, `${json.length} nodes`);
    this.placeOf = new Map(cut.map((node, place) => [node, place]));
    json.forEach((each, at) => {
      const fields = Fields.of(PIPELINE, each, `nodes[${at}]`);
      const from = Array.from(fields.numbers('from'));
      const node = new NodeFields(fields, tensors, `${at}/`, this.widthOf(from, at));
      const made = this.read(node, from);
      if (made.columns > MOST.columns) throw node.damaged(`${made.columns} columns`);
      if (made.depth > MOST.depth) throw node.damaged(`more than ${MOST.depth} steps in a row`);
      this.nodes.push(made);
    });
    for (const node of cut) {
      if (!(Number.isInteger(node) && node >= 0 && node < this.nodes.length))
        throw damagedModel(PIPELINE, `a feature of node ${node}, where there are ${this.nodes.length}`);
    }
    if (this.placeOf.size < cut.length) throw damagedModel(PIPELINE, 'two features of one node');
    const readBy = new Int32Array(this.nodes.length);
    for (const node of cut) {
      for (const each of this.before(node)) {
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

  /** The shared nodes nearest to a feature. */
  reads(node: number): Transform<unknown, Values>[] {
    const nearest: Transform<unknown, Values>[] = [];
    this.before(node, (each) => {
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

  /**
   * The pipeline's own model. Steps before it are folded into it where that is possible.
   *
   * @throws ArtifactError for one that reads what isn't computed from the features
   */
  answers(model: NodeFields): { readonly outputs: number; readonly answer: AnswerParts } {
    const bound = this.bound(model, model.parameters.count('from'));
    const answer: AnswerParts = (parts, out) => this.predict(bound, parts, new Map(), out);
    return { outputs: bound.model.outputs, answer };
  }

  private bound(fields: NodeFields, from: number): BoundModel {
    const columns = fields.parameters.count('columns');
    const features = this.featuresBefore(from, fields);
    if (fields.parameters.get('missing') === true)
      for (const each of features) if (this.nodes[each].hasGaps) this.missing.add(each);
    if (this.columns(from) !== columns)
      throw fields.damaged(`it reads ${columns} columns, and gets ${this.columns(from)}`);
    let bound = { model: readPipelineModel(fields), from };
    for (let next: BoundModel | undefined = bound; next !== undefined; next = this.folded(bound))
      bound = next;
    return bound;
  }

  /** A model with the step before it taken in. */
  private folded({ model, from }: BoundModel): BoundModel | undefined {
    const { step, from: sources } = this.nodes[from];
    if (this.placeOf.has(from) || step === undefined || sources.length !== 1) return undefined;
    const folded = model.after?.(step, this.columns(sources[0]));
    return folded && { model: folded, from: sources[0] };
  }

  /** The features that a model reads. @throws ArtifactError where it reads rows past them */
  private featuresBefore(from: number, fields: NodeFields): number[] {
    if (from >= this.nodes.length) throw fields.damaged(`it reads node ${from} of ${this.nodes.length}`);
    const seen = new Set([from]);
    // A set also gives what is added to it meanwhile.
    for (const each of seen) {
      const { read, model, from: sources } = this.nodes[each];
      if (this.placeOf.has(each) || model !== undefined) continue;
      if (read !== undefined) throw fields.damaged(`it reads rows, at node ${each}`);
      for (const source of sources) seen.add(source);
    }
    return [...seen].filter((each) => this.placeOf.has(each));
  }

  private predict(
    { model, from }: BoundModel,
    parts: readonly Values[],
    memory: Map<number, Values>,
    out: Float64Array,
  ): void {
    const isSideBySide = this.nodes[from].step === undefined && this.nodes[from].model === undefined;
    const read = isSideBySide && !this.placeOf.has(from) ? this.nodes[from].from : [from];
    model.predict(
      read.map((each) => this.tail(each, parts, memory)),
      parts[0].rows,
      out,
    );
  }

  /** Values after the last concatenation, each computed once. @param parts of the cut's nodes */
  private tail(node: number, parts: readonly Values[], memory: Map<number, Values>): Values {
    const place = this.placeOf.get(node);
    if (place !== undefined) return parts[place];
    const known = memory.get(node);
    if (known !== undefined) return known;
    const values = this.tailOf(this.nodes[node], parts, memory);
    memory.set(node, values);
    return values;
  }

  private tailOf(
    { step, model, from, path }: GraphNode,
    parts: readonly Values[],
    memory: Map<number, Values>,
  ): Values {
    try {
      if (model !== undefined) {
        const [{ rows }, { outputs }] = [parts[0], model.model];
        const values = new Float64Array(rows * outputs);
        this.predict(model, parts, memory, values);
        return denseValues(rows, outputs, values);
      }
      const inputs = from.map((each) => this.tail(each, parts, memory));
      return step === undefined ? valuesBeside(inputs) : step.run(inputs);
    } catch (error) {
      throw error instanceof FeatureError && error.feature === '' ? error.of(path, error.row) : error;
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

  /** A node and all before it, but for what lies before those of which `goesOn` says no. */
  private before(node: number, goesOn = (_: number) => true): Set<number> {
    const found = new Set<number>();
    const waiting = [node];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      if (goesOn(next)) waiting.push(...this.nodes[next].from);
    }
    return found;
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
    const hasGaps = !COMPLETE.has(op) && from.some((each) => this.nodes[each].hasGaps);
    const common = { op, path, from, depth, hasGaps };
    if (op === 'answers') {
      const model = this.bound(node.inner('model'), from[0]);
      if (model.model.outputs !== parameters.count('columns'))
        throw node.damaged(`${model.model.outputs} answers`);
      return { ...common, columns: model.model.outputs, model };
    }
    if (op === 'concat') return { ...common, columns: node.width };
    const step = readPipelineStep(node);
    const columns = parameters.count('columns');
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
      hasGaps: true,
      columns: columns.length,
    };
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
