import { compileContext } from '../../../../lib/access-control/pattern/context-pattern.js';
import { findPath } from '../../../../lib/access-control/pattern/find-path.js';

const automatonOf = (source: string) => compileContext(source, 'regex').automaton;

describe('a path that is found', () => {
  it.each([
    ['/[!-~]', '/x'],
    ['/[^/]+', '/x'],
    ['/.', '/x'],
    ['/\\d', '/7'],
    ['/[A-F]', '/A'],
  ])('is one that can be read: for %s', (source, path) => {
    expect(findPath([automatonOf(source)])).toEqual({ path });
  });

  it.each([
    ['/[^/]+', '/[a-z]', '/7'],
    ['/[^/\\x00-\\x1f]+', '/[a-z]+', '/7'],
    ['/[!-~]', '/[a-z0-9]', '/A'],
    ['/[!-~]', '/[A-Z0-9]', '/x'],
  ])('is one that can be read: for %s without %s', (source, other, path) => {
    expect(findPath([automatonOf(source)], [automatonOf(other)])).toEqual({ path });
  });
});
