import { AuthConfigurationError } from 'nest-service-auth';
import { compilerFor, inWords, planFor, SCHEMES, type Written } from './compiling.js';

const schemes = { ...SCHEMES, all: ['users', 'sts'], visitors: ['users', 'anonymous'] };
const onResource = 'Orders.list (GET /orders) @ResourceAuth.auth';

describe("'anonymous'", () => {
  it.each<[string, unknown[], string, boolean | undefined]>([
    ['at the end admits requests without credentials', ['sts', 'anonymous'], 'resource: sts', true],
    ['at the end of a group does so, too', ['sts', 'visitors'], 'resource: sts | users', true],
    ['at the end of a group that stands alone does so, too', ['visitors'], 'resource: users', true],
    ['that is not written does not', ['sts', 'all'], 'resource: sts | users', undefined],
  ])('%s', async (_, resource, words, admits) => {
    const plan = await planFor({ schemes, resource });
    expect(inWords(plan)).toBe(words);
    expect(plan).toHaveProperty('kind', 'protected');
    expect((plan as { admitsAnonymous?: boolean }).admitsAnonymous).toBe(admits);
  });

  it.each<[Omit<Written, 'schemes'>, string]>([
    [
      { resource: ['anonymous'] },
      "[0]: 'anonymous' is the only entry. Name the schemes before it, or write auth: false for an open route.",
    ],
    [{ resource: ['anonymous', 'sts'] }, "[0]: 'anonymous' must be the last: what follows it is never asked. Put it at the end."],
    [
      { resource: ['visitors', 'sts'] },
      `[0]: "visitors" ends in 'anonymous', and must be the last: what follows it is never asked. Put it at the end.`,
    ],
    [
      { resource: [{ allOf: ['sts', 'anonymous'] }] },
      "[0].allOf[1]: 'anonymous' cannot stand in allOf, where every entry must accept credentials. Put 'anonymous' last in the list.",
    ],
    [
      { resource: ['sts', { scheme: 'anonymous', scopes: 'x' }] },
      "[1]: requires something, but ends in 'anonymous', and nothing can be required of a caller without credentials. Put the requirements in the entries before it.",
    ],
    [
      { resource: { scopes: 'x' }, service: ['sts', 'anonymous'] },
      ": has requirements, but the entries that it inherits end in 'anonymous', and nothing can be required of a caller without credentials. Name the entries here, without 'anonymous', and put the requirements in them.",
    ],
    [{ resource: ['sts', 'anonymos'] }, '[1]: "anonymos" is not a known scheme. Did you mean "anonymous"?'],
  ])('stops the boot for %j', async (written, message) => {
    await expect(planFor({ schemes, ...written })).rejects.toThrow(new AuthConfigurationError(`${onResource}${message}`));
  });

  it.each<[Readonly<Record<string, unknown>>, string]>([
    [{ g: [] }, 'schemes.g: is an empty group.'],
    [{ g: ['sts', 'sts'] }, 'schemes.g[1]: "sts" is in the group already.'],
    [{ g: ['anonymous'] }, "schemes.g: has no scheme beside 'anonymous'."],
    [{ g: ['anonymous', 'sts'] }, "schemes.g[0]: 'anonymous' must be the last"],
    [{ g: ['visitors', 'sts'] }, `schemes.g[0]: "visitors" ends in 'anonymous', and must be the last`],
  ])('and the members of a group are checked: %j', async (groups, message) => {
    await expect(planFor({ resource: ['sts'], schemes: { ...schemes, ...groups } })).rejects.toThrow(message);
  });

  it('is the name of no scheme', async () => {
    await expect(planFor({ resource: ['sts'], schemes: { ...SCHEMES, anonymous: { tokenConfig: {} } } })).rejects.toThrow(
      'schemes.anonymous: is a reserved name. Give the scheme another one.',
    );
  });

  it('is admitted by its own name and by the groups that end in it', () => {
    const compiler = compilerFor(schemes);
    const names = ['anonymous', 'visitors', 'all', 'sts', 'unknown'];
    expect(names.map((name) => compiler.admitsAnonymous(name))).toEqual([true, true, false, false, false]);
    expect(names.map((name) => compiler.isGroup(name))).toEqual([false, true, true, false, false]);
    expect(compiler.singleSchemes).toEqual(['sts', 'users']);
  });
});
