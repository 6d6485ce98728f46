import { Controller, Get, type INestApplication, Injectable, Post } from '@nestjs/common';
import { CurrentPrincipal, type Principal, type PrincipalEnricher, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { makeKey, makeTablesFile, type TablesFile } from '../support/api-keys-file.js';
import { appModule } from '../support/app.js';
import { createSelfSigned } from '../support/certificates.js';
import { createKey, goodClaims, mint } from '../support/tokens.js';

const COOKIE = '__Host-token';

/** Knows everybody but mallory, and counts. */
@Injectable()
class Users implements PrincipalEnricher {
  static readonly asked: string[] = [];
  enrich({ username }: Principal) {
    Users.asked.push(username);
    return username === 'mallory' ? undefined : { roles: ['member'] };
  }
}

@ServiceAuth({ auth: ['everyone'] })
@Controller('shelf')
class Shelf {
  @Get() list(@CurrentPrincipal() who?: Principal) {
    return { who: who?.username ?? null, roles: who?.roles ?? [] };
  }
  @Post() add(@CurrentPrincipal() who?: Principal) {
    return { who: who?.username ?? null, roles: who?.roles ?? [] };
  }
}

describe.each(ADAPTERS)("on %s, a group of tokens, keys and certificates that ends in 'anonymous'", (adapter) => {
  let app: INestApplication;
  let url: string;
  let file: TablesFile;
  let pem: string;
  const signing = createKey('ES256');
  const [good, expired] = [makeKey('build'), makeKey('old', 'expires = 2020-01-01')];
  const tokenOf = (sub: string) => mint(signing, goodClaims({ sub, iss: 'sts', aud: 'shelf' }));

  beforeAll(async () => {
    file = await makeTablesFile(good.table, expired.table);
    pem = encodeURIComponent((await createSelfSigned({ cn: 'machine' })).certPem);
    const jwtValidatorConfig = {
      issuer: 'sts',
      audience: 'shelf',
      signatureConfig: { publicKey: signing.pem },
      tokenFrom: [{ header: 'x-jwt-assertion' }, { cookie: COOKIE }],
    };
    const schemes = {
      browser: { jwtValidatorConfig },
      tools: { apiKeyStoreConfig: { path: file.path } },
      machines: { mutualSslConfig: { forwarded: 'nginx' as const } },
      everyone: ['browser', 'tools', 'machines', 'anonymous'],
    };
    const auth = { schemes, enricher: Users, enricherCache: { maxAge: 60 }, trustedProxies: ['127.0.0.1', '::1'] };
    ({ app, url } = await startApp(adapter, appModule({ controllers: [Shelf], auth })));
  });
  afterAll(async () => {
    await app.close();
    await file.remove();
  });

  const ask = async (method: 'GET' | 'POST', headers: Record<string, string>) => {
    const answer = await fetch(`${url}/shelf`, { method, headers });
    return `${answer.status} ${answer.ok ? ((await answer.json()) as { who: string | null }).who : ''}`.trim();
  };

  it.each<[string, string, Record<string, string>]>([
    ['nothing', '200 null', {}],
    ['an empty cookie, as after a logout', '200 null', { cookie: `${COOKIE}=` }],
    ['a quoted empty cookie', '200 null', { cookie: `a=b; ${COOKIE}=""` }],
    ['a cookie of a similar name', '200 null', { cookie: `x${COOKIE}=a.b.c; ${COOKIE.toLowerCase()}=a.b.c` }],
    ['a cookie that is no token', '401', { cookie: `${COOKIE}=%20` }],
    ['a cookie that cannot be decoded', '401', { cookie: `${COOKIE}=%zz` }],
    ['a forged token in a cookie', '401', { cookie: `${COOKIE}=eyJhbGciOiJub25lIn0.e30.` }],
    ['two cookies of the name', '400', { cookie: `${COOKIE}=a.b.c; ${COOKIE}=d.e.f` }],
    ['a forged token in a header field', '401', { 'x-jwt-assertion': 'Bearer a.b.c' }],
    ['another scheme in Authorization', '401', { authorization: 'Basic YTpi' }],
    ['a key that is none', '401', { 'x-api-key': 'nonsense' }],
    ['an empty key', '401', { 'x-api-key': '' }],
    ['an unknown key', '401', { 'x-api-key': makeKey('build').key }],
    ['an expired key', '401', { 'x-api-key': expired.key }],
    ['a certificate that the proxy did not verify', '401', { 'x-ssl-client-verify': 'FAILED:expired' }],
    ['a certificate that cannot be read', '401', { 'x-ssl-client-cert': 'nonsense', 'x-ssl-client-verify': 'SUCCESS' }],
    ['no certificate, as the proxy says', '200 null', { 'x-ssl-client-cert': '', 'x-ssl-client-verify': 'NONE' }],
  ])('answers %s with %s', async (_, expected, headers) => {
    expect(await ask('GET', headers)).toBe(expected);
    expect(await ask('POST', { ...headers, 'sec-fetch-site': 'same-origin' })).toBe(expected.replace('200', '201'));
  });

  it('does not take a cookie from another site for no credentials', async () => {
    const cookie = `${COOKIE}=${await tokenOf('gina')}`;
    expect(await ask('GET', { cookie, 'sec-fetch-site': 'cross-site' })).toBe('200 gina');
    expect(await ask('POST', { cookie, 'sec-fetch-site': 'same-origin' })).toBe('201 gina');
    for (const more of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'null' }, {}])
      expect(await ask('POST', { cookie, ...more })).toBe('403');
    expect(await ask('POST', { cookie, 'sec-fetch-site': 'same-origin, cross-site' })).toBe('403');
    expect(await ask('POST', { cookie: `${COOKIE}=forged`, 'sec-fetch-site': 'cross-site' })).toBe('403');
  });

  it('knows the caller of the entry that accepts, beside a bad credential of another', async () => {
    expect(await ask('GET', { 'x-api-key': good.key, 'x-jwt-assertion': 'a.b.c' })).toBe('200 build');
    const forwarded = { 'x-ssl-client-cert': pem, 'x-ssl-client-verify': 'SUCCESS' };
    expect(await ask('GET', { ...forwarded, 'x-api-key': 'nonsense' })).toBe('200 machine');
    expect(await ask('GET', { ...forwarded, 'x-ssl-client-verify': 'NONE' })).toBe('401');
  });

  it('refuses whom the enricher refuses, each time, and does not take the caller for nobody', async () => {
    const headers = { 'x-jwt-assertion': await tokenOf('mallory') };
    Users.asked.length = 0;
    expect([await ask('GET', headers), await ask('GET', headers), await ask('GET', {})]).toEqual(['401', '401', '200 null']);
    expect(Users.asked).toEqual(['mallory', 'mallory']);
  });

  it('forgets an enriched caller with the key that was taken out of the file', async () => {
    const [first, second] = [makeKey('first', 'client = "shop"'), makeKey('second', 'client = "shop"')];
    await file.write(first.table, second.table, good.table);
    // A file that is written in place is used when nobody has written to it for four seconds.
    const until = async (headers: Record<string, string>, expected: string) => {
      for (let tries = 0; tries < 150 && (await ask('GET', headers)) !== expected; tries++)
        await new Promise((resolve) => setTimeout(resolve, 100));
      return ask('GET', headers);
    };
    expect(await until({ 'x-api-key': first.key }, '200 shop')).toBe('200 shop');
    expect(await ask('GET', { 'x-api-key': second.key })).toBe('200 shop');
    await file.write(second.table, good.table);
    expect(await until({ 'x-api-key': first.key }, '401')).toBe('401');
    expect(await ask('GET', { 'x-api-key': second.key })).toBe('200 shop');
  }, 60_000);
});
