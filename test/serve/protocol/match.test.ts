import test from 'ava';
import type { Tensor } from '../../../lib/protocol/messages/index.js';
import { matchInputs, matchOutputs } from '../../../serve/protocol/index.js';
import { refusal } from '../../lib/protocol/messages/messages.js';

const text = (rows: number, name = 'text'): Tensor => ({
  name,
  datatype: 'BYTES',
  shape: [rows],
  elements: new Array(rows).fill(Uint8Array.of()),
});
const numbers = (rows: number, columns = 2): Tensor => ({
  name: 'numbers',
  datatype: 'FP32',
  shape: [rows, columns],
  elements: new Float32Array(rows * columns),
});

test('inputs are matched with those that a model declares', (t) => {
  const declared = [
    { name: 'text', datatype: 'BYTES', shape: [-1] },
    { name: 'numbers', datatype: 'FP32', shape: [-1, 2] },
  ] as const;
  const { tensors, rows } = matchInputs(declared, [numbers(3), text(3)]);
  t.deepEqual([tensors.map(({ name }) => name), rows], [['text', 'numbers'], 3]);
  t.is(
    matchInputs(
      [{ name: 'x', datatype: 'FP32', shape: [1] }],
      [{ name: 'x', datatype: 'FP32', shape: [1], elements: Float32Array.of(1) }],
    ).rows,
    1,
  );
  const cases: [Tensor[], RegExp][] = [
    [[text(3)], /input "numbers" is missing; the model has "text", "numbers"/],
    [[text(3), numbers(3), text(3, 'more')], /the model has no input "more"; it has "text", "numbers"/],
    [[text(3), numbers(2)], /input "numbers" has 2 rows, and an input before it has 3/],
    [[text(3), numbers(3, 4)], /input "numbers" has the shape \[3, 4\]; the model takes \[-1, 2\]/],
    [[text(3), { ...numbers(3), shape: [6] }], /has the shape \[6\]/],
    [[text(3), { ...numbers(3), datatype: 'FP64' }], /input "numbers" is of FP64; the model takes FP32/],
  ];
  for (const [inputs, message] of cases)
    t.regex(
      refusal(() => matchInputs(declared, inputs)),
      message,
    );
});

test('outputs are those that a request names, or all', (t) => {
  const declared = [
    { name: 'label', datatype: 'BYTES', shape: [-1] },
    { name: 'scores', datatype: 'FP64', shape: [-1, 2] },
  ] as const;
  t.deepEqual(matchOutputs(declared, undefined), ['label', 'scores']);
  t.deepEqual(matchOutputs(declared, []), ['label', 'scores']);
  t.deepEqual(matchOutputs(declared, [{ name: 'scores' }]), ['scores']);
  t.regex(
    refusal(() => matchOutputs(declared, [{ name: 'y' }])),
    /the model has no output "y"; it has "label", "scores"/,
  );
});
