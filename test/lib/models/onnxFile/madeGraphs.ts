import { fieldsOf, fieldText, MessageWriter } from '../../../../lib/models/onnxFile/index.js';

/** Small graphs of encoders, which no runtime needs to run. */

/** ONNX's numbers of types. */
const [FLOAT, INT64] = [1, 7];

export interface Made {
  /** Nodes such as `Add a b -> c`. */
  readonly nodes: readonly string[];
  readonly constants?: readonly string[];
  readonly inputs?: readonly string[];
  readonly output?: string;
  /** More of the constants: fields of a tensor. */
  readonly tensor?: (tensor: MessageWriter) => MessageWriter;
  readonly attribute?: (attribute: MessageWriter) => MessageWriter;
}

export function modelOf({
  nodes,
  constants = [],
  inputs = ['input_ids', 'attention_mask'],
  output = 'last_hidden_state',
  tensor = (each) => each,
  attribute,
}: Made): Uint8Array {
  const graph = new MessageWriter();
  for (const text of nodes) {
    const [left, right] = text.split(' -> ');
    const [type, ...read] = left.split(' ');
    const node = new MessageWriter();
    for (const name of read) node.text(1, name === '_' ? '' : name);
    for (const name of right.split(' ')) node.text(2, name);
    node.text(4, type);
    if (attribute) node.message(5, attribute(new MessageWriter().text(1, 'own')));
    graph.message(1, node);
  }
  const port = (name: string, type: number) =>
    new MessageWriter()
      .text(1, name)
      .message(2, new MessageWriter().message(1, new MessageWriter().whole(1, type)));
  graph.text(2, 'made');
  for (const name of constants) graph.message(5, tensor(new MessageWriter().whole(2, FLOAT).text(8, name)));
  for (const name of inputs) graph.message(11, port(name, INT64));
  graph.message(12, port(output, FLOAT));
  const operators = new MessageWriter().text(1, '').whole(2, 17);
  return new MessageWriter().whole(1, 8).message(7, graph).message(8, operators).finish();
}

/** A model's nodes as they are written above, and the names of its constants, inputs and outputs. */
export function listed(bytes: Uint8Array) {
  const graph = [...fieldsOf(bytes)].find(({ number }) => number === 7)?.bytes ?? new Uint8Array(0);
  const texts = (message: Uint8Array, wanted: number) =>
    [...fieldsOf(message)].filter(({ number }) => number === wanted).map(fieldText);
  const all = (wanted: number) => [...fieldsOf(graph)].filter(({ number }) => number === wanted);
  return {
    nodes: all(1).map(({ bytes: node }) => {
      const read = texts(node, 1).map((name) => name || '_');
      return `${[...texts(node, 4), ...read].join(' ')} -> ${texts(node, 2).join(' ')}`;
    }),
    constants: all(5).flatMap(({ bytes: tensor }) => texts(tensor, 8)),
    inputs: all(11).flatMap(({ bytes: port }) => texts(port, 1)),
    outputs: all(12).flatMap(({ bytes: port }) => texts(port, 1)),
  };
}

export const joined = (parts: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat([...parts]));

/** What a layer of attention makes of x: the shape of x, which is no way past anything, is read too. */
const attention = (k: number, x: string) => [
  `Shape ${x} -> shape${k}`,
  `MatMul ${x} q${k} -> query${k}`,
  `MatMul ${x} k${k} -> key${k}`,
  `MatMul query${k} key${k} -> dots${k}`,
  `Add dots${k} bias -> masked${k}`,
  `Softmax masked${k} -> shares${k}`,
  `MatMul shares${k} ${x} -> mixed${k}`,
  `Reshape mixed${k} shape${k} -> mix${k}`,
];
export const MASK = ['Shape input_ids -> size', 'Expand attention_mask size -> bias'];

/** As BERT: norms after the sums, and of one node. */
export const postNorm = (k: number, x: string) => [
  ...attention(k, x),
  `Add mix${k} ${x} -> sum${k}`,
  `LayerNormalization sum${k} scale -> norm${k}`,
  `MatMul norm${k} w${k} -> up${k}`,
  `Gelu up${k} -> inner${k}`,
  `Add inner${k} norm${k} -> out${k}`,
  `LayerNormalization out${k} scale -> layer${k}`,
];
export const POST = [
  'Gather table input_ids -> words',
  'Gather kinds token_type_ids -> kind',
  'Add words kind -> start',
  ...MASK,
  ...[0, 1, 2].flatMap((k) => postNorm(k, k === 0 ? 'start' : `layer${k - 1}`)),
  'Identity layer2 -> last_hidden_state',
];

/** As GPT: norms before, of several nodes, and one at the end. */
const norm = (x: string, name: string) => [
  `ReduceMean ${x} -> ${name}.mean`,
  `Sub ${x} ${name}.mean -> ${name}.apart`,
  `Mul ${name}.apart ${name}.apart -> ${name}.square`,
  `ReduceMean ${name}.square -> ${name}.spread`,
  `Div ${name}.apart ${name}.spread -> ${name}`,
];
const preNorm = (k: number, x: string) => [
  ...norm(x, `n${k}`),
  ...attention(k, `n${k}`),
  `Add mix${k} ${x} -> sum${k}`,
  ...norm(`sum${k}`, `m${k}`),
  `MatMul m${k} w${k} -> up${k}`,
  `Add up${k} sum${k} -> layer${k}`,
];
export const PRE = [
  'Gather table input_ids -> start',
  ...MASK,
  ...[0, 1, 2].flatMap((k) => preNorm(k, k === 0 ? 'start' : `layer${k - 1}`)),
  ...norm('layer2', 'token_embeddings'),
];
export const WEIGHTS = ['table', 'kinds', 'scale', ...[0, 1, 2].flatMap((k) => [`q${k}`, `k${k}`, `w${k}`])];
