/** What features' modules of tests import, instead of the built package. */
export { column, counts, define, dense, oneHot, tfidf, transform } from '../../lib/features/define/index.js';
