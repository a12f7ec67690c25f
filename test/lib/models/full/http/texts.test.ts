import test from 'ava';
import { httpModel } from '../../../../../entries/full.js';
import { type Model, ModelError, OptionError, ServerError } from '../../../../../index.js';
import { rowBlock } from '../../../../../lib/data/blocks/index.js';
import { textsOf } from '../../../../../lib/protocol/client/index.js';
import {
  JSON_LENGTH,
  readInferRequest,
  type Tensor,
  writeInferResponse,
  writeModelMetadata,
  writeServerMetadata,
} from '../../../../../lib/protocol/messages/index.js';

/** A model on a server that reads a text and a number a row, and answers with a label and its probability. */

interface Mail {
  readonly text: string;
  readonly size: number;
}
const mails: readonly Mail[] = [
  { text: 'win a prize', size: 2 },
  { text: 'größer 😀 \ud83d', size: 0.5 },
];
const classes = ['ham', 'spam'] as const;
const inputs = { text: (mail: Mail) => mail.text, size: (mail: Mail) => mail.size };

const octetsOf = (texts: readonly string[]) => texts.map((each) => new TextEncoder().encode(each));

/** @param label of a text */
function serverOf(binary: boolean, label: (text: string) => string) {
  const seen: { text: string; size: number }[] = [];
  const answer = async (url: string, { headers, body }: RequestInit): Promise<Response> => {
    if (url.endsWith('/v2')) {
      const extensions = binary ? ['binary_tensor_data'] : [];
      return new Response(writeServerMetadata({ name: 's', version: '1', extensions }));
    }
    if (!url.endsWith('/infer')) {
      return new Response(
        writeModelMetadata({
          ...{ name: 'mail', versions: ['1'], platform: 'p' },
          inputs: [
            { name: 'text', datatype: 'BYTES', shape: [-1, 1] },
            { name: 'size', datatype: 'FP64', shape: [-1, 1] },
          ],
          outputs: [
            { name: 'label', datatype: 'BYTES', shape: [-1] },
            { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
          ],
        }),
      );
    }
    const jsonLength = new Headers(headers).get(JSON_LENGTH);
    const content =
      typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body as ArrayBuffer);
    const request = readInferRequest(content, { model: 'mail', version: '1', jsonLength });
    const [texts, sizes] = request.inputs;
    const given = textsOf(texts);
    seen.push(...given.map((each, i) => ({ text: each, size: Number(sizes.elements[i]) })));
    const rows = given.length;
    const shares = Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? 0.25 : 0.75));
    const outputs: readonly Tensor[] = [
      { name: 'label', datatype: 'BYTES', shape: [rows], elements: octetsOf(given.map(label)) },
      { name: 'probabilities', datatype: 'FP32', shape: [rows, 2], elements: shares },
    ];
    const wanted = outputs.filter((output) => request.outputs?.some(({ name }) => name === output.name));
    const common = { model: 'mail', version: '1', id: undefined, parameters: {} };
    const message = writeInferResponse({ ...common, outputs: wanted }, request);
    return new Response(message.body, { headers: message.headers });
  };
  return { seen, fetch: answer };
}

async function scores(model: Model, rows: readonly unknown[] = mails): Promise<number[]> {
  const out = new Float64Array(2 * rows.length);
  await model.score([rowBlock(rows)], out);
  return [...out];
}

for (const binary of [false, true]) {
  const how = binary ? 'in octets' : 'in JSON';

  test(`texts go and labels come back ${how}`, async (t) => {
    const { seen, fetch } = serverOf(binary, (each) => (each.includes('win') ? 'spam' : 'ham'));
    const fittedOn = { rows: 1, has: () => false };
    const options = { model: 'mail', classes, inputs, fetch, fittedOn };
    const byScores = await httpModel('http://localhost', options);
    t.true(byScores.readsRows);
    t.is(byScores.reads, undefined);
    t.is(byScores.fittedOn, fittedOn);
    t.deepEqual(await scores(byScores), [0.25, 0.75, 0.25, 0.75]);
    // Half of a pair has no UTF-8.
    const [first, second] = mails;
    t.deepEqual(seen, [first, { ...second, text: 'größer 😀 \ufffd' }]);
    const byLabels = await httpModel('http://localhost', { ...options, output: 'label' });
    t.deepEqual(await scores(byLabels), [0, 1, 1, 0]);
    t.deepEqual(byLabels.options, {
      inputs: { text: 'row', size: 'row' },
      output: 'label',
      scores: 'labels',
    });
    const { batches } = await byLabels.costs([rowBlock(mails)], { sizes: [2], rounds: 1 });
    t.true(batches[0].transfer <= batches[0].whole);
  });

  test(`what can’t be sent, and labels that aren’t among the classes, are refused ${how}`, async (t) => {
    const { seen, fetch } = serverOf(binary, () => 'eggs');
    const model = await httpModel('http://localhost', {
      model: 'mail',
      classes,
      inputs,
      fetch,
      output: 'label',
    });
    const error = await t.throwsAsync(scores(model), {
      instanceOf: ModelError,
      message: /'mail': row 0: gave the label "eggs" as 'label'; 'classes' lists ham, spam/,
    });
    t.is(error?.row, 0);
    const before = seen.length;
    await t.throwsAsync(scores(model, [{ text: 7, size: 1 }]), {
      instanceOf: ModelError,
      message: /row 0: input 'text' is of string, and its function gave 7; expected a text/,
    });
    t.is(seen.length, before);
  });
}

test('an answer that is no text is malformed', async (t) => {
  const { fetch } = serverOf(true, () => 'ham');
  const torn = async (url: string, init: RequestInit) => {
    const response = await fetch(url, init);
    const content = new Uint8Array(await response.arrayBuffer());
    if (url.endsWith('/infer')) content[content.length - 1] = 0xff;
    return new Response(content, { headers: response.headers });
  };
  const model = await httpModel('http://localhost', {
    ...{ model: 'mail', classes, inputs, fetch: torn, output: 'label' },
  });
  const error = await t.throwsAsync(scores(model), { instanceOf: ServerError });
  t.is(error?.reason, 'malformed');
});

test('features can’t be sent as text', async (t) => {
  const { fetch } = serverOf(true, () => 'ham');
  const made = httpModel('http://localhost', {
    model: 'mail',
    classes,
    inputs: { text: 'f', size: 'f' },
    fetch,
  });
  t.is((await t.throwsAsync(made, { instanceOf: OptionError }))?.option, 'inputs.text');
});
