import { ADAPTERS } from '../support/adapters.js';
import {
  Callers,
  CHALLENGES,
  type Credentials,
  entries,
  METHODS,
  MixedApp,
  type MixedRoute,
  SCHEMES,
  type SchemeName,
  schemesOf,
} from '../support/mixed-app.js';

/** Every order of these names. */
function ordersOf(names: readonly SchemeName[]): SchemeName[][] {
  if (names.length <= 1) return [[...names]];
  return names.flatMap((first) => ordersOf(names.filter((name) => name !== first)).map((rest) => [first, ...rest]));
}

/** Every choice of at least one of these names. */
function choicesOf(names: readonly SchemeName[]): SchemeName[][] {
  const [first, ...rest] = names;
  if (first === undefined) return [];
  const without = choicesOf(rest);
  return [[first], ...without, ...without.map((choice) => [first, ...choice])];
}

const ALL_ORDERS = ordersOf(SCHEMES);
const CHOICES = choicesOf(SCHEMES);
const PAIRS = SCHEMES.flatMap((first) => SCHEMES.filter((second) => second !== first).map((second) => [first, second] as const));
const pathOf = (names: readonly SchemeName[]) => names.join('-');

const scoped = { scopes: 'read' };
const ROUTES: Readonly<Record<string, MixedRoute>> = {
  ...Object.fromEntries(ALL_ORDERS.map((names) => [`service/${pathOf(names)}`, { service: names }])),
  ...Object.fromEntries(CHOICES.map((names) => [`resource/${pathOf(names)}`, { service: ['key'], resource: names }])),
  ...Object.fromEntries(CHOICES.map((names) => [`choice/${pathOf(names)}`, { service: names }])),
  ...Object.fromEntries(PAIRS.map((names) => [`both/${pathOf(names)}`, { service: [{ allOf: names }] }])),
  ...Object.fromEntries(ALL_ORDERS.map((names) => [`scoped/${pathOf(names)}`, { service: names, resource: scoped }])),
  'needs-write': { service: [...entries(['jwt', 'asked'], { scopes: 'write' }), { scheme: 'key', scopes: 'read' }] },
  'both-or-user': { service: [{ allOf: ['certificate', { scheme: 'jwt', scopes: 'read' }] }, 'users'] },
  open: { service: ['jwt', 'users'], resource: false },
};

let callers: Callers;
beforeAll(async () => {
  callers = await Callers.create();
});
afterAll(() => callers.close());

/** The schemes of the challenges for these entries. */
const challengesOf = (names: readonly SchemeName[]): string[] => [...new Set(names.map((name) => CHALLENGES[name]))];

/** Whether two credentials can be shown at once: there is one `Authorization` header. */
const isCompatible = (a: Credentials, b: Credentials): boolean =>
  a.headers?.authorization === undefined || b.headers?.authorization === undefined;

