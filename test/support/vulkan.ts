import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The oldest Mesa whose lavapipe does what WebGPU needs. */
const OLDEST = 23;
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const DRIVERS = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'];
const LIBRARIES = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/**
 * Has this process's Vulkan play a GPU on the processor where lavapipe can't: by SwiftShader, which Chromium brings. What
 * VK_ICD_FILENAMES or VK_DRIVER_FILES already name is left alone.
 *
 * @returns what it runs on, in words
 */
export function chooseDriver(
  env: NodeJS.ProcessEnv = process.env,
  find: () => number | undefined = lavapipe,
  exists: (path: string) => boolean = existsSync,
): string {
  const version = find();
  const named = env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES;
  if (named !== undefined) return `what the environment names: ${named}`;
  if (version !== undefined && version >= OLDEST) return `lavapipe of Mesa ${version}`;
  const why = version === undefined ? 'no lavapipe is installed' : `lavapipe of Mesa ${version} is too old`;
  if (!exists(SWIFTSHADER))
    return `Vulkan's own choice: ${why}, and Chromium's SwiftShader isn't there either`;
  env.VK_ICD_FILENAMES = SWIFTSHADER;
  return `SwiftShader of Chromium: ${why}`;
}

/** The major version of Mesa that lavapipe is of; `undefined` where there is none. */
export function lavapipe(drivers: readonly string[] = DRIVERS): number | undefined {
  for (const folder of drivers.filter((path) => existsSync(path))) {
    for (const name of readdirSync(folder).filter((each) => /^lvp_icd.*\.json$/.test(each))) {
      const version = versionOf(join(folder, name));
      if (version !== undefined) return version;
    }
  }
  return undefined;
}

function versionOf(manifest: string): number | undefined {
  const { ICD } = JSON.parse(readFileSync(manifest, 'utf8'));
  const name = String(ICD?.library_path);
  const library = [dirname(manifest), ...LIBRARIES]
    .map((folder) => resolve(folder, name))
    .find((path) => existsSync(path));
  if (library === undefined) return undefined;
  // Its name to users, which it holds as text.
  const [, major] = /Mesa (\d+)\.\d/.exec(readFileSync(library, 'latin1')) ?? [];
  return major === undefined ? undefined : Number(major);
}
