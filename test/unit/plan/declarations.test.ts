import { inWords, Known, planFor, SCHEMES, type Written } from './compiling.js';

const read = { scheme: 'sts', scopes: 'read' };
const anInline = { tokenConfig: { issuer: 'other' }, scopes: ['read'] };

describe('what declarations mean', () => {
  describe('who speaks', () => {
    it.each<[string, Written, string]>([
      ['the service, where the resource says nothing', { service: ['sts'] }, 'service: sts'],
      ['the resource before the service', { resource: ['users'], service: ['sts'] }, 'resource: users'],
      ['the resource alone', { resource: ['users'] }, 'resource: users'],
      ['the default, where neither says anything', { defaultAuth: ['sts'] }, 'default: sts'],
      ['the service before the default', { service: ['users'], defaultAuth: ['sts'] }, 'service: users'],
      ['the resource before all', { resource: [read], service: ['users'], defaultAuth: ['sts'] }, 'resource: sts[any read]'],
      ['nobody: open if unannotated allows', { unannotated: 'allow' }, 'unannotated: open'],
      ['nobody: denied if unannotated denies', { unannotated: 'deny' }, 'unannotated: denied'],
    ])('%s', async (_, written, expected) => {
      expect(inWords(await planFor(written))).toBe(expected);
    });
  });

  describe('entries of the resource replace those of the service', () => {
    it.each<[string, Written, string]>([
      ['requirements included', { resource: ['sts'], service: [read] }, 'resource: sts'],
      ['all of them', { resource: ['users'], service: ['sts', read] }, 'resource: users'],
      ['whatever the default requires', { resource: ['sts'], defaultAuth: [read] }, 'resource: sts'],
    ])('%s', async (_, written, expected) => {
      expect(inWords(await planFor(written))).toBe(expected);
    });
  });

  describe('requirements of the resource keep the inherited entries', () => {
    it.each<[string, Written, string]>([
      ['and add theirs', { resource: { scopes: 'write' }, service: ['sts'] }, 'resource: sts[any write]'],
      ['and replace theirs', { resource: { scopes: 'write' }, service: [read] }, 'resource: sts[any write]'],
      [
        'and replace all of theirs, not only those of a kind',
        { resource: { permissions: '/p' }, service: [{ ...read, authorizers: [Known] }] },
        'resource: sts[/p]',
      ],
      ['each of them', { resource: { scopes: 'write' }, service: [read, 'users'] }, 'resource: sts[any write] | users[any write]'],
      ['of the default too', { resource: { scopes: 'write' }, defaultAuth: [read] }, 'resource: sts[any write]'],
      [
        'of the service before the default',
        { resource: { scopes: 'w' }, service: ['users'], defaultAuth: ['sts'] },
        'resource: users[any w]',
      ],
      [
        'and what the members of an allOf require themselves',
        { resource: { scopes: 'write' }, service: [{ allOf: [read, 'users'], scopes: 'x' }] },
        'resource: (sts[any read] & users)[any write]',
      ],
    ])('%s', async (_, written, expected) => {
      expect(inWords(await planFor(written))).toBe(expected);
    });
  });

  describe('false opens', () => {
    it.each<[string, Written, string]>([
      ['a resource of a protected service', { resource: false, service: ['sts'] }, 'resource: open'],
      ['a resource alone', { resource: false }, 'resource: open'],
      ['a service', { service: false, defaultAuth: ['sts'] }, 'service: open'],
      ['everything that nothing else covers', { defaultAuth: false }, 'default: open'],
      ['not what the service protects', { service: ['sts'], defaultAuth: false }, 'service: sts'],
      ['not what the resource protects', { resource: ['sts'], service: false }, 'resource: sts'],
    ])('%s', async (_, written, expected) => {
      expect(inWords(await planFor(written))).toBe(expected);
    });
  });

  describe('an entry is', () => {
    it.each<[string, unknown, string]>([
      ['the name of a scheme', 'sts', 'sts'],
      ['a named scheme', { scheme: 'sts' }, 'sts'],
      ['a named scheme with requirements', { scheme: 'sts', scopes: 'read', permissions: ['/a', '/b'] }, 'sts[any read, /a, /b]'],
      ['an inline config', { tokenConfig: {} }, 'tokenConfig'],
      ['an inline config with requirements', anInline, 'tokenConfig[any read]'],
      ['several that must all accept', { allOf: ['sts', 'users'] }, '(sts & users)'],
      [
        'several with requirements of their own, and together',
        { allOf: [read, anInline, { allOf: ['sts', 'users'] }], scopes: { all: ['x'] } },
        '(sts[any read] & tokenConfig[any read] & (sts & users))[all x]',
      ],
    ])('%s', async (_, entry, expected) => {
      expect(inWords(await planFor({ resource: [entry] }))).toBe(`resource: ${expected}`);
      expect(inWords(await planFor({ service: [entry, 'users'] }))).toBe(`service: ${expected} | users`);
    });
  });

  describe('a scheme that is also in a group', () => {
    const schemes = { ...SCHEMES, all: ['users', 'sts'], some: ['all', 'anonymous'] };
    const keyless = { tokenConfig: {} };

    it.each<[string, Omit<Written, 'schemes'>, string]>([
      ['is tried once, where it stands first', { resource: ['sts', 'all'] }, 'resource: sts | users'],
      ['is tried once after the group', { resource: ['all', 'sts'] }, 'resource: users | sts'],
      [
        'is tried once with equal requirements',
        { resource: { scopes: 'a' }, service: ['sts', 'all'] },
        'resource: sts[any a] | users[any a]',
      ],
      ['is tried again with other requirements', { resource: [read, 'all'] }, 'resource: sts[any read] | users | sts'],
      [
        'is tried again where the group has requirements',
        { resource: ['sts', { scheme: 'all', scopes: 'a' }] },
        'resource: sts | users[any a] | sts[any a]',
      ],
      ['is tried once in two groups', { resource: ['all', 'some'] }, 'resource: users | sts'],
      ['is tried together with others, too', { resource: ['all', { allOf: ['sts', 'users'] }] }, 'resource: users | sts | (sts & users)'],
      ['stands for itself beside a config of its own', { resource: [keyless, 'all'] }, 'resource: tokenConfig | users | sts'],
    ])('%s', async (_, written, expected) => {
      expect(inWords(await planFor({ schemes, ...written }))).toBe(expected);
    });

    it('is tried as often as it is written where it is in none', async () => {
      expect(inWords(await planFor({ resource: ['sts', read, 'sts'] }))).toBe('resource: sts | sts[any read] | sts');
      expect(inWords(await planFor({ resource: [keyless, keyless] }))).toBe('resource: tokenConfig | tokenConfig');
    });

    it('stands in each combination of an allOf once for each member of the group', async () => {
      expect(inWords(await planFor({ schemes, resource: [{ allOf: ['all', keyless] }] }))).toBe(
        'resource: (users & tokenConfig) | (sts & tokenConfig)',
      );
    });
  });

  describe('requirements are', () => {
    it.each<[string, unknown, string]>([
      ['one scope', { scopes: 'a' }, 'any a'],
      ['any of several scopes', { scopes: ['a', 'b'] }, 'any a b'],
      ['any, said outright', { scopes: { any: ['a', 'b'] } }, 'any a b'],
      ['all of several scopes', { scopes: { all: ['a', 'b'] } }, 'all a b'],
      ['one permission', { permissions: '/a' }, '/a'],
      ['all of several permissions', { permissions: ['/a', '/b'] }, '/a, /b'],
      ['authorizers', { authorizers: [Known, Known] }, 'Known, Known'],
      ['everything at once', { scopes: 'a', permissions: '/a', authorizers: [Known] }, 'any a, /a, Known'],
    ])('%s', async (_, requirements, expected) => {
      expect(inWords(await planFor({ resource: requirements, service: ['sts'] }))).toBe(`resource: sts[${expected}]`);
      expect(inWords(await planFor({ resource: [{ scheme: 'sts', ...(requirements as object) }] }))).toBe(`resource: sts[${expected}]`);
    });
  });

  it('challenges once for each scheme, with the realm of the application', async () => {
    const challenges = [{ scheme: 'Bearer' }, { scheme: 'bearer', params: { realm: 'mine' } }];
    const plan = await planFor({ resource: [{ tokenConfig: { challenges } }, 'users', 'sts', { allOf: ['sts', 'users'] }] });
    expect(plan).toMatchObject({
      challenges: [
        { scheme: 'Bearer', params: { realm: 'mine' } },
        { scheme: 'usersConfig', params: { realm: 'api' } },
        { scheme: 'tokenConfig', params: { realm: 'api' } },
      ],
    });
  });
});
