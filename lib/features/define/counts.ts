import { checkKeys } from '../../check.js';
import type { Feature } from './feature.js';
import { TERM_OPTIONS, type TermOptions } from './termOptions.js';
import { terms } from './terms.js';
import type { Source } from './view.js';

/**
 * How often each word or character n-gram occurs in a text: a sparse block, rows x terms.
 *
 * @param source a function from a row to its text, or a {@link Transform} that has it
 * @throws OptionError naming the option that is out of its range.
 * @example
 * counts((mail: Mail) => mail.subject, { minDf: 2 });
 */
export function counts<Row>(source: Source<Row, string>, options: TermOptions = {}): Feature<Row> {
  checkKeys(options, TERM_OPTIONS);
  return terms('counts', source, options, { sublinear: false, idf: false, normalise: false });
}
