import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { folderFor } from './files.js';
import { chooseDriver, lavapipe } from './vulkan.js';

test('lavapipe’s version is read from the library that its manifest names', async (t) => {
  const folder = await folderFor(t);
  t.is(lavapipe([folder, join(folder, 'none')]), undefined);
  await mkdir(join(folder, 'lib'));
  await writeFile(join(folder, 'lib', 'lvp.so'), 'ELF\0llvmpipe\0Mesa 22.3.6 (LLVM 15.0.6)\0');
  await writeFile(join(folder, 'intel_icd.json'), '{}');
  await writeFile(join(folder, 'lvp_icd.x86_64.json'), '{ "ICD": { "library_path": "lib/lvp.so" } }');
  t.is(lavapipe([join(folder, 'none'), folder]), 22);
});

test('where lavapipe is too old or isn’t there, SwiftShader plays the GPU, unless a driver is named', (t) => {
  const swiftshader = '/usr/lib/chromium/vk_swiftshader_icd.json';
  for (const [version, exists, expected, text] of [
    [22, () => true, swiftshader, /^SwiftShader of Chromium: lavapipe of Mesa 22 is too old/],
    [undefined, () => true, swiftshader, /^SwiftShader of Chromium: no lavapipe/],
    [23, () => true, undefined, /^lavapipe of Mesa 23/],
    [22, () => false, undefined, /^Vulkan's own choice: .*too old/],
  ] as const) {
    const env: NodeJS.ProcessEnv = {};
    t.regex(
      chooseDriver(env, () => version, exists),
      text,
    );
    t.is(env.VK_ICD_FILENAMES, expected);
  }
  const named = { VK_DRIVER_FILES: 'mine.json' };
  t.regex(
    chooseDriver(
      named,
      () => 22,
      () => true,
    ),
    /mine\.json/,
  );
  t.deepEqual(named, { VK_DRIVER_FILES: 'mine.json' });
});
