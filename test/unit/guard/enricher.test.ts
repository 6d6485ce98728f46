import type { Principal, PrincipalEnricher } from 'nest-service-auth';
import { Enricher } from '../../../lib/guard/enricher.js';
import { attempt, somebody } from './steps.js';

const { request } = attempt();
const alice = somebody({ username: 'alice', roles: ['clerk'], permissions: ['/a'] });
const enricherThat = (enrich: unknown) => new Enricher(() => ({ enrich }) as PrincipalEnricher, undefined);
const addedBy = (enrichment: unknown) => enricherThat(() => enrichment).enrich?.(alice, request);

describe('what an enricher returns', () => {
  it('is added to the caller, each name once, and takes nothing away', () => {
    expect(addedBy({ roles: ['clerk', 'keeper'], permissions: ['/b'] })).toMatchObject({
      ...{ username: 'alice', roles: ['clerk', 'keeper'], permissions: ['/a', '/b'], scopes: [] },
    });
    expect(addedBy({})).toMatchObject({ roles: ['clerk'], permissions: ['/a'] });
    expect(addedBy({ roles: [], permissions: undefined })).toMatchObject({ roles: ['clerk'], permissions: ['/a'] });
  });

  it('may be a promise', async () => {
    expect(await addedBy(Promise.resolve({ roles: ['keeper'] }))).toMatchObject({ roles: ['clerk', 'keeper'] });
    expect(await addedBy(Promise.resolve(undefined))).toBeUndefined();
  });

  it('may have the user of the application, and none', () => {
    const user = { id: 7 };
    expect(addedBy({ user })).toMatchObject({ user });
    for (const none of [undefined, null]) expect(addedBy({ user: none })).not.toHaveProperty('user');
  });

  it('leaves the user that a strategy has found, unless it has another one', () => {
    const known = somebody({ user: { id: 1 } as never });
    const enriched = (enrichment: unknown) => enricherThat(() => enrichment).enrich?.(known, request);
    for (const none of [{}, { user: undefined }, { user: null }]) expect(enriched(none)).toMatchObject({ user: { id: 1 } });
    expect(enriched({ user: { id: 2 } })).toMatchObject({ user: { id: 2 } });
  });

  it.each([undefined, null])('refuses the caller where it is %p', (nothing) => {
    expect(addedBy(nothing)).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['a text', 'keeper'],
    ['true', true],
    ['a list', ['keeper']],
    ['roles in one text', { roles: 'admin' }],
    ['roles that are no text', { roles: ['keeper', 7] }],
    ['permissions in one text', { permissions: '/' }],
    ['permissions that are null', { permissions: null }],
  ])('is a mistake where it is %s', (_, enrichment) => {
    expect(() => addedBy(enrichment)).toThrow('The enricher must return { roles, permissions, user }');
  });
});

describe('the enricher', () => {
  it('gets the caller and the request, and is looked up once', () => {
    const asked: unknown[] = [];
    let looked = 0;
    const find = () => {
      looked++;
      return { enrich: (...given: unknown[]) => void asked.push(given) };
    };
    const enricher = new Enricher(find, undefined);
    expect(looked).toBe(0);
    enricher.prepare();
    enricher.enrich?.(alice, request);
    enricher.enrich?.(alice, request);
    expect([looked, asked]).toEqual([
      1,
      [
        [alice, request],
        [alice, request],
      ],
    ]);
  });

  it('is not there where none is configured', () => {
    const none = new Enricher(undefined, undefined);
    none.prepare();
    expect(none.enrich).toBeUndefined();
  });

  it('stops the boot where it has no method, and where a cache has none to remember', () => {
    expect(() => new Enricher(() => ({}) as PrincipalEnricher, undefined).prepare()).toThrow('has no method enrich()');
    expect(() => new Enricher(undefined, { maxAge: 60 })).toThrow('there is no enricher');
  });

  it('is asked once for a caller that it has admitted, where there is a cache, and each time without one', () => {
    for (const [cache, times] of [
      [{ maxAge: 60 }, 1],
      [undefined, 2],
    ] as const) {
      let asked = 0;
      const enricher = new Enricher(() => ({ enrich: (_: Principal) => ({ roles: [String(++asked)] }) }), cache);
      enricher.enrich?.(alice, request);
      expect(enricher.enrich?.(alice, request)).toMatchObject({ roles: ['clerk', String(times)] });
    }
  });
});
