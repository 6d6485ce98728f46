import { loadPathRules } from '../../../lib/access-control/load-rules.js';
import { AuthConfigurationError } from '../../../lib/errors.js';
import type { ProtectedPlan } from '../../../lib/plan/plan.js';
import { withoutHelp } from '../../support/without-help.js';
import { compilerFor, inWords } from '../plan/compiling.js';

const context = { compiler: compilerFor(), schemes: ['sts', 'users'], defaultAuth: undefined };
const load = (option: unknown) => loadPathRules(option, context);
const problemsOf = (option: unknown) => problemsIn(load(option));
const problemsIn = async (loading: Promise<unknown>) => {
  const error = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AuthConfigurationError)) throw new Error(`No configuration error: ${error}`);
  return withoutHelp(error).split('\n');
};

const loadToml = (text: string, rest = {}) => loadPathRules({ file: 'FILE', ...rest }, context, text);
const problemsOfToml = (text: string) => problemsIn(loadToml(text));

const rule = (...lines: string[]) => ['[[resource.access_control]]', ...lines, ''].join('\n');

describe('a deployment.toml', () => {
  it('leaves what no rule matches to defaultAuth, unless it says itself what happens there', async () => {
    const [text, settings] = [rule('context = "/a"', 'secure = true'), '[resource_access_control]\ndefault_access_allow = '];
    const loaded = (more: string) => loadPathRules({ file: 'FILE' }, { ...context, defaultAuth: ['users'] }, more + text);
    const told = (rules: Awaited<ReturnType<typeof loaded>>) => [inWords(rules.planFor('GET', '/b')), ...rules.warnings()];
    expect(told(await loaded(''))).toEqual(['default: users']);
    const without = (access: string) => `defaultAuth has no effect: where no access rule matches, the default access (${access}) applies.`;
    expect(told(await loaded(`${settings}true\n`))).toEqual(['default access: open', without('allow')]);
    expect(told(await loaded(`${settings}false\n`))).toEqual(['default access: sts | users', without('deny')]);
  });

  it.each([
    ['secure', 'scopes'],
    ['secured', 'scope'],
  ])('may write %s and %s', async (secured, scopes) => {
    const rules = await loadToml(rule('context = "/a"', `${secured} = true`, 'http_method = "GET, HEAD"', `${scopes} = ["s1", "s2"]`));
    expect(inWords(rules.planFor('GET', '/a'))).toBe('rule 0: sts[all s1 s2] | users[all s1 s2]');
    expect(inWords(rules.planFor('POST', '/a'))).toBe('default access: sts | users');
  });

  it('may have everything, and the sections of others', async () => {
    const rules = await loadToml(
      `[server]\nhostname = "localhost"\n[resource_access_control]\ndefault_access_allow = true\n${rule('context = "/a/*"', 'secure = true', 'http_method = "all"', 'permissions = ["/permission/admin/login"]', 'scopes = ["none"]', 'allowed_auth_handlers = ["users"]')}`,
    );
    expect(inWords(rules.planFor('DELETE', '/a/b'))).toBe('rule 0: users[/permission/admin/login]');
    expect(inWords(rules.planFor('GET', '/b'))).toBe('default access: open');
  });

  it('may require permissions and scopes that are none', async () => {
    const rules = await loadToml(rule('context = "/a"', 'secure = true', 'permissions = ["none"]', 'scopes = ["none"]'));
    expect(inWords(rules.planFor('GET', '/a'))).toBe('rule 0: sts | users');
  });

  it('may require roles and claims', async () => {
    const line = 'claims = { dept = "sales", level = { any = [1, 2] } }';
    const rules = await loadToml(
      rule('context = "/a"', 'secure = true', 'roles = ["clerk", "manager"]', line, 'allowed_auth_handlers = ["sts"]'),
    );
    const plan = rules.planFor('GET', '/a') as ProtectedPlan;
    expect(plan.steps[0].requirements.demands.map(({ field, described }) => [field, described])).toEqual([
      ['roles', { all: ['clerk', 'manager'] }],
      ['claims', { dept: 'sales', level: { any: [1, 2] } }],
    ]);
  });

  it.each([
    ['roles = []', 'FILE line 1, resource.access_control[0].roles: is empty. Name at least one, or leave the field out to require none.'],
    [
      'claims = {}',
      'FILE line 1, resource.access_control[0].claims: is empty. Name at least one claim, or leave the field out to require none.',
    ],
    ['claims = "sales"', 'FILE line 1, resource.access_control[0].claims: must be an object, not a string'],
    ['acr = "mfa"', 'FILE line 1, resource.access_control[0].acr: cannot be required of callers of sts, users'],
    ['acr = ["phr", "mfa"]', 'FILE line 1, resource.access_control[0].acr: cannot be required of callers of sts, users'],
    ['acr = 2', 'FILE line 1, resource.access_control[0].acr: must be a value of acr or a list of values'],
    ['max_auth_age = 300', 'FILE line 1, resource.access_control[0].max_auth_age: cannot be required of callers of sts, users'],
    ['authorizers = ["Owner"]', 'FILE line 1, resource.access_control[0].authorizers: is not a known field.'],
  ])('may not demand %s', async (line, message) => {
    await expect(loadToml(rule('context = "/a"', 'secure = true', line))).rejects.toThrow(message);
  });

  it('may write contexts as WSO2 does', async () => {
    const rules = await loadToml(rule(`context = '(.*)/api/(?!x)(.*)'`, 'secured = false'), { contextSyntax: 'regex' });
    expect(inWords(rules.planFor('GET', '/t/a/api/y'))).toBe('rule 0: open');
    expect(inWords(rules.planFor('GET', '/t/a/api/x'))).toBe('default access: sts | users');
  });

  it.each([
    ['a syntax error', '[[resource.access_control]]\ncontext = "/a\n', /^FILE line 2: is not TOML: /],
    [
      'an unknown key',
      `\n${rule('context = "/a"', 'secure = true', 'http_methods = "GET"')}`,
      'FILE line 2, resource.access_control[0].http_methods: is not a known field. Did you mean "http_method"?',
    ],
    [
      'a missing secured',
      rule('context = "/a"', 'secure = true') + rule('context = "/b"'),
      'FILE line 4, resource.access_control[1].secured: is required: true or false.',
    ],
    [
      'two spellings',
      rule('context = "/a"', 'secure = true', 'secured = false'),
      'FILE line 1, resource.access_control[0].secure: says the same as "secured". Keep one of them.',
    ],
    [
      'a method that is none',
      rule('context = "/a"', 'secure = true', 'http_method = "GE"'),
      'FILE line 1, resource.access_control[0].http_method: "GE" is not a method. Did you mean "GET"?',
    ],
    [
      'a handler that is not known',
      rule('context = "/a"', 'secure = true', 'allowed_auth_handlers = ["OAuth"]'),
      'FILE line 1, resource.access_control[0].allowed_auth_handlers[0]: "OAuth" is not a known scheme. Known: sts, users.',
    ],
    [
      'a table instead of a list',
      '[resource.access_control]\ncontext = "/a"',
      'FILE resource.access_control: is a list of tables: write [[resource.access_control]]',
    ],
    [
      'a context of the other syntax',
      rule(`context = '(.*)/api/(.*)'`, 'secure = true'),
      'FILE line 1, resource.access_control[0].context: "(.*)/api/(.*)" is not a glob. Write one such as "/api/*", or set contextSyntax: \'regex\' for regular expressions.',
    ],
  ])('with %s is refused, and says where', async (_, text, message) => {
    const [first] = await problemsOfToml(text);
    if (typeof message === 'string') expect(first).toBe(message);
    else expect(first).toMatch(message);
  });

  it('tells the mistakes of all its rules', async () => {
    const broken = [
      rule('context = "a"', 'secure = true'),
      rule('context = "/b"', 'secure = true', 'http_method = "GE"'),
      rule('context = "/c"', 'secure = true', 'secured = true'),
      rule('context = "/d"'),
    ];
    expect(await problemsOfToml(broken.slice(0, 2).join(''))).toEqual([
      expect.stringMatching(/^FILE line 1, resource.access_control\[0\].context: /),
      'FILE line 4, resource.access_control[1].http_method: "GE" is not a method. Did you mean "GET"?',
    ]);
    expect(await problemsOfToml(broken.slice(2).join(''))).toEqual([
      'FILE line 1, resource.access_control[0].secure: says the same as "secured". Keep one of them.',
      'FILE line 5, resource.access_control[1].secured: is required: true or false.',
    ]);
  });

  it('names no line where rules have no headers', async () => {
    const [first] = await problemsOfToml('resource.access_control = [{ context = "/a" }]');
    expect(first).toBe('FILE resource.access_control[0].secured: is required: true or false.');
  });

  it('keeps what JavaScript says of an expression', async () => {
    const loading = loadToml(rule(`context = '/a('`, 'secure = true'), { contextSyntax: 'regex' });
    await expect(loading).rejects.toMatchObject({ cause: expect.any(SyntaxError) });
  });

  it('names the lines of dead rules', async () => {
    const rules = await loadToml(rule('context = "/a/*"', 'secure = true') + rule('context = "/a/b"', 'secure = false'));
    expect(rules.warnings()).toEqual([
      'line 4, resource.access_control[1] (/a/b) never decides: line 1, resource.access_control[0] (/a/*) matches first.',
    ]);
  });
});

