import test from 'ava';
import {
  readModelMetadata,
  readServerMetadata,
  writeModelMetadata,
  writeServerMetadata,
} from '../../../../lib/protocol/messages/index.js';
import { octetsOfJson, refusal } from './messages.js';

test('a model’s metadata', (t) => {
  const metadata = {
    name: 'mail',
    versions: ['1', '2'],
    platform: 'spillway',
    inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }],
    outputs: [{ name: 'scores', datatype: 'FP64', shape: [-1, 2] }],
  } as const;
  const written = writeModelMetadata(metadata);
  t.deepEqual(JSON.parse(written), metadata);
  t.deepEqual(readModelMetadata(octetsOfJson(written)), metadata);
  const other = {
    name: 'm',
    versions: [1],
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-2, 3] }],
    outputs: [],
  };
  t.deepEqual(readModelMetadata(octetsOfJson(other)), {
    ...other,
    versions: ['1'],
    platform: '',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3] }],
  });
  const labelled = (labels: readonly (string | number | boolean)[]) => ({
    ...metadata,
    outputs: [{ name: 'scores', datatype: 'FP64', shape: [-1, 2], labels } as const],
  });
  for (const labels of [['ham', '"spam"'], [0, 1], [false, true], ['\ud83d\ude00', 2.5], []])
    t.deepEqual(readModelMetadata(octetsOfJson(writeModelMetadata(labelled(labels)))), labelled(labels));
  // What another server means by parameters of this name is left to it.
  for (const parameters of [
    { labels: 'labels.txt' },
    { labels: ['a'] },
    { labels: '[null]' },
    { labels: '"a"' },
    5,
  ]) {
    const outputs = [{ name: 'scores', datatype: 'FP64', shape: [-1, 2], parameters }];
    t.deepEqual(readModelMetadata(octetsOfJson({ ...metadata, outputs })), metadata);
  }
  const refused = (more: object) => refusal(() => readModelMetadata(octetsOfJson({ ...other, ...more })));
  t.regex(refused({ inputs: undefined }), /'inputs' is undefined; expected an array/);
  t.regex(refused({ versions: 3 }), /'versions' is 3/);
  t.regex(
    refused({ inputs: [{ name: 'x', datatype: 'BF16', shape: [] }] }),
    /the datatype of inputs\[0\] is "BF16"/,
  );
  t.regex(
    refused({ inputs: [{ name: 'x', datatype: 'FP32', shape: ['n'] }] }),
    /the shape of inputs\[0\] has "n"/,
  );
});

test('a server’s metadata', (t) => {
  const metadata = { name: 'spillway', version: '0.1.0', extensions: ['binary_tensor_data'] };
  t.deepEqual(readServerMetadata(octetsOfJson(writeServerMetadata(metadata))), metadata);
  t.deepEqual(readServerMetadata(octetsOfJson({})), { name: '', version: '', extensions: [] });
  t.regex(
    refusal(() => readServerMetadata(octetsOfJson({ extensions: 'all' }))),
    /'extensions' is "all"/,
  );
});
