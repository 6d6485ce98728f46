import { Controller, Get, type INestApplication } from '@nestjs/common';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { startTestIssuer, type TestIssuer } from 'nest-service-auth/testing';
import { allowInsecureRequests, DPoP, isDPoPNonceError, protectedResourceRequest } from 'oauth4webapi';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { appModule, bootError, eventsOf, RecordingSink } from '../support/app.js';
import { freePorts } from '../support/free-port.js';
import { type ProvingClient, provingClient } from '../support/proofs.js';

@ServiceAuth({ auth: ['sts'] })
@Controller('order')
class OrderController {
  @Get()
  list(@CurrentPrincipal() { username }: Principal) {
    return username;
  }
}

let issuer: TestIssuer;
let client: ProvingClient;
beforeAll(async () => {
  [issuer, client] = await Promise.all([startTestIssuer({ audience: 'orders' }), provingClient()]);
});
afterAll(() => issuer.close());

const schemesFor = (dpop: unknown) => {
  const jwt = { issuer: issuer.url, audience: 'orders', signatureConfig: { jwksConfig: { url: `${issuer.url}/keys` } }, dpop };
  return { sts: { jwtValidatorConfig: jwt } };
};

describe.each(ADAPTERS)('DPoP on %s', (adapter) => {
  let app: INestApplication;
  let url: string;

  const start = async (dpop: unknown) => {
    const [port] = await freePorts(1);
    url = `http://127.0.0.1:${port}`;
    const auth = { schemes: schemesFor(dpop) as never, publicUrl: url, eventSink: RecordingSink };
    app = await createApp(adapter, appModule({ auth, controllers: [OrderController] }));
    await app.listen(port ?? 0, '127.0.0.1');
  };
  afterEach(() => app?.close());

  const bound = () => issuer.token({ cnf: { jkt: client.jkt } });
  const get = (headers: Record<string, string>) => fetch(`${url}/order`, { headers });
  const withProof = (token: string, claims = {}) =>
    get({ authorization: `DPoP ${token}`, dpop: client.proof({ htm: 'GET', htu: `${url}/order`, token, ...claims }) });

  it('admits a bound token with a new proof for each request', async () => {
    await start('accepted');
    const token = await bound();
    for (let round = 0; round < 3; round++) expect(await (await withProof(token)).text()).toBe('alice');
  });

  it('challenges by both schemes where both are accepted, and by DPoP alone where it is required', async () => {
    await start({ mode: 'accepted', algorithms: ['ES256'] });
    expect((await get({})).headers.get('www-authenticate')).toBe('Bearer realm="api", DPoP realm="api", algs="ES256"');
    await app.close();
    await start({ mode: 'required', algorithms: ['ES256'] });
    expect((await get({})).headers.get('www-authenticate')).toBe('DPoP realm="api", algs="ES256"');
  });

  it('answers under the scheme that came, and tells the reason to the events alone', async () => {
    await start({ mode: 'accepted', algorithms: ['ES256'] });
    const token = await bound();
    const challenge = async (answer: Promise<Response>) => (await answer).headers.get('www-authenticate');
    expect(await challenge(withProof(token, { htm: 'POST' }))).toMatch(/^Bearer realm="api", DPoP .*error="invalid_dpop_proof"/);
    expect(await challenge(get({ authorization: `DPoP ${token}` }))).toMatch(/^Bearer realm="api", DPoP .*error="invalid_dpop_proof"/);
    expect(await challenge(withProof(await issuer.token()))).toMatch(/^Bearer realm="api", DPoP .*error="invalid_token"/);
    expect(await challenge(get({ authorization: `Bearer ${token}` }))).toMatch(/^Bearer realm="api", error="invalid_token", DPoP /);
    const reasons = eventsOf(app).map(({ steps }) => steps[0]?.reason);
    expect(reasons).toEqual(['dpop_wrong_method', 'dpop_proof_missing', 'dpop_token_not_bound', 'dpop_scheme_missing']);
  });

  it('refuses a proof that was used, whatever is remembered', async () => {
    await start('required');
    const token = await bound();
    const dpop = client.proof({ htm: 'GET', htu: `${url}/order`, token });
    const ask = async () => (await get({ authorization: `DPoP ${token}`, dpop })).status;
    expect([await ask(), await ask()]).toEqual([200, 401]);
  });

  it('lets a client of another library in, with nonces', async () => {
    await start({ mode: 'required', nonce: true });
    const keys = await generateKeyPair('ES256');
    const token = await issuer.token({ cnf: { jkt: await calculateJwkThumbprint(await exportJWK(keys.publicKey)) } });
    const handle = DPoP({}, keys);
    const call = () =>
      protectedResourceRequest(token, 'GET', new URL(`${url}/order`), undefined, undefined, {
        DPoP: handle,
        [allowInsecureRequests]: true,
      });
    const refusal: unknown = await call().catch((error: unknown) => error);
    expect(isDPoPNonceError(refusal)).toBe(true);
    for (let round = 0; round < 2; round++) expect((await call()).status).toBe(200);
  });

  it('does not boot without the public URL', async () => {
    const error = await bootError(
      adapter,
      appModule({ auth: { schemes: schemesFor('accepted') as never }, controllers: [OrderController] }),
    );
    expect(error.message).toMatch(/schemes\.sts\.jwtValidatorConfig\.dpop: needs the URLs .* publicUrl/);
  });
});
