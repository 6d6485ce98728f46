import { type AccessRule, compileRules } from '../../../lib/access-control/access-rule.js';
import { PathRules } from '../../../lib/access-control/path-rules.js';
import { RuleSet } from '../../../lib/access-control/rule-set.js';
import { compilerFor, inWords } from '../plan/compiling.js';

const compile = (rules: AccessRule[], syntax: 'glob' | 'regex' = 'glob') => compileRules(rules, syntax, (index) => `rules[${index}]`);
const context = { compiler: compilerFor(), schemes: ['sts'] };

it('a decision is remembered for its own path and method only', () => {
  const rules = new RuleSet(
    compile([
      { context: '/a/b', secured: false },
      { context: '/a/*', secured: true, httpMethod: 'GET' },
    ]),
  );
  const found = (method: string, path: string) => rules.find(method, path)?.index;
  const asked: [string, string][] = [
    ['GET', '/a/b'],
    ['GET', '/a/bc'],
    ['GET', '/a/b/c'],
    ['GET', '/a'],
    ['POST', '/a/bc'],
    ['POST', '/a/b'],
  ];
  const once = asked.map(([method, path]) => found(method, path));
  expect(once).toEqual([0, 1, 1, 1, undefined, 0]);
  expect(asked.map(([method, path]) => found(method, path))).toEqual(once);
});

it('a decision is remembered for the whole of a long path', () => {
  const rules = new RuleSet(
    compile([
      { context: `/${'a'.repeat(2000)}b`, secured: false },
      { context: '/*', secured: true },
    ]),
  );
  const found = (end: string) => rules.find('GET', `/${'a'.repeat(2000)}${end}`)?.index;
  expect([found('b'), found('c'), found('bc'), found('b')]).toEqual([0, 1, 1, 0]);
});

it('a decision depends on case where another rule would match the other spelling', async () => {
  const rules = new RuleSet(
    compile([
      { context: '/a/Secret/*', secured: true, httpMethod: 'GET' },
      { context: '/*', secured: false },
    ]),
  );
  const paths = ['/a/Secret', '/a/secret', '/A/SECRET/x', '/a/other', '/é'];
  expect(paths.map((path) => rules.dependsOnCase('GET', path))).toEqual([false, true, true, false, false]);
  expect(rules.dependsOnCase('POST', '/a/secret')).toBe(false);
  const accented = new RuleSet(compile([{ context: '/caf[é]', secured: true }], 'regex'));
  expect(accented.dependsOnCase('GET', '/CAFÉ')).toBe(true);
  const plans = await PathRules.compile(accented.rules, { kind: 'open', source: 'default access' }, context);
  expect(['/CAFÉ', '/café'].map((path) => plans.dependsOnCase('GET', path))).toEqual([true, false]);
});

it.each([
  [['none', '/permission/admin'], 'rule 0: sts[/permission/admin]'],
  [['/permission/admin', 'NONE'], 'rule 0: sts[/permission/admin]'],
  [['none'], 'rule 0: sts'],
])('"none" beside a permission drops nothing: %j', async (permissions, expected) => {
  const rules = compile([{ context: '/a', secured: true, permissions }]);
  const plans = await PathRules.compile(rules, { kind: 'open', source: 'default access' }, context);
  expect(inWords(plans.planFor('GET', '/a'))).toBe(expected);
});

it('each rule is decided by its own plan, wherever it stands', async () => {
  const [, second, third] = compile(['/a', '/b', '/c'].map((each) => ({ context: each, secured: true })));
  const rules = [third, second].flatMap((each) => each ?? []);
  const plans = await PathRules.compile(rules, { kind: 'open', source: 'default access' }, context);
  expect(['/a', '/b', '/c'].map((path) => inWords(plans.planFor('GET', path)))).toEqual([
    'default access: open',
    'rule 1: sts',
    'rule 2: sts',
  ]);
});

