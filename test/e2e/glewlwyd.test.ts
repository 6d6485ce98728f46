import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, type INestApplication, type Type } from '@nestjs/common';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { startApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';
import { createTestCa, type IssuedCertificate, type TestCa } from '../support/certificates.js';
import { describeIfGlewlwyd, type Glewlwyd, startGlewlwyd } from '../support/glewlwyd.js';
import { ALGORITHMS, CERTIFICATE_NAME, SHOP } from '../support/glewlwyd-objects.js';
import { type ProvingClient, provingClient } from '../support/proofs.js';
import { exchangeOnce } from '../support/tls-client.js';

/** Seconds: short, so that tests of silence are. */
const TIMEOUT = 1;

/** Where clients call the application, whatever its port is. */
const PUBLIC = 'https://api.example.com';

function guardedBy(scheme: string): Type {
  @ServiceAuth({ auth: [{ scheme, scopes: 'orders' }] })
  @Controller(scheme)
  class GuardedController {
    @Get()
    who(@CurrentPrincipal() { username, scopes, method }: Principal) {
      return { username, scopes, method };
    }
  }
  return GuardedController;
}

describeIfGlewlwyd('an authorization server that somebody else wrote (glewlwyd)', (path) => {
  let ca: TestCa;
  let owner: IssuedCertificate;
  let other: IssuedCertificate;
  let server: Glewlwyd;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    ca = await createTestCa();
    const [own, ...clients] = await Promise.all([
      ca.issue(),
      ca.issue({ keyType: 'rsa', cn: 'bound', sans: [`DNS:${CERTIFICATE_NAME}`] }),
      ca.issue({ cn: 'other' }),
    ]);
    [owner, other] = clients as [IssuedCertificate, IssuedCertificate];
    server = await startGlewlwyd(path, ca);
    const clientConfig = { secureSocket: { cert: ca.certPem }, timeout: TIMEOUT };
    const auth = { method: 'client_secret_basic', ...SHOP } as const;
    const jwksConfig = { url: server.jwksUrl, clientConfig };
    const dpop = 'accepted' as const;
    const schemes = {
      proven: { jwtValidatorConfig: { issuer: server.issuer, audience: 'orders', signatureConfig: { jwksConfig }, dpop } },
      asked: { oauth2IntrospectionConfig: { url: server.introspectionUrl, clientConfig: { ...clientConfig, auth }, dpop } },
      jwt: { jwtValidatorConfig: { issuer: server.issuer, audience: 'orders', signatureConfig: { jwksConfig } } },
      introspection: { oauth2IntrospectionConfig: { url: server.introspectionUrl, clientConfig: { ...clientConfig, auth } } },
    };
    const httpsOptions = { key: own.keyPem, cert: own.certPem, ca: ca.certPem, requestCert: true, rejectUnauthorized: false };
    const module = appModule({ auth: { schemes, publicUrl: PUBLIC }, controllers: Object.keys(schemes).map(guardedBy) });
    ({ app, url } = await startApp('fastify', module, { httpsOptions }));
  }, 180_000);
  afterAll(async () => {
    await app?.close();
    await server?.remove();
  });

  const get = (scheme: string, token: string, client?: IssuedCertificate, kind = 'Bearer') => {
    const key = client && { key: client.keyPem, cert: client.certPem };
    return exchangeOnce(`${url}/${scheme}`, { ca: ca.certPem, ...key }, { Authorization: `${kind} ${token}` });
  };
  const status = async (...request: Parameters<typeof get>) => (await get(...request)).status;
  const until = async (wanted: number, ask: () => Promise<number>) => {
    let got = await ask();
    for (let attempt = 0; attempt < 150 && got !== wanted; attempt++) {
      await sleep(100);
      got = await ask();
    }
    return got;
  };

  it.each(ALGORITHMS)('verifies a token signed with %s', async (algorithm) => {
    const token = await server.issue(algorithm);
    expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({ alg: algorithm });
    const { status: code, body } = await get('jwt', token);
    expect([code, JSON.parse(body)]).toEqual([200, { username: algorithm, scopes: ['orders'], method: 'jwt' }]);
    expect(await status('jwt', `${token.slice(0, -8)}AAAAAAAA`)).toBe(401);
  });

  it('introspects a token: active, and no longer after its revocation', async () => {
    const token = await server.issue('RS256');
    expect(JSON.parse((await get('introspection', token)).body)).toMatchObject({ scopes: ['orders'], method: 'introspection' });
    await server.revoke(token);
    expect(await status('introspection', token)).toBe(401);
    // What is verified by its signature alone is valid until it expires.
    expect(await status('jwt', token)).toBe(200);
    expect(await status('introspection', 'unknown')).toBe(401);
    // A client of this server may introspect its own tokens only: those of another one are inactive.
    expect(await status('introspection', await server.issue('ES256'))).toBe(401);
  });

  it('refuses a token that has expired, in both ways', async () => {
    await server.setLifetime(1);
    const token = await server.issue('RS256');
    await sleep(2100);
    // The server works out the end of a token anew from the lifetime that is set when it is asked.
    const answers = [await status('jwt', token), await status('introspection', token)];
    await server.setLifetime(3600);
    expect(answers).toEqual([401, 401]);
  });

  it('admits a token that is bound to a certificate with that certificate alone', async () => {
    const token = await server.issue('RS256', { certificate: owner });
    expect([await status('jwt', token), await status('jwt', token, other)]).toEqual([401, 401]);
    expect(await status('jwt', token, owner)).toBe(200);
  });

  it('does not admit a token that is bound to a key as a bearer token', async () => {
    const token = await server.issue('RS256', { dpop: await provingClient() });
    for (const scheme of ['jwt', 'introspection'])
      for (const kind of ['Bearer', 'DPoP'])
        expect([scheme, kind, await status(scheme, token, undefined, kind)]).toEqual([scheme, kind, 401]);
  });

  it.each(['proven', 'asked'])('admits a token that is bound to a key with a proof of this key alone (%s)', async (scheme) => {
    const [client, stranger] = [await provingClient(), await provingClient()];
    const token = await server.issue('RS256', { dpop: client });
    const proofOf = ({ proof }: ProvingClient) => proof({ htm: 'GET', htu: `${PUBLIC}/${scheme}`, token });
    const ask = async (fields: Record<string, string>) => (await exchangeOnce(`${url}/${scheme}`, { ca: ca.certPem }, fields)).status;
    const dpop = proofOf(client);
    expect(await ask({ Authorization: `DPoP ${token}`, DPoP: dpop })).toBe(200);
    expect(await ask({ Authorization: `DPoP ${token}`, DPoP: dpop })).toBe(401);
    expect(await ask({ Authorization: `DPoP ${token}`, DPoP: proofOf(stranger) })).toBe(401);
    expect(await ask({ Authorization: `Bearer ${token}` })).toBe(401);
  });

  it('verifies tokens of new keys after a rotation, within a bounded time', async () => {
    await server.rotate();
    const token = await server.issue('PS256');
    expect(await until(200, () => status('jwt', token))).toBe(200);
  });

  it('answers 503 while the server is stopped, and recovers without a restart', async () => {
    const token = await server.issue('RS256');
    await server.stop();
    expect(await status('introspection', token)).toBe(503);
    await server.start();
    expect(await until(200, () => status('introspection', token))).toBe(200);
  });

  it('answers 503 in bounded time while the server is frozen, and recovers', async () => {
    const token = await server.issue('RS256');
    server.freeze();
    const started = performance.now();
    const frozen = await status('introspection', token);
    const took = performance.now() - started;
    server.thaw();
    expect(frozen).toBe(503);
    expect(took).toBeLessThan(TIMEOUT * 1000 + 2000);
    expect(await until(200, () => status('introspection', token))).toBe(200);
  });
});
