import { loadBatchModel } from '../model/index.js';
import { serveUnits } from './serveUnits.js';

/** The program of a worker process. */
serveUnits(loadBatchModel);
