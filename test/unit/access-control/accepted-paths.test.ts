import { ACCEPTED_PATH } from '../../../lib/access-control/accepted-paths.js';
import { ACCEPTED_PATHS } from '../../../lib/access-control/route-paths.js';

const asExpression = new RegExp(`^(?:${ACCEPTED_PATH})$`);

describe('the paths that rules are checked against', () => {
  it.each([
    ['/', true],
    ['/queues', true],
    ['/queues/.well-known/a..b', true],
    ['/ÿ/𝒳/~', true],
    ['', false],
    ['queues', false],
    ['/queues/', false],
    ['//', false],
    ['/a//b', false],
    ['/.', false],
    ['/a/../b', false],
    ['/a%2fb', false],
    ['/a\\b', false],
    ['/a\nb', false],
    ['/a\n', false],
    ['/a\x7f', false],
  ])('are the same for protected mounts and for rules: %j', (path, isAccepted) => {
    expect([asExpression.test(path), ACCEPTED_PATHS.accepts(path)]).toEqual([isAccepted, isAccepted]);
  });
});
