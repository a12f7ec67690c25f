import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { csvRows, jsonlRows, parquetRows, type ReadTable } from '../../entries/data.js';
import { readCascade } from '../../entries/detect.js';
import { lightgbmModel, modelFromOnnx, xgboostModel } from '../../entries/exchange.js';
import { onnxModel, tfjsModel, transformersModel } from '../../entries/full.js';
import { serve } from '../../entries/serve.js';
import { ArtifactError, Cascade, embedding, inspect, Ranker, TableError } from '../../index.js';
import { features, tuned } from './mails.js';
import { js, on, refused } from './mistake.js';

/** Files of another kind, paths where content is read, and content where a path is. */

const folder = await mkdtemp(join(tmpdir(), 'spillway-mistakes-'));
const at = (name: string) => join(folder, name);
const fixture = (name: string) => readFile(new URL(`../fixtures/exchange/${name}`, import.meta.url));
const png = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
const xml = '<?xml version="1.0"?>\n<opencv_storage><cascade/></opencv_storage>';
const trees = await fixture('lightgbm-binary.txt');
const onnx = await fixture('sklearn-logistic.onnx');
await (await tuned()).save(at('mail.cascade'));
const cascade = await readFile(at('mail.cascade'));
await writeFile(at('photo.png'), png);
await writeFile(at('model.onnx'), onnx);
await writeFile(at('rows.csv.gz'), gzipSync('stars,text\n5,good'.repeat(9)));
await writeFile(at('graph.pb'), '\b\x01\x12\x80');
await writeFile(at('wide.csv'), '\ufeffstars,text', 'utf16le');
await writeFile(at('config.json'), '{}');
await writeFile(at('tokenizer.json'), '{}');
await writeFile(at('model.safetensors'), '');

async function first(read: ReadTable<unknown>): Promise<void> {
  for await (const _ of read()) return;
}

refused([
  [
    'Cascade.load: a picture',
    () => Cascade.load(at('photo.png'), { features }),
    /photo\.png': this isn't an artifact of spillway: it looks like a PNG image\. Load a file that save\(\) wrote/,
    ArtifactError,
  ],
  [
    'Cascade.load: a model in ONNX, as bytes',
    () => Cascade.load(onnx, { features }),
    /it looks like a model in ONNX, which onnxModel and modelFromOnnx read/,
    ArtifactError,
  ],
  [
    'Cascade.load: a file that was read as text',
    () => Cascade.load(cascade.toString(), { features }),
    /'path': expected the path of a file, got the content of a file, and no path/,
  ],
  [
    'Ranker.load: a gzip',
    () => on(Ranker, 'load', at('rows.csv.gz'), { features }),
    /gzip file/,
    ArtifactError,
  ],
  ['inspect: a folder', () => inspect(folder), /it is a folder\. Pass the file in it/, ArtifactError],
  ['inspect: XML', () => inspect(Buffer.from(xml)), /OpenCV's XML, which readCascade/, ArtifactError],
  [
    'readCascade: a path',
    () => readCascade('faces.xml'),
    /'xml': .* got "faces\.xml"; read it first: await readFile\("faces\.xml"\)/,
  ],
  [
    'readCascade: a picture',
    () => readCascade(png),
    /no cascade of OpenCV's: it looks like a PNG/,
    ArtifactError,
  ],
  [
    'readCascade: a cascade of tune',
    () => readCascade(cascade),
    /a file that spillway saved, which Cascade\.load or Ranker\.load reads/,
    ArtifactError,
  ],
  [
    'lightgbmModel: a path that leads nowhere',
    () => lightgbmModel('model.txt'),
    /can't read 'model\.txt': ENOENT.*Check the path/,
    ArtifactError,
  ],
  [
    'lightgbmModel: a pickle',
    () => lightgbmModel(Buffer.from('\x80\x04\x95\0', 'latin1')),
    /no model of LightGBM: it looks like a pickle of Python.*booster\.save_model/,
    ArtifactError,
  ],
  ['xgboostModel: a folder', () => xgboostModel('./lib'), /can't read '\.\/lib': EISDIR/, ArtifactError],
  [
    'xgboostModel: a model of LightGBM',
    () => xgboostModel(trees),
    /no model of XGBoost .*: it looks like a model of LightGBM, which lightgbmModel reads/,
    ArtifactError,
  ],
  [
    'modelFromOnnx: a picture',
    () => modelFromOnnx(png),
    /no ONNX model: it looks like a PNG image/,
    ArtifactError,
  ],
  [
    'tfjsModel: the file of a SavedModel',
    () => tfjsModel(at('graph.pb')),
    /looks like the saved_model\.pb of a SavedModel, whose folder tfjsModel takes/,
    ArtifactError,
  ],
  ['tfjsModel: a folder', () => tfjsModel(folder), /it is a folder; pass the file in it/, ArtifactError],
  [
    'tfjsModel: the content of its model.json',
    () => tfjsModel('{"modelTopology": {}}'),
    /'model': expected the path of a model\.json.*got the content of a file/,
  ],
  [
    'onnxModel: a folder',
    () => onnxModel(folder, { runtime: { InferenceSession: { create() {} }, Tensor: class {} } }),
    /the model can't be read: it is a folder; pass the file in it/,
    ArtifactError,
  ],
  [
    'transformersModel: a file of the folder',
    () => transformersModel(at('model.onnx')),
    /is a file: it looks like a model in ONNX.* Pass the folder with config\.json, tokenizer\.json and onnx\/model\.onnx/,
    ArtifactError,
  ],
  [
    'transformersModel: weights beside the folder onnx',
    () => transformersModel(folder),
    /it has model\.onnx beside the folder onnx: move that into it/,
    ArtifactError,
  ],
  [
    'embedding: a name on the hub',
    () => js(embedding, 'Xenova/all-MiniLM-L6-v2', { text: String, dimensions: 384 }),
    /'encode': .*; open it first: await pipeline\('feature-extraction', …\)/,
  ],
  ['csvRows: the table itself', () => csvRows('a,b\n1,2\n'), /'paths': .*the content of a file, and no path/],
  [
    'csvRows: a picture',
    () => first(csvRows(at('photo.png'))),
    /is no CSV: it looks like a PNG image/,
    TableError,
  ],
  [
    'csvRows: a table that is packed',
    () => first(csvRows(at('rows.csv.gz'))),
    /is no CSV: it looks like a gzip file, which must be unpacked first/,
    TableError,
  ],
  [
    'csvRows: a table in UTF-16, as spreadsheets export it',
    () => first(csvRows(at('wide.csv'))),
    /is no CSV: it looks like text in UTF-16, .* encoding: 'utf-16'/,
    TableError,
  ],
  ['csvRows: a folder', () => first(csvRows(folder)), /is a folder; pass the files in it/, TableError],
  ['jsonlRows: a gzip', () => first(jsonlRows(at('rows.csv.gz'))), /is no JSON lines: .* gzip/, TableError],
  [
    'parquetRows: JSON',
    () => first(parquetRows(at('config.json'))),
    /is no Parquet file: .* JSON/,
    TableError,
  ],
  [
    'serve: a file',
    () => serve({ directory: at('mail.cascade') }),
    /is a file: it looks like a file that spillway saved.*Expected a folder of models, each NAME\/VERSION\/model\.cascade/,
  ],
]);
