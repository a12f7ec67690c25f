import { readFileSync } from 'node:fs';
import { tableFromIPC } from 'apache-arrow';
import { Cascade } from 'spillway';
import { tableRows } from 'spillway/data';
import { flightsFeatures } from '../flightsModel.js';

/** A plain program that predicts: the rows of an Arrow file, whose answers stay in memory. */

const [model, file] = process.argv.slice(2);
const cascade = await Cascade.load(model, { features: flightsFeatures });
const { labels } = await cascade.predict(tableRows(tableFromIPC(readFileSync(file))));
console.log(labels.length);
