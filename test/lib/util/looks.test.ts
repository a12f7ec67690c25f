import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { insteadOfContent, insteadOfPath, isBinary, looksLike } from '../../../lib/util/looks.js';

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const fixture = (name: string) => readFileSync(new URL(`../../fixtures/exchange/${name}`, import.meta.url));

test('content is told by its first bytes', (t) => {
  for (const [content, expected] of [
    [bytes(''), 'an empty file'],
    [bytes('\x89PNG\r\n\x1a\n'), 'a PNG image'],
    [bytes('\xff\xd8\xff\xe0'), 'a JPEG image'],
    [bytes('P5\n4 4\n255\n'), 'a PGM or PPM image'],
    [gzipSync('a'), 'a gzip file, which must be unpacked first'],
    [bytes('PK\x03\x04'), 'a zip archive, which must be unpacked first'],
    [bytes('PAR1\x15'), 'a Parquet file, which parquetRows reads'],
    [bytes('\x80\x04\x95'), 'a pickle of Python, which only Python reads: save the model as ONNX'],
    [bytes('\xff\0\0\0\0\0\0\0{"weight":{}}'), 'a safetensors file'],
    [fixture('lightgbm-binary.txt'), 'a model of LightGBM, which lightgbmModel reads'],
    [fixture('xgboost-binary-ubj.ubj'), 'a model of XGBoost, which xgboostModel reads'],
    ['{"learner": {}}', 'a model of XGBoost, which xgboostModel reads'],
    [
      '{"format": "layers-model", "modelTopology": {}}',
      'a model of TensorFlow.js, whose path tfjsModel takes',
    ],
    [bytes('\b\x01\x12\x80'), 'the saved_model.pb of a SavedModel, whose folder tfjsModel takes'],
    [fixture('sklearn-logistic.onnx'), 'a model in ONNX, which onnxModel and modelFromOnnx read'],
    [
      '<?xml version="1.0"?>\n<opencv_storage>',
      "a detector in OpenCV's XML, which readCascade of spillway/detect reads",
    ],
    ['<!DOCTYPE html><html>', 'a page of HTML'],
    ['<?xml version="1.0"?><a/>', 'XML'],
    ['{"a": 1}', 'JSON'],
    [bytes('stars,text\n5,good'), 'text'],
    [Buffer.from('Grüße'), 'text'],
    ['\ufffdPNG', 'binary content that was read as text, so that bytes are lost'],
  ] as const)
    t.is(looksLike(content), `: it looks like ${expected}`);
  t.is(looksLike(bytes('\x01\x02\x03')), '', 'of other bytes nothing is said');
});

test('text stays text where the part that is looked at ends within a character', (t) => {
  t.is(looksLike(Buffer.from(`a${'ü'.repeat(4_000)}`)), ': it looks like text');
});

test('a table is text, whatever its first column is called', (t) => {
  for (const name of ['PAR1', 'GIF8', '%PDF', 'P5'])
    t.false(isBinary(Buffer.from(`${name}\tstars\n1\t5\n`)), name);
  for (const content of [gzipSync('a'), bytes('\x89PNG\r\n'), bytes('\xff\xfea\0')])
    t.true(isBinary(content));
});

test('a path is told from content, and content from a path', (t) => {
  for (const path of ['model.txt', 'models/spam', 'C:\\models\\spam.ubj']) {
    t.is(insteadOfPath(path), `; read it first: await readFile(${JSON.stringify(path)})`);
    t.is(insteadOfContent(path), '');
  }
  for (const content of ['tree\nversion=v4\n', '{"learner":{"a.b":1}}', '<opencv_storage/>']) {
    t.is(insteadOfPath(content), '');
    t.regex(insteadOfContent(content), /^the content of a file, and no path: it looks like /);
  }
});
