import { ArtifactError } from '../../errors.js';
import { damagedOnnx, fieldsOf, fieldText } from './wire.js';

/** A node, as far as its place in the graph says what it is. */
export interface PlainNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly message: Uint8Array;
}

/** The messages of an ONNX file, by their names where they have one. Nothing is copied, nor interpreted. */
export interface GraphParts {
  /** The version of the format. */
  readonly version: number;
  /** Sets of operators, and functions in them: fields 8 and 25 of a model. */
  readonly operators: readonly { readonly number: number; readonly message: Uint8Array }[];
  /** Each after those that it reads. */
  readonly nodes: readonly PlainNode[];
  readonly constants: ReadonlyMap<string, Uint8Array>;
  readonly sparse: readonly Uint8Array[];
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  readonly outputs: ReadonlyMap<string, Uint8Array>;
}

/** @throws ArtifactError for anything but a whole model, and for nodes that hold graphs of their own */
export function graphParts(bytes: Uint8Array): GraphParts {
  let version = 0;
  let graph: Uint8Array | undefined;
  const operators: { number: number; message: Uint8Array }[] = [];
  for (const { number, whole, bytes: message } of fieldsOf(bytes)) {
    if (number === 1) version = whole;
    if (number === 7) graph = message;
    if (number === 8 || number === 25) operators.push({ number, message });
  }
  if (graph === undefined || version === 0)
    throw new ArtifactError('foreign', 'this is no ONNX model: it has no graph, or no version');
  const nodes: PlainNode[] = [];
  const sparse: Uint8Array[] = [];
  const [constants, inputs, outputs] = [0, 1, 2].map(() => new Map<string, Uint8Array>());
  for (const { number, bytes: message } of fieldsOf(graph)) {
    if (number === 1) nodes.push(plainNode(message));
    if (number === 5) constants.set(nameOf(message, 8), message);
    if (number === 11) inputs.set(nameOf(message, 1), message);
    if (number === 12) outputs.set(nameOf(message, 1), message);
    if (number === 15) sparse.push(message);
  }
  checkOrder(nodes);
  return { version, operators, nodes, constants, sparse, inputs, outputs };
}

function plainNode(message: Uint8Array): PlainNode {
  const [inputs, outputs]: [string[], string[]] = [[], []];
  let type = '';
  let isNested = false;
  for (const field of fieldsOf(message)) {
    if (field.number === 1) inputs.push(fieldText(field));
    if (field.number === 2) outputs.push(fieldText(field));
    if (field.number === 4) type = fieldText(field);
    // An attribute that is a graph, or several.
    if (field.number === 5)
      for (const { number, bytes } of fieldsOf(field.bytes))
        isNested ||= (number === 6 || number === 11) && bytes.length > 0;
  }
  if (isNested)
    throw new ArtifactError(
      'unsupported',
      `the ONNX model has a node ${type} with a graph of its own, so that its layers aren't looked for: export it ` +
        'without, or take the pipeline itself',
    );
  return { type, inputs, outputs, message };
}

function nameOf(message: Uint8Array, number: number): string {
  for (const field of fieldsOf(message)) if (field.number === number) return fieldText(field);
  throw damagedOnnx('something without a name');
}

function checkOrder(nodes: readonly PlainNode[]): void {
  const read = new Set<string>();
  for (const { type, inputs, outputs } of nodes) {
    for (const name of inputs) if (name !== '') read.add(name);
    for (const name of outputs) {
      if (read.has(name))
        throw damagedOnnx(`a node ${type} gives '${name.slice(0, 40)}', which was read before`);
    }
  }
}
