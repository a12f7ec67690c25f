import test from 'ava';
import { ArtifactError } from '../../../../lib/errors.js';
import { encoderLayers, fieldsOf, fieldText, MessageWriter } from '../../../../lib/models/onnxFile/index.js';

/** ONNX's numbers of types. */
const [FLOAT, INT64] = [1, 7];
const OUTPUTS = ['last_hidden_state', 'token_embeddings'];

interface Made {
  /** Nodes such as `Add a b -> c`. */
  readonly nodes: readonly string[];
  readonly constants?: readonly string[];
  readonly inputs?: readonly string[];
  readonly output?: string;
  /** More of the constants: fields of a tensor. */
  readonly tensor?: (tensor: MessageWriter) => MessageWriter;
  readonly attribute?: (attribute: MessageWriter) => MessageWriter;
}

function modelOf({
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
function listed(bytes: Uint8Array) {
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

const joined = (parts: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat([...parts]));

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
const MASK = ['Shape input_ids -> size', 'Expand attention_mask size -> bias'];

/** As BERT: norms after the sums, and of one node. */
const postNorm = (k: number, x: string) => [
  ...attention(k, x),
  `Add mix${k} ${x} -> sum${k}`,
  `LayerNormalization sum${k} scale -> norm${k}`,
  `MatMul norm${k} w${k} -> up${k}`,
  `Gelu up${k} -> inner${k}`,
  `Add inner${k} norm${k} -> out${k}`,
  `LayerNormalization out${k} scale -> layer${k}`,
];
const POST = [
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
const PRE = [
  'Gather table input_ids -> start',
  ...MASK,
  ...[0, 1, 2].flatMap((k) => preNorm(k, k === 0 ? 'start' : `layer${k - 1}`)),
  ...norm('layer2', 'token_embeddings'),
];
const WEIGHTS = ['table', 'kinds', 'scale', ...[0, 1, 2].flatMap((k) => [`q${k}`, `k${k}`, `w${k}`])];

test('a graph is cut after a layer: its nodes, weights and inputs alone, under the output’s name', (t) => {
  const { layers, upTo } = encoderLayers(
    modelOf({ nodes: POST, constants: WEIGHTS, inputs: ['input_ids', 'attention_mask', 'token_type_ids'] }),
    OUTPUTS,
  );
  t.is(layers, 3);
  const kept = POST.slice(0, POST.indexOf('LayerNormalization out1 scale -> layer1') + 1);
  t.deepEqual(listed(joined(upTo(2))), {
    nodes: [...kept, 'Cast layer1 -> last_hidden_state'],
    constants: WEIGHTS.filter((name) => !name.endsWith('2')),
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'],
    outputs: ['last_hidden_state'],
  });
  t.is(listed(joined(upTo(1))).nodes.at(-1), 'Cast layer0 -> last_hidden_state');
  t.is(encoderLayers(joined(upTo(2)), OUTPUTS).layers, 2, 'what was cut can be cut again');
  for (const layer of [0, 3]) t.throws(() => upTo(layer), { instanceOf: RangeError });
});

test('norms before the sums, of several nodes; attention of one node; inputs that nothing needs', (t) => {
  const pre = encoderLayers(modelOf({ nodes: PRE, constants: WEIGHTS, output: 'token_embeddings' }), OUTPUTS);
  t.is(pre.layers, 3);
  t.deepEqual(listed(joined(pre.upTo(1))).nodes.slice(-2), [
    'Add up0 sum0 -> layer0',
    'Cast layer0 -> token_embeddings',
  ]);
  const fused = (k: number, x: string) => [
    `Attention ${x} q${k} _ attention_mask -> mix${k}`,
    `SkipLayerNormalization mix${k} ${x} scale -> norm${k}`,
    `Gelu norm${k} -> inner${k}`,
    `SkipLayerNormalization inner${k} norm${k} scale -> layer${k}`,
  ];
  const nodes = ['Gather table input_ids -> start', ...fused(0, 'start'), ...fused(1, 'layer0')];
  const { layers, upTo } = encoderLayers(
    modelOf({
      nodes,
      constants: WEIGHTS,
      output: 'layer1',
      inputs: ['input_ids', 'attention_mask', 'unused'],
    }),
    ['layer1'],
  );
  t.is(layers, 2);
  t.deepEqual(listed(joined(upTo(1))), {
    nodes: [...nodes.slice(0, 5), 'Cast layer0 -> layer1'],
    constants: ['table', 'scale', 'q0'],
    inputs: ['input_ids', 'attention_mask'],
    outputs: ['layer1'],
  });
});

test('graphs whose layers cannot be found are refused, and told what to do', (t) => {
  const refused = (made: Made, message: RegExp) => {
    const { reason } = t.throws(() => encoderLayers(modelOf(made), OUTPUTS), {
      instanceOf: ArtifactError,
      message,
    });
    t.is(reason, 'unsupported');
  };
  const start = ['Gather table input_ids -> start', ...MASK];
  refused(
    { nodes: [...start, ...postNorm(0, 'start'), 'Identity layer0 -> last_hidden_state'] },
    /it has 1 attention between tokens and vectors\. Take the pipeline itself/,
  );
  refused({ nodes: [...start, 'Identity start -> last_hidden_state'] }, /it has 0 attentions/);
  refused(
    { nodes: POST, output: 'logits' },
    /expected an input input_ids, and an output last_hidden_state or token_embeddings/,
  );
  refused({ nodes: POST, inputs: ['pixel_values'] }, /expected an input input_ids/);
  // Words are added at the end once more: all layers can be passed by.
  refused(
    { nodes: [...POST.slice(0, -1), 'Add layer2 words -> last_hidden_state'] },
    /aren't apart: something passes by/,
  );
  refused(
    { nodes: [...POST.slice(0, -1), 'MatMul layer2 w2 -> last_hidden_state'] },
    /a MatMul follows its last layer/,
  );
  refused(
    { nodes: POST, attribute: (each) => each.message(6, new MessageWriter().text(2, 'then')) },
    /a node Gather with a graph of its own/,
  );
});

test('weights in another file cannot be cut, and damaged files are no models', (t) => {
  const external = modelOf({
    nodes: POST,
    constants: WEIGHTS,
    tensor: (each) => each.message(13, new MessageWriter().text(1, 'location')),
  });
  const { upTo } = encoderLayers(external, OUTPUTS);
  t.throws(() => upTo(1), {
    instanceOf: ArtifactError,
    message: /keeps its weights in another file.*save it as one file/,
  });
  const whole = modelOf({ nodes: POST, constants: WEIGHTS });
  for (let length = 0; length < whole.length; length += 97)
    t.throws(() => encoderLayers(whole.slice(0, length), OUTPUTS), { instanceOf: ArtifactError });
  const [first, ...others] = POST;
  t.throws(() => encoderLayers(modelOf({ nodes: [...others, first] }), OUTPUTS), {
    message: /gives 'words', which was read before/,
  });
  t.throws(() => encoderLayers(new TextEncoder().encode('{"a":1}'), OUTPUTS), { instanceOf: ArtifactError });
});
