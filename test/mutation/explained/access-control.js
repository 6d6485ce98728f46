/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'access-control/coverage.ts',
    code: "found.path === undefined ? '' :",
    change: 'false',
    why: 'A message at boot then has an example that says nothing.',
  },
  {
    file: 'access-control/coverage.ts',
    code: 'first?.label',
    change: 'first.label',
    why: 'It is called with places that were found.',
  },
  {
    file: 'access-control/coverage.ts',
    code: 'segments.slice(index + 1)',
    change: 'index - 1',
    why: 'Another route is suggested for a rule about "/" alone.',
  },
  {
    file: 'access-control/http-method.ts',
    code: "inner !== 'all'",
    change: 'true',
    why: 'The letters of "all" are no methods, and a set of methods has none of them.',
  },
  {
    file: 'access-control/protected-mounts.ts',
    code: 'this.context !== undefined',
    change: 'true',
    why: 'Without a context nothing is compiled: the mount has no plan, and refuses every request.',
  },
  {
    file: 'access-control/route-paths.ts',
    code: 'behindGroups: Term[] = []',
    change: 'Stryker was here',
    why: 'From the end, each group is closed before it is opened: what was at the bottom of the list is never taken.',
  },
  {
    file: 'access-control/rule-set.ts',
    code: 'known !== undefined',
    change: 'false',
    why: 'The rules are asked again, which takes longer, and the decision is the same.',
  },
  {
    file: 'access-control/surface-catalog.ts',
    code: 'this.rawRoutes.list(routes).length === 0',
    change: 'false',
    why: 'A module is loaded, and reports nothing.',
  },
  {
    file: 'access-control/surface.ts',
    code: 'paths.every((path)',
    change: 'paths.some(',
    why: 'A raw route has one path.',
  },
  {
    file: 'access-control/pattern/automaton.ts',
    code: 'before[state] ?? []',
    change: 'Stryker was here',
    why: 'Every state has a list.',
  },
  {
    file: 'access-control/pattern/automaton.ts',
    code: '!this.live[state]',
    change: 'false',
    why: 'The rest of a path is read, which takes longer, and is not accepted.',
  },
  {
    file: 'access-control/pattern/automaton.ts',
    code: 'this.live[state] === true',
    change: 'true',
    why: 'A search goes on where nothing can be found, which takes longer.',
  },
  {
    file: 'access-control/pattern/char-classes.ts',
    code: 'code < ASCII',
    change: 'false',
    why: 'The class of a character is searched for, which takes longer.',
  },
  {
    file: 'access-control/pattern/char-set.ts',
    code: '(sum, [first, last]) => sum + last - first + 1',
    change: '() => undefined',
    why: 'The letters of larger sets are looked at, too, which takes longer.',
  },
  {
    file: 'access-control/pattern/char-set.ts',
    code: 'sum + last - first + 1',
    change: 'sum + last - first - 1',
    why: 'The letters of slightly larger sets are looked at, too.',
  },
  {
    file: 'access-control/pattern/regex-language.ts',
    code: "default:\n      throw unsupported(element, 'is not supported');",
    why: 'The parser makes no other element for an expression without the flag v.',
  },
];