it('exceptions of a route are found where no example would show them', async () => {
  const rules = compile(
    [
      { context: '/o/[0-9]{4}-[a-f]+', secured: true },
      { context: '/o/.+', secured: false },
    ],
    'regex',
  );
  const plans = await PathRules.compile(rules, { kind: 'open', source: 'default access' }, context);
  expect(plans.plansFor('GET', '/o/:id').map(({ source }) => source)).toEqual(['rule 1', 'rule 0']);
  expect(plans.plansFor('GET', '/p/:id').map(({ source }) => source)).toEqual(['default access']);
});

it('the rules of a route are those for its method', async () => {
  const rules = compile([
    { context: '/o/mine', secured: true, httpMethod: 'POST' },
    { context: '/o/*', secured: true, httpMethod: 'PUT' },
    { context: '/o/*', secured: false, httpMethod: ['GET', 'POST'] },
  ]);
  const plans = await PathRules.compile(rules, { kind: 'denied', source: 'default access' }, context);
  const sources = (method: string) => plans.plansFor(method, '/o/:id').map(({ source }) => source);
  expect([sources('GET'), sources('POST'), sources('DELETE')]).toEqual([['rule 2'], ['rule 2', 'rule 0'], ['default access']]);
});

it.each<[string, AccessRule[], string[]]>([
  [
    'after one for more paths',
    [
      { context: '/a/*', secured: true },
      { context: '/a/b', secured: false },
    ],
    ['/a/b'],
  ],
  [
    'after one for the same path',
    [
      { context: '/a', secured: true },
      { context: '/a', secured: false },
    ],
    ['/a'],
  ],
  [
    'after one for fewer paths',
    [
      { context: '/a/b', secured: true },
      { context: '/a/*', secured: false },
    ],
    [],
  ],
  [
    'after one that has an example of its paths',
    [
      { context: '/a', secured: true },
      { context: '/a/*', secured: false },
    ],
    [],
  ],
  [
    'before one for more paths',
    [
      { context: '/a/b', secured: false },
      { context: '/a/*', secured: true },
    ],
    [],
  ],
  [
    'after one for some of its methods',
    [
      { context: '/*', secured: true, httpMethod: ['GET', 'POST'] },
      { context: '/a', secured: false, httpMethod: ['POST', 'PUT'] },
    ],
    [],
  ],
  [
    'after one for all of its methods',
    [
      { context: '/*', secured: true, httpMethod: ['GET', 'POST', 'PUT'] },
      { context: '/a', secured: false, httpMethod: ['POST', 'PUT'] },
    ],
    ['/a'],
  ],
  [
    'after one for other methods',
    [
      { context: '/*', secured: true, httpMethod: 'GET' },
      { context: '/a', secured: false, httpMethod: 'PUT' },
    ],
    [],
  ],
  [
    'for every method, after one for GET',
    [
      { context: '/*', secured: true, httpMethod: 'GET' },
      { context: '/a', secured: false },
    ],
    [],
  ],
  [
    'after one for every method',
    [
      { context: '/*', secured: true },
      { context: '/a', secured: false, httpMethod: 'GET' },
    ],
    ['/a'],
  ],
  [
    'that no request can match, after one for all paths',
    [
      { context: '/*', secured: true },
      { context: '/a//b', secured: false },
    ],
    [],
  ],
])('a rule never decides %s, or it does, and the operator is told', async (_, given, dead) => {
  const plans = await PathRules.compile(compile(given), { kind: 'open', source: 'default access' }, context);
  expect(plans.warnings()).toEqual(dead.map((each) => `rules[1] (${each}) never decides: rules[0] (${given[0]?.context}) matches first.`));
});

it('all plans are those of the rules, and the one where none matches', async () => {
  const rules = compile([
    { context: '/a', secured: true },
    { context: '/b', secured: false },
  ]);
  const plans = await PathRules.compile(rules, { kind: 'denied', source: 'default access' }, context, ['A note.']);
  expect(plans.all.map(inWords)).toEqual(['rule 0: sts', 'rule 1: open', 'default access: denied']);
  expect([plans.size, plans.warnings()]).toEqual([2, ['A note.']]);
});
