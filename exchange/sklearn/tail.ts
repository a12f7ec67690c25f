import { FeatureError } from '../../lib/errors.js';
import { readPipelineModel } from './models/index.js';
import type { NodeFields } from './node.js';
import type { PipelineModel, PipelineStep } from './step.js';
import { denseValues, type Values, valuesBeside } from './values.js';

/** A node of a pipeline: columns of the rows, values of other nodes side by side, or a step over them. */
export interface GraphNode {
  readonly op: string;
  readonly path: string;
  readonly columns: number;
  /** Nodes in a row from the rows to this one. */
  readonly depth: number;
  readonly from: readonly number[];
  /** The columns of the rows that it reads and what they are called, for nodes that read rows. */
  readonly label?: string;
  readonly read?: (rows: readonly unknown[]) => Values;
  /** Refuses a row that it can't read. */
  readonly check?: (row: unknown) => void;
  readonly step?: PipelineStep;
  /** Whether its numbers may be NaN, as far as its steps tell. */
  readonly mayBeMissing: boolean;
  /** For nodes that hold a model's answers. */
  readonly model?: BoundModel;
}

/** A model over the values of a node. */
export interface BoundModel {
  readonly model: PipelineModel;
  readonly from: number;
}

/**
 * A node and all before it, in no order.
 *
 * @param goesOn whether what lies before a node is wanted as well
 */
export function nodesBefore(
  nodes: readonly GraphNode[],
  node: number,
  goesOn: (node: number) => boolean = () => true,
): Set<number> {
  const found = new Set([node]);
  // A set also gives what is added to it meanwhile.
  for (const each of found) if (goesOn(each)) for (const source of nodes[each].from) found.add(source);
  return found;
}

/** Computes answers from the blocks of the features: rows x outputs. */
export type AnswerParts = (parts: readonly Values[], out: Float64Array) => void;

/** From the features to the model's answers: the steps after the last concatenation, and models inside of models. */
export class PipelineTail {
  /** Nodes of the cut that may have missing values, and whose models take them. */
  readonly missing = new Set<number>();
  /** Places of the cut's nodes among the features; of several features of one node, any has its values. */
  readonly placeOf: ReadonlyMap<number, number>;

  /**
   * @param nodes of the graph, which may still grow
   * @param cut of the features
   */
  constructor(
    private readonly nodes: readonly GraphNode[],
    cut: readonly number[],
  ) {
    this.placeOf = new Map(cut.map((node, place) => [node, place]));
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

  /** A model with what it reads, and the steps before it folded in where that is possible. @throws ArtifactError */
  bound(fields: NodeFields, from: number): BoundModel {
    const columns = fields.parameters.count('columns');
    const features = this.featuresBefore(from, fields);
    if (fields.parameters.get('missing') === true)
      for (const each of features) if (this.nodes[each].mayBeMissing) this.missing.add(each);
    if (this.nodes[from].columns !== columns)
      throw fields.damaged(`${columns} columns, of ${this.nodes[from].columns} that it reads`);
    let bound = { model: readPipelineModel(fields), from };
    for (let next: BoundModel | undefined = bound; next !== undefined; next = this.folded(bound))
      bound = next;
    return bound;
  }

  /** A model with the step before it taken in. */
  private folded({ model, from }: BoundModel): BoundModel | undefined {
    const { step, from: sources } = this.nodes[from];
    if (this.placeOf.has(from) || step === undefined || sources.length !== 1) return undefined;
    const folded = model.after?.(step, this.nodes[sources[0]].columns);
    return folded && { model: folded, from: sources[0] };
  }

  /** The features that a model reads. @throws ArtifactError where it reads rows past them */
  private featuresBefore(from: number, fields: NodeFields): number[] {
    if (from >= this.nodes.length)
      throw fields.damaged(`it reads node ${from}, which isn't made of its features`);
    const isSource = (each: number) => this.placeOf.has(each) || this.nodes[each].model !== undefined;
    const before = [...nodesBefore(this.nodes, from, (each) => !isSource(each))];
    const row = before.find((each) => !isSource(each) && this.nodes[each].read !== undefined);
    if (row !== undefined) throw fields.damaged(`it reads node ${row}, which isn't made of its features`);
    return before.filter((each) => this.placeOf.has(each));
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
}
