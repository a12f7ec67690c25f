import test from 'ava';
import { ArtifactError } from '../../../../lib/errors.js';
import { encoderLayers, MessageWriter } from '../../../../lib/models/onnxFile/index.js';
import { joined, listed, MASK, type Made, modelOf, POST, PRE, postNorm, WEIGHTS } from './madeGraphs.js';

const OUTPUTS = ['last_hidden_state', 'token_embeddings'];

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

test('what goes on from a layer reads its states, and only the weights that are left', (t) => {
  const model = modelOf({
    nodes: POST,
    constants: WEIGHTS,
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'],
  });
  const { after } = encoderLayers(model, OUTPUTS);
  const left = POST.slice(POST.indexOf('LayerNormalization out1 scale -> layer1') + 1);
  t.deepEqual(listed(joined(after?.(2) ?? [])), {
    nodes: ['Cast hidden_states -> layer1', ...MASK, ...left],
    constants: ['scale', 'q2', 'k2', 'w2'],
    inputs: ['input_ids', 'attention_mask', 'hidden_states'],
    outputs: ['last_hidden_state'],
  });
  const half = [...POST.slice(0, -1), 'Cast layer2 -> last_hidden_state'];
  const { layers, after: none } = encoderLayers(modelOf({ nodes: half, constants: WEIGHTS }), OUTPUTS);
  t.deepEqual([layers, none], [3, undefined], 'numbers change their type on the way');
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
  t.throws(() => encoderLayers(external, OUTPUTS), {
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
