import test from 'ava';
import { type InferRequest, type Parameters, RequestError } from '../../../lib/protocol/messages/index.js';
import { refuseUnserved } from '../../../serve/protocol/index.js';

const request = (more: Partial<InferRequest>): InferRequest => ({
  model: 'mail',
  version: undefined,
  id: undefined,
  parameters: {},
  inputs: [],
  outputs: undefined,
  ...more,
});
const input = (parameters: Parameters) => ({
  name: 'text',
  datatype: 'BYTES' as const,
  shape: [0],
  elements: [],
  parameters,
});

test('what would be ignored is refused by its name, with what to do', (t) => {
  const cases: readonly [Partial<InferRequest>, RequestError['reason'], RegExp][] = [
    [{ parameters: { priority: 1 } }, 'unsupported', /^the parameter 'priority' isn't supported: .*weights/],
    [{ parameters: { sequence_id: 7 } }, 'unsupported', /'sequence_id'.*stands alone/],
    [{ parameters: { sequence_id: 'own' } }, 'unsupported', /'sequence_id'/],
    [{ parameters: { sequence_start: true } }, 'unsupported', /'sequence_start'/],
    [{ parameters: { sequence_end: true } }, 'unsupported', /'sequence_end'/],
    [{ parameters: { triton_enable_empty_final_response: true } }, 'unsupported', /one answer/],
    [
      { outputs: [{ name: 'scores', parameters: { classification: 2 } }] },
      'unsupported',
      /^output "scores": its parameter 'classification'.*'label'/,
    ],
    [{ inputs: [input({ content_type: 'base64' })] }, 'unsupported', /^input "text".*base64/],
    [{ parameters: { binary_data_output: 'yes' } }, 'invalid', /'binary_data_output' is "yes"/],
    [
      { outputs: [{ name: 'scores', parameters: { binary_data: 1 } }] },
      'invalid',
      /"scores".*'binary_data' is 1/,
    ],
  ];
  for (const [more, reason, message] of cases) {
    const error = t.throws(() => refuseUnserved(request(more)), { instanceOf: RequestError, message });
    t.is(error?.reason, reason);
  }
});

test('what says nothing, or what nobody knows, is passed over', (t) => {
  for (const parameters of [
    { priority: 0, sequence_id: 0, sequence_start: false, sequence_end: false },
    { sequence_id: '', binary_data_output: true, timeout: 5, k: 3 },
    JSON.parse('{"own": 1, "__proto__": 2, "constructor": "x"}'),
  ])
    t.notThrows(() => refuseUnserved(request({ parameters })));
  const outputs = [
    { name: 'scores' },
    { name: 'label', parameters: { binary_data: false, classification: 0, own: 'x' } },
  ];
  t.notThrows(() => refuseUnserved(request({ inputs: [input({ content_type: 'str' })], outputs })));
});
