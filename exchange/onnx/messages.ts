import { ArtifactError } from '../../lib/errors.js';
import { fieldsOf, fieldText, floats, wholes } from '../../lib/models/onnxFile/index.js';
import { looksLike } from '../../lib/util/looks.js';
import { damagedModel, unsupportedModel } from '../fields.js';

/** A node of a graph, its attributes read. */
export interface Node {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

export interface Graph {
  readonly nodes: readonly Node[];
  /** Inputs that the user supplies, constants left out. */
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
  readonly constants: ReadonlySet<string>;
}

export interface GraphInput {
  readonly name: string;
  /** The number of columns of its rows, if declared. */
  readonly columns: number | undefined;
}

/** The newest versions of the two operator sets whose operators are known to be unchanged. */
const NEWEST = new Map([
  ['', 30],
  ['ai.onnx', 30],
  ['ai.onnx.ml', 5],
]);
/** Numbers of the types of a tensor's elements. */
const [FLOAT, INT64, DOUBLE] = [1, 7, 11];

/** @throws ArtifactError for anything but a whole model */
export function readGraph(bytes: Uint8Array): Graph {
  // A model begins with its version, field 1.
  const other = bytes[0] === 8 ? '' : looksLike(bytes);
  if (other !== '') throw new ArtifactError('foreign', `this is no ONNX model${other}`);
  let graph: Uint8Array | undefined;
  let version = 0;
  const domains = new Set<string>();
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) version = field.whole;
    if (field.number === 7) graph = field.bytes;
    if (field.number === 8) domains.add(readOperators(field.bytes));
  }
  if (graph === undefined || version === 0) {
    throw new ArtifactError('foreign', 'this is no ONNX model: it has no graph, or no version');
  }
  const nodes: Node[] = [];
  const inputs: GraphInput[] = [];
  const outputs: string[] = [];
  const constants = new Set<string>();
  for (const field of fieldsOf(graph)) {
    if (field.number === 1) nodes.push(readNode(field.bytes, domains));
    if (field.number === 5) constants.add(readName(field.bytes, 8));
    if (field.number === 11) inputs.push(readInput(field.bytes));
    if (field.number === 12) outputs.push(readName(field.bytes, 1));
  }
  return { nodes, inputs: inputs.filter(({ name }) => !constants.has(name)), outputs, constants };
}

/** The domain of an operator set whose version is known, or of one that isn't known at all. */
function readOperators(bytes: Uint8Array): string {
  let [domain, version] = ['', 0];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) domain = fieldText(field);
    if (field.number === 2) version = field.whole;
  }
  const newest = NEWEST.get(domain);
  if (newest !== undefined && !(version >= 1 && version <= newest)) {
    throw new ArtifactError(
      'version',
      `this ONNX model has operators '${domain || 'ai.onnx'}' of version ${version}: versions 1 to ` +
        `${newest} can be read`,
    );
  }
  return domain === 'ai.onnx' ? '' : domain;
}

function readNode(bytes: Uint8Array, domains: ReadonlySet<string>): Node {
  const [inputs, outputs]: [string[], string[]] = [[], []];
  const attributes = new Map<string, Uint8Array>();
  let [type, domain] = ['', ''];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) inputs.push(fieldText(field));
    if (field.number === 2) outputs.push(fieldText(field));
    if (field.number === 4) type = fieldText(field);
    if (field.number === 5) attributes.set(readName(field.bytes, 1), field.bytes);
    if (field.number === 7) domain = fieldText(field);
  }
  if (!domains.has(domain === 'ai.onnx' ? '' : domain)) {
    throw damagedModel('onnx', `an operator ${type} of a domain whose version it doesn't say`);
  }
  if (!NEWEST.has(domain)) throw unsupportedModel('onnx', `has an operator '${domain}.${type}'`);
  return { type, inputs, outputs, attributes: new Attributes(type, attributes) };
}

function readName(bytes: Uint8Array, number: number): string {
  for (const field of fieldsOf(bytes)) if (field.number === number) return fieldText(field);
  throw damagedModel('onnx', 'something without a name');
}

/** Its type holds a tensor's shape, of which the second dimension is the columns. */
function readInput(bytes: Uint8Array): GraphInput {
  const [type] = inside(bytes, 2);
  const [tensor] = inside(type, 1);
  const [shape] = inside(tensor, 2);
  const dimensions = inside(shape, 1);
  let columns: number | undefined;
  if (dimensions.length === 2) {
    for (const field of fieldsOf(dimensions[1])) if (field.number === 1) columns = field.whole;
  }
  return { name: readName(bytes, 1), columns };
}

function inside(message: Uint8Array | undefined, number: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  if (message === undefined) return parts;
  for (const field of fieldsOf(message)) if (field.number === number) parts.push(field.bytes);
  return parts;
}

/** The attributes of a node, each read on demand. */
export class Attributes {
  constructor(
    private readonly type: string,
    private readonly messages: ReadonlyMap<string, Uint8Array>,
  ) {}

  whole(name: string, otherwise: number): number {
    return this.last(name, 3, ({ whole }) => whole) ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    return this.last(name, 4, fieldText) ?? otherwise;
  }

  texts(name: string): readonly string[] {
    return this.all(name, 9, (field) => [fieldText(field)]);
  }

  wholes(name: string, length?: number): readonly number[] {
    return this.sized(name, this.all(name, 8, wholes), length);
  }

  /** In double precision if the file has `name_as_tensor`. */
  floats(name: string, length?: number): readonly number[] {
    const tensor = this.last(`${name}_as_tensor`, 5, ({ bytes }) => bytes);
    const values = tensor === undefined ? this.all(name, 7, (field) => floats(field, 4)) : readTensor(tensor);
    return this.sized(name, values, length);
  }

  private sized<T>(name: string, values: readonly T[], length = values.length): readonly T[] {
    if (values.length === length) return values;
    throw damagedModel('onnx', `${values.length} values of ${name} in ${this.type}, expected ${length}`);
  }

  private last<T>(
    name: string,
    number: number,
    read: (field: Parameters<typeof fieldText>[0]) => T,
  ): T | undefined {
    let value: T | undefined;
    const message = this.messages.get(name);
    if (message !== undefined) {
      for (const field of fieldsOf(message)) if (field.number === number) value = read(field);
    }
    return value;
  }

  private all<T>(name: string, number: number, read: (field: Parameters<typeof fieldText>[0]) => T[]): T[] {
    const values: T[] = [];
    const message = this.messages.get(name);
    if (message !== undefined) {
      for (const field of fieldsOf(message)) {
        if (field.number === number) for (const value of read(field)) values.push(value);
      }
    }
    return values;
  }
}

function readTensor(bytes: Uint8Array): number[] {
  let type = 0;
  const values: number[] = [];
  const raw: Uint8Array[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 2) type = field.whole;
    if (field.number === 4) for (const value of floats(field, 4)) values.push(value);
    if (field.number === 7) for (const value of wholes(field)) values.push(value);
    if (field.number === 9) raw.push(field.bytes);
    if (field.number === 10) for (const value of floats(field, 8)) values.push(value);
    if (field.number === 13) throw unsupportedModel('onnx', 'keeps numbers in another file: save it as one');
  }
  if (type !== FLOAT && type !== DOUBLE && type !== INT64) {
    throw unsupportedModel('onnx', `has a tensor of type ${type} where numbers are expected`);
  }
  if (raw.length > 0 && type === INT64) throw unsupportedModel('onnx', 'has raw whole numbers in a tensor');
  for (const part of raw)
    for (const value of floats({ bytes: part }, type === FLOAT ? 4 : 8)) values.push(value);
  return values;
}
