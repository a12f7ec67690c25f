import type { ArtifactError } from '../../lib/errors.js';
import type { Tensor } from '../../lib/util/state.js';
import { textOfUnits } from '../../lib/util/textOfUnits.js';
import { damagedModel, Fields } from '../fields.js';

/** How files of pipelines are called in errors. */
export const PIPELINE = 'scikit-learn pipeline';

type TensorClass<T extends Tensor> = abstract new (...given: never[]) => T;

/** A node of a pipeline's file, or a model in it: its parameters and tensors, which aren't trusted. */
export class NodeFields {
  readonly op: string;
  /** Where it stands in the pipeline: `prep.text.tfidf`. */
  readonly path: string;

  /**
   * @param parameters its JSON
   * @param prefix of its tensors' names
   * @param width columns of what it reads, all together
   * @param after the steps that it reads, by their ops
   */
  constructor(
    readonly parameters: Fields,
    private readonly tensors: ReadonlyMap<string, Tensor>,
    private readonly prefix: string,
    readonly width = 0,
    readonly after: readonly string[] = [],
  ) {
    this.op = parameters.text('op');
    this.path = parameters.text('path');
  }

  /** A parameter that is true or false. */
  flag(name: string): boolean {
    const value = this.parameters.get(name);
    if (typeof value !== 'boolean') throw this.damaged(`no truth value ${name}`);
    return value;
  }

  /** One of some texts. */
  oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    const value = this.parameters.text(name);
    const choice = choices.find((each) => each === value);
    if (choice === undefined) throw this.damaged(`${name} '${value}', none of ${choices.join(', ')}`);
    return choice;
  }

  /** A finite number. */
  number(name: string): number {
    const value = this.parameters.get(name);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.damaged(`no finite number ${name}`);
    return value;
  }

  has(name: string): boolean {
    return this.tensors.has(this.prefix + name);
  }

  /**
   * A tensor of its own: a view of the file's octets.
   *
   * @param length expected, if it is known
   * @throws ArtifactError
   */
  tensor<T extends Tensor>(name: string, type: TensorClass<T>, length?: number): T {
    const tensor = this.tensors.get(this.prefix + name);
    if (!(tensor instanceof type)) throw this.damaged(`no tensor ${name} of ${type.name}`);
    if (length !== undefined && tensor.length !== length)
      throw this.damaged(`${tensor.length} numbers in ${name}, expected ${length}`);
    return tensor;
  }

  /** Finite numbers. */
  numbers(name: string, length?: number): Float64Array {
    const numbers = this.tensor(name, Float64Array, length);
    const at = numbers.findIndex((each) => !Number.isFinite(each));
    if (at !== -1)
      throw this.damaged(`${name} holds ${numbers[at]} at ${at}, where a finite number is expected`);
    return numbers;
  }

  /** Whole numbers from 0 to below a limit. */
  indices(name: string, below: number, length?: number): Int32Array {
    const indices = this.tensor(name, Int32Array, length);
    const at = indices.findIndex((each) => !(each >= 0 && each < below));
    if (at !== -1)
      throw this.damaged(`${name} holds ${indices[at]} at ${at}, where 0 to ${below - 1} are expected`);
    return indices;
  }

  /** Texts that Python's `graph.strings` wrote: UTF-16 units one after the other, and the end of each text. */
  texts(name: string): string[] {
    const units = this.tensor(`${name}.units`, Uint16Array);
    const ends = this.tensor(`${name}.ends`, Uint32Array);
    const texts: string[] = [];
    for (let i = 0, start = 0; i < ends.length; start = ends[i++]) {
      if (ends[i] < start || ends[i] > units.length)
        throw this.damaged(`texts of ${name} outside their units`);
      texts.push(textOfUnits(units, start, ends[i]));
    }
    return texts;
  }

  /** A model inside of this one: `name` is its parameter, `at` its position where that is a list. */
  inner(name: string, at?: number): NodeFields {
    const value = this.parameters.get(name);
    const json = at === undefined ? value : Array.isArray(value) ? value[at] : undefined;
    const place = at === undefined ? name : `${name}/${at}`;
    return new NodeFields(
      Fields.of(PIPELINE, json, `${this.path}.${place}`),
      this.tensors,
      `${this.prefix}${place}/`,
      this.width,
    );
  }

  /** How many models are inside, in a list. */
  count(name: string): number {
    return this.parameters.list(name).length;
  }

  /** The same node with tensors that belong to no node, for several of them: those under a name. */
  shared(name: string): NodeFields {
    return new NodeFields(this.parameters, this.tensors, `${name}/`);
  }

  damaged(what: string): ArtifactError {
    return damagedModel(PIPELINE, `${this.path} (${this.op}): ${what}`);
  }
}
