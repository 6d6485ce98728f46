import { compileIssuers } from '../../../../lib/strategies/jwt/issuer.js';
import { bearer, createKey, goodClaims, mint, mintRaw } from '../../../support/tokens.js';
import { outcomeOf, prepare, prepareAsItIs, TestHost } from './setup.js';

const key = createKey('ES256');
const signatureConfig = { jwks: { keys: [key.jwk] } };
const [acme, other] = ['11111111-2222-3333-4444-555555555555', '99999999-2222-3333-4444-555555555555'];
const template = 'https://login.microsoftonline.com/{tid}/v2.0';
const of = (tenant: string) => template.replace('{tid}', tenant);
const tokenOf = (claims: object) => mint(key, goodClaims({ ...claims }));
const outcome = async (issuer: unknown, claims: object) => outcomeOf(await prepare({ issuer, signatureConfig }), await tokenOf(claims));

describe('a list of issuers', () => {
  const issuer = ['https://accounts.google.com', 'accounts.google.com'];

  it('accepts tokens of each of them, and of no other issuer', async () => {
    const authenticator = await prepare({ issuer, signatureConfig });
    for (const iss of issuer) expect(await outcomeOf(authenticator, await tokenOf({ iss }))).toBe('accepted');
    for (const iss of ['https://accounts.google.com/', 'HTTPS://accounts.google.com', '', undefined, null, 7, ['accounts.google.com'], {}])
      expect(await outcomeOf(authenticator, await tokenOf({ iss }))).toBe('wrong_issuer');
  });

  it('of one is that one, and says nothing of the issuer before the signature is verified', async () => {
    const authenticator = await prepare({ issuer: ['https://sts.test', 'https://sts.test'], signatureConfig });
    expect(await outcomeOf(authenticator, await tokenOf({}))).toBe('accepted');
    const forged = mintRaw(createKey('ES256'), { alg: 'ES256', kid: key.kid }, goodClaims({ iss: 'https://evil.test' }));
    expect(await outcomeOf(authenticator, forged)).toBe('bad_signature');
  });

  it('refuses a forged token of a known issuer, and a payload that is none', async () => {
    const authenticator = await prepare({ issuer, signatureConfig });
    const forger = createKey('ES256');
    expect(await outcomeOf(authenticator, mintRaw(forger, { alg: 'ES256', kid: key.kid }, goodClaims({ iss: issuer[0] })))).toBe(
      'bad_signature',
    );
    expect(await outcomeOf(authenticator, mintRaw(forger, { alg: 'ES256', kid: key.kid }, goodClaims({ iss: 'https://evil.test' })))).toBe(
      'wrong_issuer',
    );
    for (const payload of ['null', '[]', '"accounts.google.com"', 'no json', Buffer.from([0xff, 0xfe])])
      expect(await outcomeOf(authenticator, mintRaw(key, { alg: 'ES256', kid: key.kid }, payload))).toBe('malformed_claims');
    expect(await outcomeOf(authenticator, (await tokenOf({ iss: issuer[0] })).replace(/\.[^.]*$/, '.=='))).toBe('malformed_token');
  });

  it('takes the last of two members named iss, before the signature and after it', async () => {
    const authenticator = await prepare({ issuer, signatureConfig });
    const { exp } = goodClaims();
    const payload = (first: string, last: string) =>
      `{"iss":${JSON.stringify(first)},"iss":${JSON.stringify(last)},"sub":"a","exp":${exp}}`;
    const [good, evil] = ['accounts.google.com', 'https://evil.test'];
    expect(await outcomeOf(authenticator, mintRaw(key, { alg: 'ES256', kid: key.kid }, payload(good, evil)))).toBe('wrong_issuer');
    expect(await outcomeOf(authenticator, mintRaw(key, { alg: 'ES256', kid: key.kid }, payload(evil, good)))).toBe('accepted');
  });

  it('answers a repeated token from memory', async () => {
    const authenticator = await prepare({ issuer, signatureConfig });
    const token = await tokenOf({ iss: issuer[1] });
    const first = await authenticator.authenticate(bearer(token));
    expect(authenticator.authenticate(bearer(token))).toBe(first);
    expect(authenticator.stats?.()?.cache).toEqual({ hits: 1, misses: 1 });
  });

  it('verifies every token anew where nothing is remembered', async () => {
    const authenticator = await prepare({ issuer, signatureConfig, cacheConfig: false });
    const token = await tokenOf({ iss: issuer[1] });
    for (const _ of [1, 2]) expect(await outcomeOf(authenticator, token)).toBe('accepted');
  });
});

