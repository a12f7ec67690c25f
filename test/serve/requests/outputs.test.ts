import test from 'ava';
import type { LoadedModel } from '../../../serve/executor.js';
import { Outputs } from '../../../serve/requests/index.js';

const labelOf = (labels: LoadedModel['labels'], ...codes: number[]) => {
  const outputs = new Outputs({ kind: labels.length === 0 ? 'value' : 'classes', labels, width: 1 });
  const answers = {
    answers: Float64Array.from(codes),
    scores: new Float64Array(codes.length),
    exits: new Uint8Array(codes.length),
  };
  const [{ datatype, elements, shape }] = outputs.tensors(
    answers,
    outputs.wanted({ outputs: [{ name: 'label' }] }),
  );
  return [datatype, elements, shape];
};

test('labels have the datatype that holds them all', (t) => {
  const octets = (text: string) => new TextEncoder().encode(text);
  t.deepEqual(labelOf(['ham', 'späm'], 1, 0), ['BYTES', [octets('späm'), octets('ham')], [2]]);
  t.deepEqual(labelOf([-1, 2 ** 53 - 1], 1, 0), ['INT64', BigInt64Array.of(9007199254740991n, -1n), [2]]);
  t.deepEqual(labelOf([false, true], 1, 0), ['BOOL', Uint8Array.of(1, 0), [2]]);
  t.deepEqual(labelOf([0.5, 1], 1, 0), ['FP64', Float64Array.of(1, 0.5), [2]]);
  t.deepEqual(labelOf([1, 'one', true], 1, 2), ['BYTES', [octets('one'), octets('true')], [2]]);
  t.deepEqual(labelOf([], 3.25, -0), ['FP64', Float64Array.of(3.25, -0), [2]]);
});
