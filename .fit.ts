import { gradientBoosting } from './lib/learners/index.js';
import { denseBlock } from './lib/blocks/index.js';
import { random } from './lib/stats/index.js';
const [rows, columns, classes, rounds, times] = process.argv.slice(2).map(Number);
const draw = random(1);
const values = Float32Array.from({ length: rows * columns }, () => draw.normal());
const labels = Int32Array.from({ length: rows }, (_, r) => Math.min(classes - 1, Math.max(0, Math.floor((values[r * columns] + 0.7 * draw.normal() + 2) / 4 * classes))));
const set = { blocks: [denseBlock(rows, columns, values)], rows, classes, labels };
const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e3; };
const each: number[] = [];
for (let i = 0; i < times; i++) { const s = used(); await gradientBoosting({ rounds }).fit(set, { seed: 1 }); each.push(used() - s); }
console.log(process.argv.slice(2).join(' '), 'ms', each.map((x) => x.toFixed(0)).join(' '), 'median', each.sort((a, b) => a - b)[times >> 1].toFixed(1));
