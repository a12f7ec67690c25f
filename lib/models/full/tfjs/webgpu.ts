import type { Load } from '../../../util/packages.js';
import { startRegistered } from './registered.js';
import type { Tf } from './tf.js';

/** The parts of WebGPU that are used here. */
interface Gpu {
  requestAdapter(): Promise<Adapter | null>;
}

interface Adapter {
  readonly info?: Readonly<Record<string, unknown>>;
}

/** The part of the package `webgpu`, which brings WebGPU to Node, that is used. */
interface GpuPackage {
  create(options: readonly string[]): Gpu;
  readonly globals: object;
}

/** Adapters that are programs: they run everywhere, more slowly than WebAssembly does. */
const SOFTWARE = /llvmpipe|lavapipe|swiftshader|software/i;

/** WebGPU, of the platform or else by the package `webgpu`. */
export async function startWebgpu(tf: Tf, load: Load, wanted: boolean): Promise<string> {
  const gpu = here() ?? (await install(load));
  const adapter = await gpu.requestAdapter();
  if (adapter === null)
    throw new Error('WebGPU finds no adapter: no GPU, or no driver (Vulkan, Metal or Direct3D 12)');
  const { vendor, architecture, device, description } = adapter.info ?? {};
  const what = [vendor, architecture, device, description]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  if (SOFTWARE.test(what) && !wanted) {
    throw new Error(`its only adapter is a program, ${what}: name backend 'webgpu' to use it all the same`);
  }
  await startRegistered(tf, load, 'webgpu', '@tensorflow/tfjs-backend-webgpu');
  return `WebGPU on ${what || 'an adapter without a name'}`;
}

function here(): Gpu | undefined {
  const navigator: unknown = Reflect.get(globalThis, 'navigator');
  const gpu: unknown =
    typeof navigator === 'object' && navigator !== null ? Reflect.get(navigator, 'gpu') : undefined;
  return isGpu(gpu) ? gpu : undefined;
}

/** tfjs's backend looks for WebGPU where browsers have it, and once only, when it is loaded. */
async function install(load: Load): Promise<Gpu> {
  const loaded = await load('webgpu');
  if (!isGpuPackage(loaded)) throw new Error('the package webgpu is not what it was in version 0.6');
  const gpu = loaded.create([]);
  for (const [name, value] of Object.entries(loaded.globals)) {
    if (!(name in globalThis))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const navigator: unknown = Reflect.get(globalThis, 'navigator');
  if (typeof navigator === 'object' && navigator !== null) {
    Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  } else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  return gpu;
}

function isGpu(value: unknown): value is Gpu {
  return typeof value === 'object' && value !== null && 'requestAdapter' in value;
}

function isGpuPackage(value: unknown): value is GpuPackage {
  return typeof value === 'object' && value !== null && 'create' in value && 'globals' in value;
}
