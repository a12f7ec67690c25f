import { transformersModel } from '../../../../../entries/full.js';
import { loadRuntime } from '../../../../../lib/models/full/onnx/runtime.js';
import { type Load, loadPackage } from '../../../../../lib/util/packages.js';

/** Loads copies of ONNX Runtime one after the other, in a process of its own, and prints what became of each. */

const [, , folder, order] = process.argv;

/** Another release in place of the package onnxruntime-node; transformers.js keeps its own. */
const other: Load = (name, of) => loadPackage(of === undefined ? 'onnxruntime-other' : name, of);

const steps: Readonly<Record<string, () => Promise<unknown>>> = {
  other: () => loadPackage('onnxruntime-other'),
  transformers: () => transformersModel(folder),
  shared: async () => {
    const { InferenceSession } = await loadRuntime(undefined, other);
    return InferenceSession.create(`${folder}/onnx/model.onnx`);
  },
};

const outcomes: unknown[] = [];
for (const step of order.split(',')) {
  try {
    await steps[step]();
    outcomes.push('loaded');
  } catch (error) {
    const { code, message } = Object(error);
    outcomes.push({ code, message });
  }
}
console.log(JSON.stringify(outcomes));