describe('rules in the options', () => {
  const a = { context: '/a', secured: true };

  it.each([
    ['deny', undefined, 'default access: sts | users'],
    ['deny', ['users'], 'default access: sts | users'],
    ['allow', ['users'], 'default access: open'],
    [undefined, undefined, 'default access: sts | users'],
    [undefined, ['users'], 'default: users'],
    [undefined, false, 'default: open'],
  ])('leave the rest to defaultAccess %s and defaultAuth %j', async (defaultAccess, defaultAuth, expected) => {
    const option = { rules: [a], ...(defaultAccess && { defaultAccess }) };
    const rules = await loadPathRules(option, { ...context, defaultAuth: defaultAuth as string[] | false | undefined });
    expect(inWords(rules.planFor('GET', '/b'))).toBe(expected);
    expect(inWords(rules.planFor('GET', '/a'))).toBe('rule 0: sts | users');
  });

  it.each([
    [{ rules: [{ ...a, scope: ['x'] }] }, 'rules[0].scope: is not a known field. Did you mean "scopes"?'],
    [{ rules: [{ context: '/a' }] }, 'rules[0].secured: has no value: it must be a boolean.'],
    [
      { rules: [{ ...a, secured: false, scopes: ['x'] }] },
      'rules[0].secured: is false, but the rule has requirements. Set it to true, or remove the requirements.',
    ],
    [
      { rules: [{ ...a, secured: false, allowedAuthHandlers: ['sts'] }] },
      'rules[0].secured: is false, but the rule has requirements. Set it to true, or remove the requirements.',
    ],
    [
      { rules: [{ ...a, allowedAuthHandlers: ['sts', 'anonymous'] }] },
      'rules[0].allowedAuthHandlers[1]: "anonymous" admits requests without credentials, and a secured rule refuses them. Remove it, or declare optional authentication with @ServiceAuth or @ResourceAuth.',
    ],
    [
      { rules: [{ ...a, scopes: ['a b'] }] },
      'rules[0].scopes.all[0]: "a b" is not a scope: a scope has no spaces, quotes or backslashes. Write several as a list.',
    ],
    [
      { rules: [{ ...a, permissions: ['/a/../b'] }] },
      'rules[0].permissions[0]: "/a/../b" has a segment of dots: write the permission that is meant.',
    ],
    [
      { rules: [{ ...a, httpMethod: ['all', 'GET'] }] },
      'rules[0].httpMethod: lists "all" beside other methods. Write "all" alone, or the methods.',
    ],
    [
      { rules: [{ ...a, allowedAuthHandlers: [] }] },
      'rules[0].allowedAuthHandlers: is empty, so every request would be refused. Omit it to allow every scheme.',
    ],
    [{ rules: [a], defaultAcces: 'deny' }, 'defaultAcces: is not a known field. Did you mean "defaultAccess"?'],
    [{ rules: [a], contextSyntax: 'ant' }, 'contextSyntax: must be "glob" or "regex"'],
    [{}, 'rules: has no value: it must be a list.'],
  ])('are checked: %j', async (option, message) => {
    expect(await problemsOf(option)).toEqual([`AuthModule options.resourceAccessControl.${message}`]);
  });

  it.each(['scopes', 'roles', 'permissions', 'claims', 'acr', 'maxAuthAge'])(
    'have a value in %s where they have the field',
    async (field) => {
      expect(await problemsOf({ rules: [{ ...a, [field]: undefined }] })).toEqual([
        expect.stringMatching(`^AuthModule options.resourceAccessControl.rules\\[0\\].${field}: has no value: it must be `),
      ]);
    },
  );

  it.each([5, 'rules', null, true, () => undefined])('are no %j', async (option) => {
    expect(await problemsOf(option)).toEqual([expect.stringMatching(/^AuthModule options\.resourceAccessControl: must be an object/)]);
  });

  it('name every scheme that is not known', async () => {
    const rules = [
      { ...a, allowedAuthHandlers: ['stz', 'sts', 'user'] },
      { ...a, allowedAuthHandlers: ['OAuth'] },
    ];
    expect(await problemsOf({ rules })).toEqual([
      'AuthModule options.resourceAccessControl.rules[0].allowedAuthHandlers[0]: "stz" is not a known scheme. Did you mean "sts"?',
      'AuthModule options.resourceAccessControl.rules[0].allowedAuthHandlers[2]: "user" is not a known scheme. Did you mean "users"?',
      'AuthModule options.resourceAccessControl.rules[1].allowedAuthHandlers[0]: "OAuth" is not a known scheme. Known: sts, users.',
    ]);
  });

  it('must leave a scheme to answer', async () => {
    await expect(loadPathRules({ rules: [a] }, { ...context, schemes: [] })).rejects.toThrow('no scheme is declared');
  });
});

