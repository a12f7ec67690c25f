import { ArtifactError } from '../../errors.js';
import { type GraphParts, graphParts, type PlainNode } from './graphParts.js';
import { damagedOnnx, fieldsOf } from './wire.js';
import { framedField, MessageWriter } from './writer.js';

/** A transformer's encoder whose layers were found. */
export interface EncoderLayers {
  readonly layers: number;
  /**
   * The model that ends with a layer, under the output's name, as the parts of its file.
   *
   * @param layer 1 … `layers` - 1
   */
  upTo(layer: number): readonly Uint8Array[];
  /**
   * The model that goes on from a layer: its input `hidden_states` is what `upTo(layer)` gives. It isn't there where
   * numbers change their type on the way.
   */
  readonly after?: (layer: number) => readonly Uint8Array[];
}

/**
 * Finds a transformer's layers by the shape of its graph: all that becomes of the tokens passes through what a layer
 * gives, and between two such places is one attention. Names don't matter, nor which operators a norm is made of.
 *
 * @param bytes of an ONNX file
 * @param names that the output of all tokens' vectors may have, the first one that there is
 * @throws ArtifactError for a file that is no whole model, that keeps its weights in another file, or whose layers can't
 * be found or don't lead to vectors of one width
 */
export function encoderLayers(bytes: Uint8Array, names: readonly string[]): EncoderLayers {
  const graph = graphParts(bytes);
  const output = names.find((name) => graph.outputs.has(name));
  if (output === undefined || !graph.inputs.has(TOKENS))
    throw notFound(`expected an input ${TOKENS}, and an output ${names.join(' or ')}`);
  for (const constant of graph.constants.values()) checkInFile(constant);
  const path = pathTo(graph.nodes, output);
  const ends = layerEnds(path);
  const endOf = (layer: number) => {
    if (layer < 1 || layer > ends.length) throw new RangeError(`layer ${layer} of ${ends.length + 1}`);
    return ends[layer - 1];
  };
  const first = path.nodes.findIndex(({ type }) => ATTENTION.test(type));
  const isOfOneType = !path.nodes.slice(first).some(({ type }) => type === 'Cast');
  return {
    layers: ends.length + 1,
    upTo: (layer) => partOf(graph, undefined, endOf(layer), output),
    ...(isOfOneType && { after: (layer) => partOf(graph, endOf(layer), output, output) }),
  };
}

/** The input of what goes on from a layer. */
const STATES = 'hidden_states';
const TOKENS = 'input_ids';
/** What depends on a shape alone. */
const SHAPES = new Set(['Shape', 'Size']);
const ATTENTION = /^Softmax$|Attention$/;
const PRODUCT = /MatMul|Gemm|Conv/;

function notFound(why: string): ArtifactError {
  return new ArtifactError(
    'unsupported',
    `no layers were found in the ONNX model: ${why}. Take the pipeline itself, whose cheaper versions read fewer ` +
      "tokens, or give an encoder of yours 'layers' and 'upTo'",
  );
}

/** Nodes on the ways from tokens to the output, in order, and what flows between them. */
interface Path {
  readonly nodes: readonly PlainNode[];
  readonly values: ReadonlySet<string>;
}

function pathTo(nodes: readonly PlainNode[], output: string): Path {
  const flowing = new Set([TOKENS]);
  const ahead = nodes.filter(({ type, inputs, outputs }) => {
    const isOn = !SHAPES.has(type) && inputs.some((name) => flowing.has(name));
    if (isOn) for (const name of outputs) if (name !== '') flowing.add(name);
    return isOn;
  });
  const values = new Set([output]);
  const back = ahead.reverse().filter(({ inputs, outputs }) => {
    const isOn = outputs.some((name) => values.has(name));
    if (isOn) for (const name of inputs) if (flowing.has(name)) values.add(name);
    return isOn;
  });
  return { nodes: back.reverse(), values };
}

