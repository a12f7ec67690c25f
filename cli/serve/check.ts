import { checkModels, type ModelCheck, type ServeOptions } from '../../entries/serve.js';
import type { Result } from '../command.js';
import { DONE, FAILED } from '../exitCodes.js';

/** Checks a directory instead of serving it: before a rollout, such as in CI. */
export async function checkDirectory(options: ServeOptions): Promise<Result> {
  const models = await checkModels({ ...options, onEvent: () => {} });
  const wrong = models.filter(({ problem }) => problem !== '').length;
  const isRight = models.length > 0 && wrong === 0;
  const summary =
    models.length === 0
      ? `there is no model in ${options.directory}: expected NAME/VERSION/model.cascade with its features.js`
      : `${models.length} checked, ${wrong === 0 ? 'nothing is wrong' : `${wrong} wrong`}`;
  return {
    json: { right: isRight, models },
    text: [...models.map(lineOf), summary].join('\n'),
    code: isRight ? DONE : FAILED,
  };
}

function lineOf({ name, version, problem, verdict, rows }: ModelCheck): string {
  const at = version === '' ? name : `${name}/${version}`;
  if (problem !== '') return `${at}: ${problem}`;
  const answered = rows === 0 ? 'unchecked: its file has no rows' : `${rows} rows of its file answered`;
  return `${at}: ${verdict}, ${answered}`;
}