describe('the rules of a route with parameters', () => {
  const words = async (contexts: readonly string[], pattern: string, contextSyntax = 'glob') => {
    const rules = await load({ contextSyntax, rules: contexts.map((each) => ({ context: each, secured: true })) });
    return rules.plansFor('GET', pattern).map(({ source }) => source);
  };

  it.each<[string, string[], string, string[]]>([
    ['one rule for all values', ['/users/*'], '/users/:id', ['rule 0']],
    ['a rule for one value', ['/users/me', '/users/*'], '/users/:id', ['rule 1', 'rule 0']],
    ['nothing else but one value', ['/users/me'], '/users/:id', ['default access', 'rule 0']],
    ['a rule for the usual values alone', ['/users/x*'], '/users/:id', ['rule 0', 'default access']],
    ['a rule for what others leave', ['/users/*', '/users/me'], '/users/:id', ['rule 0']],
    ['rules for several parameters', ['/o/acme/*', '/o/*/admin', '/o/*'], '/o/:org/:user', ['rule 2', 'rule 0', 'rule 1']],
    ['a rule below a wildcard', ['/files/secret/*', '/files/*'], '/files/*path', ['rule 1', 'rule 0']],
    ['no rule for more segments than the route has', ['/users/*/keys'], '/users/:id', ['default access']],
    ['an optional parameter', ['/opt', '/opt/*'], '/opt{/:x}', ['rule 1', 'rule 0']],
    ['a route without parameters', ['/users/me', '/users/*'], '/users/me', ['rule 0']],
  ])('are found: %s', async (_, contexts, pattern, expected) => {
    expect(await words(contexts, pattern)).toEqual(expected);
  });

  it('are found for regular expressions', async () => {
    expect(await words(['/users/\\d+', '(.*)/users/(?!root)(.*)', '(.*)'], '/users/:id', 'regex')).toEqual(['rule 1', 'rule 0', 'rule 2']);
  });
});
