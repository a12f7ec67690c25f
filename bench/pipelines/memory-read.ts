/** Reads a pipeline, and prints by how many bytes the process grew at its most. */
import { sklearnPipeline } from 'spillway/exchange';
import { peakMemory } from '../harness/machine.js';

const [, , file] = process.argv;
globalThis.gc?.();
const before = process.memoryUsage().rss;
const { peakMB } = await peakMemory(async () => sklearnPipeline(file));
console.log(peakMB * 2 ** 20 - before);
