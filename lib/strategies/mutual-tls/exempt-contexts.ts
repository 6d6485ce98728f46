import { normalizedPath } from '../../http/request-path.js';
import { rejected } from '../strategy.js';
import type { FindCaller } from './caller.js';

const AMBIGUOUS_PATH = rejected('ambiguous_path');

/**
 * One way to find the caller below certain paths, and another one everywhere else.
 *
 * @param contexts - beginnings of paths, in lower case and without a slash at the end.
 */
export function exceptBelow(contexts: readonly string[], below: FindCaller, elsewhere: FindCaller): FindCaller {
  if (contexts.length === 0) return elsewhere;
  return (read) => {
    const [exempt, other] = [below(read), elsewhere(read)];
    return (request) => {
      // A path that another hop may read as another one must not choose who the caller is.
      const path = normalizedPath(request.url ?? '');
      if (path === undefined) return AMBIGUOUS_PATH;
      return isBelow(path.toLowerCase(), contexts) ? exempt(request) : other(request);
    };
  };
}

/** In any case: Express's routes do not tell cases apart. */
function isBelow(path: string, contexts: readonly string[]): boolean {
  return contexts.some((context) => path === context || path.startsWith(`${context}/`));
}
