import {
  fromRows,
  httpModel,
  onnxModel,
  pretrained,
  tfjsLearner,
  tfjsModel,
  transformersModel,
} from '../../entries/full.js';
import { httpSource, postgresSource, redisSource } from '../../entries/lookup.js';
import { onThreads } from '../../entries/threads.js';
import { ArtifactError, ServerError, tune } from '../../index.js';
import { right } from './mails.js';
import { js, refused } from './mistake.js';

/** What goes wrong with full models that run elsewhere, and with sources of features. */

const nobody = () => Promise.reject(new TypeError('fetch failed'));
const ofRows = fromRows({ name: 'judge', labels: ['good', 'spam'], score: () => [] });
const model = { name: 'own', classes: 2, labels: ['good', 'spam'], score() {} };

refused([
  ['httpModel: nothing', () => js(httpModel), /'url': expected http:\/\/.*got undefined/],
  [
    'httpModel: no options',
    () => js(httpModel, 'http://127.0.0.1:1'),
    /'options': expected an object, \{ .*got undefined|'model'/,
  ],
  [
    'httpModel: a host alone',
    () => js(httpModel, '127.0.0.1:8000', { model: 'mail' }),
    /'url': expected http:\/\/ or https:\/\//,
  ],
  [
    'httpModel: no model',
    () => js(httpModel, 'http://127.0.0.1:1', {}),
    /'model': expected the model's name at the server, got undefined/,
  ],
  [
    'httpModel: a version as a number',
    () => js(httpModel, 'http://127.0.0.1:1', { model: 'mail', version: 3 }),
    /'version': expected text such as '3', got 3/,
  ],
  [
    'httpModel: a timeout of 0',
    () => js(httpModel, 'http://127.0.0.1:1', { model: 'mail', timeoutMs: 0 }),
    /'timeoutMs'.*above 0, got 0/,
  ],
  [
    'httpModel: a slip',
    () => js(httpModel, 'http://127.0.0.1:1', { model: 'mail', header: {} }),
    /'header': unknown.*did you mean 'headers'\?/,
  ],
  [
    'httpModel: a server that isn’t there',
    () => js(httpModel, 'http://127.0.0.1:1', { model: 'mail', retries: 0, fetch: nobody }),
    /model 'mail'.*reach|model 'mail': .*fetch failed/,
    ServerError,
  ],
  [
    'httpModel: a signal that is none',
    () => js(httpModel, 'http://127.0.0.1:1', { model: 'mail', signal: {} }),
    /'signal': expected an AbortSignal/,
  ],
  ['onnxModel: nothing', () => js(onnxModel), /'model': expected a path or bytes, got undefined/],
  [
    'onnxModel: the options first',
    () => js(onnxModel, { model: 'a.onnx' }),
    /'model': expected a path or bytes, got an object with model/,
  ],
  [
    'onnxModel: labels for classes',
    () => js(onnxModel, 'a.onnx', { labels: ['a', 'b'] }),
    /'labels': unknown; known are classes/,
  ],
  ['tfjsModel: nothing', () => js(tfjsModel), /'model'/],
  [
    'tfjsModel: a slip',
    () => js(tfjsModel, 'model.json', { backends: 'wasm' }),
    /'backends': unknown.*did you mean 'backend'\?/,
  ],
  [
    'tfjsModel: a path that isn’t there',
    () => js(tfjsModel, '/nowhere/model.json', { classes: ['a', 'b'] }),
    /can't be read/,
    ArtifactError,
  ],
  ['tfjsLearner: no network', () => js(tfjsLearner, {}), /'build'|'name'/],
  ['tfjsLearner: nothing', () => js(tfjsLearner), /'build': expected a function, got undefined/],
  ['pretrained: nothing', () => js(pretrained), /'model': expected a trained model.*got undefined/],
  [
    'pretrained: a model that doesn’t say what it reads',
    () => js(pretrained, model),
    /'model': expected a trained model that names what it reads/,
  ],
  [
    'pretrained: a model of numbers',
    () => js(pretrained, fromRows({ name: 'amount', score: () => [] })),
    /'model': 'amount' gives numbers/,
  ],
  [
    'tune: a model of rows as a stage, as it is',
    () => js(tune, { ...right, profile: undefined, approximate: [ofRows] }),
    /'approximate': expected a learner.*a trained model is a stage by pretrained\(model\)/,
  ],
  [
    'tune: a model of rows that names features',
    () => js(tune, { ...right, labels: undefined, full: { ...ofRows, reads: ['size'] } }),
    /'full.reads': a model that reads the rows reads no feature/,
  ],
  ['fromRows: nothing', () => js(fromRows), /'options': expected \{ name, labels, score \}, got undefined/],
  ['fromRows: no function', () => js(fromRows, { name: 'judge', labels: ['a', 'b'] }), /'score'/],
  [
    'fromRows: classes, as of other adapters',
    () => js(fromRows, { name: 'judge', classes: ['a', 'b'], score: () => [] }),
    /'classes': unknown/,
  ],
  [
    'transformersModel: nothing',
    () => js(transformersModel),
    /'pipeline': expected the folder of a model, or a pipeline of transformers\.js, got undefined/,
  ],
  [
    'transformersModel: a name on the hub',
    () => js(transformersModel, 'Xenova/distilbert-base-uncased-finetuned-sst-2-english'),
    /there is no folder .*, and nothing is fetched from a hub.*await pipeline\('text-classification', 'Xenova/,
    ArtifactError,
  ],
  [
    'transformersModel: an option of transformers.js by its name there',
    () => js(transformersModel, 'models/mail', { max_length: 64 }),
    /'max_length': unknown; known are .*limit/,
  ],
  [
    'pretrained: a model of other classes',
    () =>
      js(tune, {
        ...right,
        profile: undefined,
        approximate: [pretrained({ ...model, labels: ['spam', 'good'], reads: ['size'] })],
      }),
    /'approximate': own predicts "spam", "good", and the full model "good", "spam"/,
  ],
  ['redisSource: nothing', () => js(redisSource), /'server': expected redis:.*got undefined/],
  ['postgresSource: nothing', () => js(postgresSource), /'server': expected postgres:.*got undefined/],
  [
    'httpSource: an option of another name',
    () => js(httpSource, 'http://127.0.0.1:1', { timeout: 5 }),
    /'timeout': unknown; known are .*timeoutMs/,
  ],
  ['httpSource: nothing', () => js(httpSource), /'options'|'url'/],
  [
    'redisSource: options for the server',
    () => js(redisSource, { uri: 'redis://127.0.0.1' }),
    /'server': expected redis:.*got an object with uri/,
  ],
  [
    'postgresSource: options for the server',
    () => js(postgresSource, { tabel: 'users' }),
    /'server': expected postgres:.*got an object with tabel/,
  ],
  ['onThreads: nothing', () => js(onThreads), /./],
]);