describe('a template of issuers', () => {
  it('accepts the tenants that are listed, if the claim of the token names the same tenant', async () => {
    const issuer = { template, allowed: [acme] };
    expect(await outcome(issuer, { iss: of(acme), tid: acme })).toBe('accepted');
    expect(await outcome(issuer, { iss: of(other), tid: other })).toBe('wrong_issuer');
    expect(await outcome(issuer, { iss: of(other), tid: acme })).toBe('wrong_issuer');
    expect(await outcome(issuer, { iss: of(acme), tid: other })).toBe('wrong_issuer');
    expect(await outcome(issuer, { iss: of(acme) })).toBe('wrong_issuer');
    for (const iss of [of(acme).replace('v2', 'v3'), of(acme).replace('https', 'HTTPS'), 'v2.0'])
      expect(await outcome(issuer, { iss, tid: acme })).toBe('wrong_issuer');
  });

  it('accepts every tenant with "*", each only with its own claim', async () => {
    const issuer = { template, allowed: '*' };
    for (const tid of [acme, other]) expect(await outcome(issuer, { iss: of(tid), tid })).toBe('accepted');
    for (const claims of [
      { iss: of(acme), tid: other },
      { iss: of(acme) },
      { iss: of('7'), tid: 7 },
      { iss: of(acme), tid: [acme] },
      { iss: 'https://evil.example', tid: acme },
      { iss: `https://login.microsoftonline.com.evil.example/${acme}/v2.0`, tid: acme },
      { iss: `${of(acme)}/`, tid: acme },
      { iss: of(acme).replace('v2', 'v3'), tid: acme },
      { iss: of(acme).replace('https', 'HTTPS'), tid: acme },
      { iss: of(''), tid: '' },
      { iss: undefined, tid: acme },
      { iss: [of(acme)], tid: acme },
    ])
      expect([claims, await outcome(issuer, claims)]).toEqual([claims, 'wrong_issuer']);
  });

  it('never lets a claim be more than one path segment', async () => {
    const issuer = { template, allowed: '*' };
    for (const tid of ['a/b', '../x', '..', '.', 'a?b', 'a#b', 'a%2fb', 'a b', 'a\\b', '{tid}', 'ä', 'a\n'])
      expect([tid, await outcome(issuer, { iss: of(tid), tid })]).toEqual([tid, 'wrong_issuer']);
  });

  it('may end in the claim, and name a nested claim or one that is a URL', async () => {
    const last = { template: 'https://id.example/tenants/{org.id}', allowed: '*' };
    expect(await outcome(last, { iss: 'https://id.example/tenants/blue', org: { id: 'blue' } })).toBe('accepted');
    expect(await outcome(last, { iss: 'https://id.example/tenants/blue', 'org.id': 'blue' })).toBe('accepted');
    expect(await outcome(last, { iss: 'https://id.example/tenants/blue', org: { id: 'red' } })).toBe('wrong_issuer');
    const named = { template: 'https://id.example/{https://id.example/tenant}/', allowed: ['blue'] };
    expect(await outcome(named, { iss: 'https://id.example/blue/', 'https://id.example/tenant': 'blue' })).toBe('accepted');
  });

  it('finds nothing in claims that every object inherits', async () => {
    const issuer = { template: 'https://id.example/{constructor}', allowed: '*' };
    expect(await outcome(issuer, { iss: 'https://id.example/Object' })).toBe('wrong_issuer');
  });
});

describe('a metadata document', () => {
  const compiled = () => [[acme], [acme, other], '*' as const].map((allowed) => compileIssuers({ template, allowed }));

  it('may state the only issuer of a template, and each that it is read for, and no other', () => {
    expect(compiled().map((each) => each?.describes(of(acme), undefined))).toEqual([true, false, false]);
    expect(compiled().map((each) => each?.describes(of(acme), of(acme)))).toEqual([true, true, true]);
    expect(compiled().map((each) => each?.describes(of(other), of(acme)))).toEqual([false, false, false]);
  });

  it.each([
    ['{tenantid}', true],
    ['x{tenantid}', false],
    ['{tenantid}x', false],
    ['{a}{b}', false],
    ['{a/b}', false],
    ['{}', false],
  ])('may state a placeholder, which is one whole segment: %s', (segment, may) => {
    for (const issuers of compiled()) expect(issuers?.describes(of(segment), undefined)).toBe(may);
    expect(compileIssuers(of(acme))?.describes(of(segment), undefined)).toBe(false);
  });
});

