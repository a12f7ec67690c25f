import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { FILES, imageOf, type Manifest, manifestsIn } from './files.js';

/** The examples against Kubernetes' own types, and KServe's fields: the compiler refuses what isn't a field. */

const root = fileURLToPath(new URL('../../../', import.meta.url));

const TYPES: Readonly<Record<string, readonly [type: string, module: string]>> = {
  'apps/v1 Deployment': ['Deployment', 'kubernetes-types/apps/v1.js'],
  'policy/v1 PodDisruptionBudget': ['PodDisruptionBudget', 'kubernetes-types/policy/v1.js'],
  'v1 Service': ['Service', 'kubernetes-types/core/v1.js'],
  'autoscaling/v2 HorizontalPodAutoscaler': ['HorizontalPodAutoscaler', 'kubernetes-types/autoscaling/v2.js'],
  'serving.kserve.io/v1alpha1 ServingRuntime': ['ServingRuntime', '../../test/examples/kubernetes/kserve.js'],
  'serving.kserve.io/v1beta1 InferenceService': [
    'InferenceService',
    '../../test/examples/kubernetes/kserve.js',
  ],
};

/** The object as a value of its type. */
function moduleOf(manifest: Manifest): string {
  const [type, module] = TYPES[`${manifest.apiVersion} ${manifest.kind}`];
  return `import type { ${type} } from '${module}';\nexport const object: ${type} = ${JSON.stringify(manifest, null, 1)};\n`;
}

test('each object of the examples fits its schema, and a misspelt field doesn’t', async (t) => {
  const folder = join(root, 'out', `kubernetes-${process.pid}`);
  await mkdir(folder, { recursive: true });
  t.teardown(() => rm(folder, { recursive: true }));
  const all = (await Promise.all(FILES.map(manifestsIn))).flat();
  t.deepEqual(all.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`).sort(), Object.keys(TYPES).sort());
  const modules = all.map((manifest, i) => [`right${i}.ts`, moduleOf(manifest)] as const);
  const [deployment, , , , runtime] = all;
  const spoilt = [deployment, runtime].map((manifest, i) => {
    const text = moduleOf(manifest).replace('"readinessProbe"', '"readinesProbe"');
    return [`wrong${i}.ts`, text] as const;
  });
  for (const [name, text] of [...modules, ...spoilt]) await writeFile(join(folder, name), text);
  const options = {
    module: 'esnext',
    moduleResolution: 'bundler',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  const config = JSON.stringify({ compilerOptions: options, include: ['*.ts'] });
  await writeFile(join(folder, 'tsconfig.json'), config);
  const printed = await new Promise<string>((resolve) => {
    const compiler = join(root, 'node_modules/typescript/lib/tsc.js');
    execFile(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], (_, out) => resolve(out));
  });
  const errors = printed.split('\n').filter((line) => / error TS/.test(line));
  t.deepEqual(
    errors.filter((line) => !/wrong\d\.ts/.test(line)),
    [],
  );
  for (const [name] of spoilt)
    t.true(errors.some((line) => line.includes(name) && line.includes('readinesProbe')));
});

test('the image starts the program itself, as a user without rights', async (t) => {
  const image = await imageOf();
  t.regex(image.get('FROM') ?? '', /^node:\d+-slim$/);
  t.is(image.get('USER'), '1000:1000');
  const [program, file, command] = JSON.parse(image.get('ENTRYPOINT') ?? '');
  const { default: manifest } = await import('../../../package.json', { with: { type: 'json' } });
  t.deepEqual([program, file, command], ['node', `/node_modules/spillway/${manifest.bin.spillway}`, 'serve']);
});

test('the package has the files, as the docs say', async (t) => {
  const { files } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  t.true(files.includes('examples/kubernetes'));
});