describe.each(ADAPTERS)('a mix of strategies on %s', (adapter) => {
  let app: MixedApp;
  beforeAll(async () => {
    app = await MixedApp.start(adapter, callers, ROUTES);
  });
  afterAll(() => app.close());

  it.each(SCHEMES)('lets the caller of %s in whatever the order of the service’s entries', async (scheme) => {
    for (const names of ALL_ORDERS) {
      const answer = await app.ask(`service/${pathOf(names)}`, callers.good[scheme]);
      expect({ names, ...answer }).toMatchObject({ names, status: 200, method: METHODS[scheme] });
    }
  });

  describe.each(['choice', 'resource'])('whose %s declares the entries', (kind) => {
    it.each(SCHEMES)('lets the caller of %s in where the scheme is chosen', async (scheme) => {
      for (const names of CHOICES.filter((choice) => choice.includes(scheme)))
        expect(await app.ask(`${kind}/${pathOf(names)}`, callers.good[scheme])).toMatchObject({ status: 200, method: METHODS[scheme] });
    });

    it.each(SCHEMES)('refuses the caller of %s where it is not, and says which are', async (scheme) => {
      for (const names of CHOICES.filter((choice) => !choice.includes(scheme))) {
        const answer = await app.ask(`${kind}/${pathOf(names)}`, callers.good[scheme]);
        expect({ status: answer.status, schemes: schemesOf(answer) }).toEqual({ status: 401, schemes: challengesOf(names) });
      }
    });
  });

  it('refuses who shows nothing, with one challenge for each scheme in the order of the entries', async () => {
    for (const names of ALL_ORDERS) {
      const answer = await app.ask(`service/${pathOf(names)}`);
      expect(answer.status).toBe(401);
      expect(schemesOf(answer)).toEqual(challengesOf(names));
      expect(answer.challenges.join()).not.toContain('error=');
    }
  });

  it.each(['bearer', 'basic', 'key'] as const)('refuses bad credentials (%s) in every order', async (kind) => {
    for (const names of ALL_ORDERS) {
      const { status, challenges } = await app.ask(`service/${pathOf(names)}`, callers.bad[kind]);
      expect(status).toBe(401);
      expect(challenges.join().includes('error="invalid_token"')).toBe(kind === 'bearer');
    }
  });

  it('lets good credentials in beside bad ones, whichever come first', async () => {
    for (const names of ALL_ORDERS) {
      const path = `service/${pathOf(names)}`;
      expect(await app.ask(path, callers.bad.bearer, callers.good.key)).toMatchObject({ status: 200, method: 'api-key' });
      expect(await app.ask(path, callers.bad.basic, callers.good.certificate)).toMatchObject({ status: 200, method: 'mtls' });
      expect(await app.ask(path, callers.bad.key, callers.good.jwt)).toMatchObject({ status: 200, method: 'jwt' });
    }
  });

  it('takes who shows two good credentials for the caller of the entry that comes first', async () => {
    for (const names of ALL_ORDERS)
      for (const [first, second] of PAIRS.filter(([a, b]) => names.indexOf(a) < names.indexOf(b))) {
        const [one, other] = [callers.good[first], callers.good[second]];
        if (!isCompatible(one, other)) continue;
        expect(await app.ask(`service/${pathOf(names)}`, other, one)).toMatchObject({ status: 200, method: METHODS[first] });
      }
  });

  it('holds every entry to the requirement of the resource', async () => {
    for (const names of ALL_ORDERS) {
      const path = `scoped/${pathOf(names)}`;
      for (const scheme of SCHEMES) {
        // A certificate has no scopes.
        const status = scheme === 'certificate' ? 403 : 200;
        expect({ names, scheme, ...(await app.ask(path, callers.good[scheme])) }).toMatchObject({ names, scheme, status });
      }
    }
  });

  it('lets a later entry admit who lacks the scope for an earlier one', async () => {
    expect(await app.ask('needs-write', callers.good.jwt)).toMatchObject({ status: 403 });
    expect(await app.ask('needs-write', callers.good.jwt, callers.good.key)).toMatchObject({ status: 200, method: 'api-key' });
    expect(await app.ask('needs-write', callers.good.asked, callers.bad.key)).toMatchObject({ status: 403 });
  });

  it('wants both credentials where both are wanted, in either order', async () => {
    for (const [first, second] of PAIRS) {
      const path = `both/${pathOf([first, second])}`;
      const [one, other] = [callers.good[first], callers.good[second]];
      expect({ path, ...(await app.ask(path, one)) }).toMatchObject({ path, status: 401 });
      expect({ path, ...(await app.ask(path, other)) }).toMatchObject({ path, status: 401 });
      if (isCompatible(one, other)) expect({ path, ...(await app.ask(path, one, other)) }).toMatchObject({ path, status: 200 });
    }
  });

  it('lets in with both together, or with another way alone', async () => {
    const { certificate, jwt, users, key } = callers.good;
    expect(await app.ask('both-or-user', certificate, jwt)).toMatchObject({ status: 200, username: 'joe', scopes: ['read'] });
    expect(await app.ask('both-or-user', users)).toMatchObject({ status: 200, method: 'basic' });
    expect(await app.ask('both-or-user', certificate, users)).toMatchObject({ status: 200, method: 'basic' });
    for (const shown of [[certificate], [jwt], [certificate, callers.bad.bearer], [key]])
      expect(schemesOf(await app.ask('both-or-user', ...shown))).toEqual(['ClientCertificate', 'Bearer', 'Basic']);
  });

  it('asks nobody for anything on a resource that is open, whatever is shown', async () => {
    for (const shown of [[], [callers.bad.bearer], [callers.bad.basic], [callers.good.jwt]])
      expect(await app.ask('open', ...shown)).toMatchObject({ status: 200, challenges: [] });
  });

  it('says in its events what every entry made of the request, and shows no credential in them', async () => {
    const before = app.events.length;
    await app.ask(`service/${pathOf(SCHEMES)}`, callers.bad.basic, callers.bad.key);
    const [event] = app.events.slice(before);
    expect(event?.steps).toEqual([
      { scheme: 'jwt', outcome: 'absent', reason: 'no_credentials' },
      { scheme: 'asked', outcome: 'absent', reason: 'no_credentials' },
      { scheme: 'users', outcome: 'rejected', reason: 'bad_credentials' },
      { scheme: 'certificate', outcome: 'absent', reason: 'no_credentials' },
      { scheme: 'key', outcome: 'rejected', reason: 'unknown_key' },
    ]);
    const text = JSON.stringify(app.events);
    for (const { headers = {} } of [...Object.values(callers.good), ...Object.values(callers.bad)])
      for (const value of Object.values(headers)) expect(text.includes(JSON.stringify(value.split(' ').at(-1)))).toBe(false);
  });
});
