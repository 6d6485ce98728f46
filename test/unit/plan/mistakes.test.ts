import { AuthConfigurationError } from 'nest-service-auth';
import { fieldsInWords } from '../../../lib/requirements/every-requirement.js';
import { inWords, Known, planFor, Stranger, type Written } from './compiling.js';

const onResource = 'Orders.list (GET /orders) @ResourceAuth.auth';
const onService = 'Orders @ServiceAuth.auth';

class AdminEntry {
  readonly scheme = 'sts';
  get scopes() {
    return 'admin';
  }
}

describe('a mistake stops the boot', () => {
  const nothingToInherit = (why: string) =>
    `${onResource}: has requirements but no entries to inherit: ${why}. Name the schemes here, or in @ServiceAuth.`;

  it.each<[string, Written, string]>([
    ['requirements alone', { resource: { scopes: 'a' } }, nothingToInherit('neither a service nor defaultAuth declares any')],
    [
      'requirements on an open service',
      { resource: { scopes: 'a' }, service: false },
      nothingToInherit('the service is open (auth: false)'),
    ],
    [
      'requirements on an open default',
      { resource: { scopes: 'a' }, defaultAuth: false },
      nothingToInherit('the default is open (auth: false)'),
    ],
    [
      'no entries',
      { resource: [] },
      `${onResource}: is an empty list, so every request would be refused. Name a scheme, or write false for an open route.`,
    ],
    [
      'no entries of the service',
      { service: [] },
      `${onService}: is an empty list, so every request would be refused. Name a scheme, or write false for an open route.`,
    ],
    [
      'no entries of the default, even if no route needs it',
      { resource: ['sts'], defaultAuth: [] },
      'AuthModule options.defaultAuth: is an empty list, so every request would be refused. Name a scheme, or write false for an open route.',
    ],
    [
      'an unknown scheme of the default, once',
      { defaultAuth: ['stz'] },
      'AuthModule options.defaultAuth[0]: "stz" is not a known scheme. Did you mean "sts"?',
    ],
    [
      'no requirements',
      { resource: {}, service: ['sts'] },
      `${onResource}: requires nothing. Name ${fieldsInWords()}, or leave the decorator out.`,
    ],
    [
      'an entry without its list',
      { resource: { scheme: 'sts' } },
      `${onResource}: must be a list of entries: put the entry between [ and ], or false for an open route.`,
    ],
    [
      'an allOf without its list',
      { resource: { allOf: ['sts', 'users'] }, service: ['sts'] },
      `${onResource}: must be a list of entries: put the entry between [ and ], or false for an open route.`,
    ],
    [
      'a config without its list',
      { resource: { tokenConfig: {} }, service: ['sts'] },
      `${onResource}: must be a list of entries: put the entry between [ and ], or false for an open route.`,
    ],
    [
      'a service’s entry without its list',
      { service: { scheme: 'sts' } },
      `${onService}: must be a list of entries: put the entry between [ and ], or false for an open route.`,
    ],
    ['a name without its list', { resource: 'sts' }, `${onResource}: must be a list of entries: ['sts'], or false for an open route.`],
    ['true', { resource: true }, `${onResource}: must be a list of entries, or false for an open route.`],
    ['null', { resource: null, service: ['sts'] }, `${onResource}: must be a list of entries, or false for an open route.`],
    ['null for a service', { service: null, defaultAuth: false }, `${onService}: must be a list of entries, or false for an open route.`],
    ['zero, which is not false', { service: 0 }, `${onService}: must be a list of entries, or false for an open route.`],
    ['an unknown scheme', { resource: ['stz'] }, `${onResource}[0]: "stz" is not a known scheme. Did you mean "sts"?`],
    ['an unknown scheme far from all', { service: ['ldap'] }, `${onService}[0]: "ldap" is not a known scheme. Known: sts, users.`],
    [
      'a scheme where there is none',
      { resource: ['sts'], schemes: {} },
      `${onResource}[0]: "sts" is not a known scheme. Declare it in AuthModule.forRoot({ schemes }).`,
    ],
    [
      'an unknown scheme with requirements',
      { resource: [{ scheme: 'user' }] },
      `${onResource}[0].scheme: "user" is not a known scheme. Did you mean "users"?`,
    ],
    ['a scheme that is no name', { resource: [{ scheme: 5 }] }, `${onResource}[0].scheme: must be the name of a scheme.`],
    [
      'a scheme of the language',
      { resource: ['constructor'] },
      `${onResource}[0]: "constructor" is not a known scheme. Known: sts, users.`,
    ],
    ['the prototype as a scheme', { resource: ['__proto__'] }, `${onResource}[0]: "__proto__" is not a known scheme. Known: sts, users.`],
    [
      'the prototype as a config',
      { resource: [JSON.parse('{"__proto__":{}}')] },
      `${onResource}[0].__proto__: is not a known config. Known: tokenConfig, usersConfig.`,
    ],
    [
      'a requirement of a prototype',
      { resource: [Object.assign(Object.create({ scopes: 'admin' }), { scheme: 'sts' })] },
      `${onResource}[0].scopes: is inherited. Write it in the entry itself, as a plain object.`,
    ],
    [
      'a requirement that a class computes',
      { service: [new AdminEntry()] },
      `${onService}[0].scopes: is inherited. Write it in the entry itself, as a plain object.`,
    ],
    [
      'a second way in, of a prototype',
      { resource: [Object.assign(Object.create({ allOf: ['sts', 'users'] }), { scheme: 'sts' })] },
      `${onResource}[0].allOf: is inherited. Write it in the entry itself, as a plain object.`,
    ],
    [
      'an unknown config',
      { resource: [{ tokensConfig: {} }] },
      `${onResource}[0].tokensConfig: is not a known config. Did you mean "tokenConfig"?`,
    ],
    [
      'two configs in an entry',
      { resource: [{ tokenConfig: {}, usersConfig: {} }] },
      `${onResource}[0].usersConfig: cannot be combined with "tokenConfig". An entry is one way to authenticate: write two entries, or { allOf: [...] } if both must accept.`,
    ],
    [
      'a config beside a scheme',
      { resource: [{ scheme: 'sts', tokenConfig: {} }] },
      `${onResource}[0].tokenConfig: cannot be combined with "scheme". An entry is one way to authenticate: write two entries, or { allOf: [...] } if both must accept.`,
    ],
    [
      'allOf beside a scheme',
      { resource: [{ scheme: 'sts', allOf: ['sts', 'users'] }] },
      `${onResource}[0].allOf: cannot be combined with "scheme". An entry is one way to authenticate: write two entries, or { allOf: [...] } if both must accept.`,
    ],
    [
      'a misspelt requirement',
      { resource: [{ scheme: 'sts', scope: 'a' }] },
      `${onResource}[0].scope: is not a known field. Did you mean "scopes"?`,
    ],
    [
      'a misspelt requirement of a config',
      { resource: [{ tokenConfig: {}, permission: 'a' }] },
      `${onResource}[0].permission: is not a known field. Did you mean "permissions"?`,
    ],
    [
      'a misspelt requirement alone',
      { resource: { scope: 'a' }, service: ['sts'] },
      `${onResource}.scope: is not a known field. Did you mean "scopes"?`,
    ],
    ['an empty entry', { resource: [{}] }, `${onResource}[0]: is empty. Known configs: tokenConfig, usersConfig.`],
    [
      'requirements in place of an entry',
      { resource: [{ scopes: 'a' }] },
      `${onResource}[0]: has requirements but no scheme. Add one, as in { scheme, scopes }.`,
    ],
    [
      'an entry that is none',
      { resource: [undefined] },
      `${onResource}[0]: must be the name of a scheme, { scheme }, { allOf } or an inline config.`,
    ],
    [
      'a list in a list',
      { resource: [['sts']] },
      `${onResource}[0]: must be the name of a scheme, { scheme }, { allOf } or an inline config.`,
    ],
    [
      'allOf of one',
      { resource: [{ allOf: ['sts'] }] },
      `${onResource}[0].allOf: combines one entry only. Write the entry itself, or add the other.`,
    ],
    ['allOf of none', { resource: [{ allOf: [] }] }, `${onResource}[0].allOf: must be a list of the entries that must all accept.`],
    [
      'allOf of an unknown',
      { resource: [{ allOf: ['sts', 'stz'] }] },
      `${onResource}[0].allOf[1]: "stz" is not a known scheme. Did you mean "sts"?`,
    ],
    [
      'no scopes',
      { resource: { scopes: [] }, service: ['sts'] },
      `${onResource}.scopes: is empty. Name at least one, or leave the field out to require none.`,
    ],
    [
      'no scope',
      { resource: { scopes: '' }, service: ['sts'] },
      `${onResource}.scopes: must not be empty. Name a scope, or leave the field out to require none.`,
    ],
    [
      'scopes in one string',
      { resource: { scopes: 'a b' }, service: ['sts'] },
      `${onResource}.scopes: "a b" is not a scope: a scope has no spaces, quotes or backslashes. Write several as a list.`,
    ],
    [
      'a scope that breaks out of a header',
      { resource: { scopes: ['a"'] }, service: ['sts'] },
      `${onResource}.scopes[0]: "a"" is not a scope: a scope has no spaces, quotes or backslashes. Write several as a list.`,
    ],
    [
      'any and all',
      { resource: { scopes: { any: ['a'], all: ['b'] } }, service: ['sts'] },
      `${onResource}.scopes: must be either { any: [...] } or { all: [...] }`,
    ],
    [
      'neither any nor all',
      { resource: { scopes: {} }, service: ['sts'] },
      `${onResource}.scopes: must be either { any: [...] } or { all: [...] }`,
    ],
    [
      'any of none',
      { resource: { scopes: { any: [] } }, service: ['sts'] },
      `${onResource}.scopes.any: is empty. Name at least one, or leave the field out to require none.`,
    ],
    [
      'scopes that were not set',
      { resource: { scopes: undefined }, service: ['sts'] },
      `${onResource}.scopes: has no value: it must be a scope, a list of scopes, { any: [...] } or { all: [...] }. An environment variable may be missing. Leave the field out if it is not wanted.`,
    ],
    [
      'scopes of a wrong kind',
      { resource: [{ scheme: 'sts', scopes: 5 }] },
      `${onResource}[0].scopes: must be a scope, a list of scopes, { any: [...] } or { all: [...] }, not a number`,
    ],
    [
      'no permissions',
      { resource: { permissions: [] }, service: ['sts'] },
      `${onResource}.permissions: is empty. Name at least one, or leave the field out to require none.`,
    ],
    [
      'permissions that were not set',
      { resource: { permissions: undefined }, service: ['sts'] },
      `${onResource}.permissions: has no value: it must be a permission or a list of permissions. An environment variable may be missing. Leave the field out if it is not wanted.`,
    ],
    ['an empty permission', { resource: { permissions: '' }, service: ['sts'] }, `${onResource}.permissions: must not be empty`],
    [
      'no authorizers',
      { resource: { authorizers: [] }, service: ['sts'] },
      `${onResource}.authorizers: is empty. Name at least one, or leave the field out to require none.`,
    ],
    [
      'an authorizer that is no class',
      { resource: { authorizers: [new Known()] }, service: ['sts'] },
      `${onResource}.authorizers[0]: must be a class that implements Authorizer, or { use: <the class>, args }`,
    ],
    [
      'an authorizer that is not provided',
      { resource: { authorizers: [Stranger] }, service: ['sts'] },
      `${onResource}.authorizers[0]: Stranger is not provided.`,
    ],
    [
      'an authorizer of an entry that is not provided',
      { resource: [{ scheme: 'sts', authorizers: [Known, Stranger] }] },
      `${onResource}[0].authorizers[1]: Stranger is not provided.`,
    ],
    ['a broken inline config', { resource: [{ tokenConfig: { broken: true } }] }, `${onResource}[0].tokenConfig.broken: must not be true`],
    [
      'a broken entry of the service, seen from a resource',
      { resource: { scopes: 'a' }, service: ['stz'] },
      `${onService}[0]: "stz" is not a known scheme. Did you mean "sts"?`,
    ],
    [
      'a broken scheme, once',
      { resource: ['sts'], schemes: { sts: { tokenConfig: { broken: true } } } },
      'schemes.sts.tokenConfig.broken: must not be true',
    ],
    [
      'a scheme of an unknown config',
      { resource: ['sts'], schemes: { sts: { tokenConfg: {} } } },
      'schemes.sts.tokenConfg: is not a known config. Did you mean "tokenConfig"?',
    ],
    [
      'a scheme with requirements',
      { resource: ['sts'], schemes: { sts: { tokenConfig: {}, scopes: 'a' } } },
      'schemes.sts.scopes: cannot be combined with "tokenConfig". Requirements belong where the scheme is used, not where it is declared.',
    ],
    [
      'a scheme with the name of another',
      { resource: ['sts'], schemes: { sts: { tokenConfig: {}, scheme: 'users' } } },
      'schemes.sts.scheme: cannot be combined with "tokenConfig". An entry is one way to authenticate: write two entries, or { allOf: [...] } if both must accept.',
    ],
    [
      'a scheme with a misspelt requirement',
      { resource: ['sts'], schemes: { sts: { tokenConfig: {}, scope: 'a' } } },
      'schemes.sts.scope: cannot be combined with "tokenConfig". Requirements belong where the scheme is used, not where it is declared.',
    ],
    [
      'a scheme with something else',
      { resource: ['sts'], schemes: { sts: { tokenConfig: {}, retries: 2 } } },
      'schemes.sts.retries: is not a known field. A scheme has one config and no other field.',
    ],
    ['an empty scheme', { resource: ['sts'], schemes: { sts: {} } }, 'schemes.sts: is empty. Known configs: tokenConfig, usersConfig.'],
  ])('%s', async (_, written, message) => {
    await expect(planFor(written)).rejects.toThrow(new AuthConfigurationError(message));
  });

  it('lists an uncovered route with the cure', async () => {
    await expect(planFor({})).rejects.toThrow(
      [
        '1 route is not covered by any declaration:',
        '    Orders.list (GET /orders)',
        '  Put @ServiceAuth({ auth: [...] }) on the controller or @ResourceAuth({ auth: [...] }) on the handler, or { auth: false } to open it;',
        "  or set defaultAuth, or unannotated: 'deny' | 'allow', in AuthModule.forRoot().",
      ].join('\n'),
    );
  });

  it('finds a mistake of a service, even if every resource says something of its own', async () => {
    await expect(planFor({ resource: ['sts'], service: ['stss'] })).rejects.toThrow(
      /@ServiceAuth\.auth\[0\]: "stss" is not a known scheme/,
    );
  });

  it('knows a scheme that is called like a member of every object', async () => {
    const schemes = { constructor: { tokenConfig: {} }, toString: { usersConfig: {} } };
    expect(inWords(await planFor({ resource: ['constructor', 'toString'], schemes }))).toBe('resource: constructor | toString');
  });
});