/** What each layer but the last gives. */
function layerEnds({ nodes, values }: Path): readonly string[] {
  const lastRead = new Map<string, number>();
  nodes.forEach(({ inputs }, i) => {
    for (const name of inputs) if (values.has(name)) lastRead.set(name, i);
  });
  // Before the first attention, and after each: what everything passes through, and the nodes that give it.
  const passed: { value: string; type: string }[][] = [[]];
  let reach = lastRead.get(TOKENS) ?? 0;
  nodes.forEach(({ type, outputs }, i) => {
    const given = outputs.filter((name) => values.has(name));
    if (ATTENTION.test(type)) passed.push([]);
    else if (reach <= i && given.length === 1) passed[passed.length - 1].push({ value: given[0], type });
    for (const name of given) reach = Math.max(reach, lastRead.get(name) ?? 0);
  });
  const last = passed.length - 1;
  if (last < 2) throw notFound(`it has ${last} attention${last === 1 ? '' : 's'} between tokens and vectors`);
  const ends = passed.slice(1, -1).map((places) => places.at(-1)?.value);
  const found = ends.filter((value) => value !== undefined);
  if (found.length < ends.length)
    throw notFound(`some of its ${last} attentions aren't apart: something passes by what is between them`);
  const beyond = passed[last].slice(passed[last - 1].length).find(({ type }) => PRODUCT.test(type));
  if (beyond !== undefined)
    throw notFound(
      `a ${beyond.type} follows its last layer, so that vectors of other layers aren't of its kind`,
    );
  return found;
}

/**
 * A part of a graph.
 *
 * @param from the value that becomes an input, if any
 * @param to the value that becomes the only output, under the name `output`
 */
function partOf(
  graph: GraphParts,
  from: string | undefined,
  to: string,
  output: string,
): readonly Uint8Array[] {
  const needed = new Set([to]);
  const nodes = [...graph.nodes].reverse().filter(({ inputs, outputs }) => {
    const isNeeded = outputs.some((name) => needed.has(name) && name !== from);
    if (isNeeded) for (const name of inputs) if (name !== '') needed.add(name);
    return isNeeded;
  });
  const declared = graph.outputs.get(output) ?? new Uint8Array(0);
  const { type, element } = typeOf(declared);
  const kept = (messages: ReadonlyMap<string, Uint8Array>) =>
    [...messages].filter(([name]) => needed.has(name)).map(([, message]) => message);
  const parts = [
    ...(from === undefined ? [] : framedField(1, [castNode(STATES, from, element).finish()])),
    ...nodes.reverse().flatMap(({ message }) => framedField(1, [message])),
    ...(to === output ? [] : framedField(1, [castNode(to, output, element).finish()])),
    new MessageWriter().text(2, 'layers').finish(),
    ...kept(graph.constants).flatMap((message) => framedField(5, [message])),
    ...kept(graph.inputs).flatMap((message) => framedField(11, [message])),
    ...(from === undefined
      ? []
      : framedField(11, [new MessageWriter().text(1, STATES).finish(), ...framedField(2, [type])])),
    ...framedField(12, [declared]),
    ...graph.sparse.flatMap((message) => framedField(15, [message])),
  ];
  return [
    new MessageWriter().whole(1, graph.version).finish(),
    ...graph.operators.flatMap(({ number, message }) => framedField(number, [message])),
    ...framedField(7, parts),
  ];
}

/** A value by another name, of the type that is declared for it. */
function castNode(value: string, output: string, type: number): MessageWriter {
  const to = new MessageWriter().text(1, 'to').whole(3, type).whole(20, 2);
  return new MessageWriter().text(1, value).text(2, output).text(4, 'Cast').message(5, to);
}

/** What is declared of an output: its type, and the number of the type of its elements. */
function typeOf(declared: Uint8Array): { readonly type: Uint8Array; readonly element: number } {
  for (const { number, bytes: type } of fieldsOf(declared)) {
    if (number !== 2) continue;
    for (const { number: kind, bytes: tensor } of fieldsOf(type)) {
      if (kind !== 1) continue;
      for (const { number: part, whole } of fieldsOf(tensor)) if (part === 1) return { type, element: whole };
    }
  }
  throw damagedOnnx('an output without a type');
}

function checkInFile(constant: Uint8Array): void {
  for (const { number } of fieldsOf(constant)) {
    if (number !== 13) continue;
    throw new ArtifactError(
      'unsupported',
      'the ONNX model keeps its weights in another file, so that it can be cut after no layer: save it as one file',
    );
  }
}
