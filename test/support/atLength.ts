/** What a law takes: `short` in `npm test`, `long` in `npm run test:long`. Often a number of trials. */
export function atLength<T>(short: T, long: T): T {
  return process.env.TEST_AT_LENGTH === undefined ? short : long;
}
