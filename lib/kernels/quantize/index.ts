export { blockBounds, type Coding, codingOf, placesOf, RECORD as CODING_RECORD } from './coding.js';
export { type LinkedForest, linked } from './links.js';
export {
  CODE_SHIFT,
  fitsPadded,
  fitsWords,
  LANES,
  LEFT,
  type PaddedForest,
  padded,
  ROW_LANES,
  sideBySide,
  togetherTrees,
  wordOf,
} from './padded.js';
export { Coder } from './quantizer.js';
export { firstSetCode, writeRank } from './ranks.js';
export { BESIDE, Search } from './search.js';
export { BLOCK, type Questions, questionsOf } from './splitPredicates.js';
