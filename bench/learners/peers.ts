import type { PeerUse } from '../harness/peers.js';
import { MINILM, SKLEARN, TRANSFORMERS } from '../peers/known.js';

const BESIDE_SKLEARN = [
  "time of a fit to 50,000 x 20 rows as a multiple of scikit-learn's",
  "AUC behind scikit-learn's",
  "calibration error above scikit-learn's",
  "processor time of a fit as a multiple of scikit-learn's",
  "log loss above scikit-learn's",
  "default accuracy behind the better of scikit-learn's",
  "accuracy by default behind LogisticRegressionCV's",
];
const ENCODED = [
  "as a multiple of scikit-learn's, 3,600 glosses: words, characters, embedding",
  "default accuracy behind the better of scikit-learn's, glosses",
  "default accuracy behind the better of scikit-learn's, mail",
];

/** What learners are measured beside. */
export const peers = (): readonly PeerUse[] => [
  { peer: SKLEARN, checks: BESIDE_SKLEARN },
  { peer: MINILM, checks: ENCODED },
  { peer: TRANSFORMERS, checks: ENCODED },
];