it.each([[{}], [{ iss: 7 }], [{ iss: [of(acme)], tid: acme }]])(
  'verified claims without an issuer that is text are of none: %j',
  (claims) => {
    for (const issuer of [acme, [acme, other], { template, allowed: [acme] }, { template, allowed: '*' as const }])
      expect(compileIssuers(issuer)?.accepts(claims)).toBe(false);
  },
);

describe('what is wrong with an issuer', () => {
  const mistakes: readonly [string, unknown, string][] = [
    ['an empty list', [], 'issuer: must not be an empty list'],
    ['an empty name in a list', ['a', ''], 'issuer[1]: must not be empty'],
    ['a number', 7, 'issuer: must be a string, a list of strings, {'],
    ['a template without allowed', { template }, 'issuer.allowed: is required: list the values'],
    ['a template whose allowed is another text', { template, allowed: acme }, 'issuer.allowed: must be "*" or a list of strings'],
    ['an empty list of tenants', { template, allowed: [] }, 'issuer.allowed'],
    ['a star in a list of tenants', { template, allowed: ['*'] }, 'issuer.allowed[0]: must not be "*"'],
    ['a tenant with a slash', { template, allowed: ['a/b'] }, 'issuer.allowed[0]: must be one path segment'],
    ['a template without a claim', { template: 'https://id.example/', allowed: '*' }, 'issuer.template: has no {claim}'],
    ['an unnamed claim', { template: 'https://id.example/{}', allowed: '*' }, 'issuer.template: has no {claim}'],
    ['two claims', { template: 'https://id.example/{a}/{b}', allowed: '*' }, 'issuer.template: has several {claim}s'],
    [
      'a claim in the host',
      { template: 'https://{tid}.id.example/', allowed: '*' },
      'issuer.template: must be a URL with {claim} as one whole segment',
    ],
    ['a claim for the host', { template: 'https://{tid}/', allowed: '*' }, 'issuer.template: must be a URL'],
    ['a claim in the port', { template: 'https://id.example:{port}/', allowed: '*' }, 'issuer.template: must be a URL'],
    ['a claim in the user name', { template: 'https://{tid}@id.example/', allowed: '*' }, 'issuer.template: must be a URL'],
    ['a claim behind a backslash', { template: 'https://evil.example\\{tid}/', allowed: '*' }, 'issuer.template: must be a URL'],
    ['a claim in the query', { template: 'https://id.example/?t={tid}', allowed: '*' }, 'issuer.template: must be a URL'],
    ['a claim beside letters', { template: 'https://id.example/t-{tid}/', allowed: '*' }, 'issuer.template: must be a URL'],
    ['a template of another scheme', { template: 'git+https://id.example/{tid}/', allowed: '*' }, 'issuer.template: must be a URL'],
    ['a claim before letters', { template: 'https://id.example/{tid}-t/', allowed: '*' }, 'issuer.template: must be a URL'],
    ['a query behind the claim', { template: 'https://id.example/{tid}/?t=a', allowed: '*' }, 'issuer.template: must be a URL'],
    ['a template that is no URL', { template: 'urn:tenant:{tid}', allowed: '*' }, 'issuer.template: must be a URL'],
    ['a brace alone', { template: 'https://id.example/{tid}/}', allowed: '*' }, 'issuer.template: has a brace'],
    ['an unknown field', { template, allowed: '*', claim: 'tid' }, 'issuer.claim: is not a known field'],
  ];

  it.each(mistakes)('is said at boot: %s', async (_, issuer, message) => {
    await expect(prepare({ issuer, signatureConfig })).rejects.toMatchObject({
      code: 'ERR_AUTH_CONFIGURATION',
      message: expect.stringContaining(message),
    });
  });
});

describe('issuer and audience', () => {
  it('are warned of where they are left out, each once, with the cure', async () => {
    const host = new TestHost();
    await prepareAsItIs({ signatureConfig }, host);
    expect(host.lines).toEqual([
      expect.stringMatching(/^sts \(jwtValidatorConfig\): issuer is not configured: .* issuer: null/),
      expect.stringMatching(/^sts \(jwtValidatorConfig\): audience is not configured: .* audience: null/),
    ]);
  });

  it('are not checked, without a warning, where they are null', async () => {
    const host = new TestHost();
    const authenticator = await prepareAsItIs({ signatureConfig, issuer: null, audience: null }, host);
    expect(host.lines).toEqual([]);
    expect(await outcomeOf(authenticator, await tokenOf({ iss: 'anybody', aud: 'anything' }))).toBe('accepted');
    expect(await outcomeOf(authenticator, await tokenOf({ iss: undefined, aud: undefined }))).toBe('accepted');
  });
});
