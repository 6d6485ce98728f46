import { X509Certificate } from 'node:crypto';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';
import { type AuthorizationServer, CLIENT_SECRET, startAuthorizationServer } from '../support/authorization-server.js';
import { createTestCa, type IssuedCertificate, type TestCa } from '../support/certificates.js';
import { exchangeOnce } from '../support/tls-client.js';

@ServiceAuth({ auth: ['remembered'] })
@Controller('order')
class OrderController {
  @Get()
  list() {
    return 'orders';
  }
}

describe.each(ADAPTERS)('a token that the server bound to a certificate, on %s', (adapter) => {
  let ca: TestCa;
  let owner: IssuedCertificate;
  let other: IssuedCertificate;
  let server: AuthorizationServer;
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    ca = await createTestCa();
    const [own, ...clients] = await Promise.all([ca.issue(), ca.issue({ cn: 'owner' }), ca.issue({ cn: 'other' })]);
    [owner, other] = clients as [IssuedCertificate, IssuedCertificate];
    server = await startAuthorizationServer();
    const auth = { method: 'client_secret_post', clientId: 'by_post', clientSecret: CLIENT_SECRET } as const;
    const remembered = { oauth2IntrospectionConfig: { url: server.introspectionUrl, cacheConfig: {}, clientConfig: { auth } } };
    const httpsOptions = { key: own.keyPem, cert: own.certPem, ca: ca.certPem, requestCert: true, rejectUnauthorized: false };
    const module = appModule({ auth: { schemes: { remembered } }, controllers: [OrderController] });
    ({ app, url } = await startApp(adapter, module, { httpsOptions }));
  });
  afterAll(async () => {
    await app?.close();
    await server?.close();
  });

  const get = async (token: string, client?: IssuedCertificate) => {
    const key = client && { key: client.keyPem, cert: client.certPem };
    return (await exchangeOnce(`${url}/order`, { ca: ca.certPem, ...key }, { Authorization: `Bearer ${token}` })).status;
  };

  it('gets in with that certificate alone, also when its answer is remembered', async () => {
    const thumbprint = new X509Certificate(owner.certPem).fingerprint256.replaceAll(':', '');
    const { token } = await server.issue({ boundTo: Buffer.from(thumbprint, 'hex').toString('base64url') });
    expect([await get(token, other), await get(token)]).toEqual([401, 401]);
    expect([await get(token, owner), await get(token, owner)]).toEqual([200, 200]);
    expect([await get(token, other), await get(token)]).toEqual([401, 401]);
    expect(server.requests).toEqual(['/token/introspection']);
  });

  it('is not asked for a certificate when it is bound to none', async () => {
    const { token } = await server.issue();
    expect(await get(token)).toBe(200);
  });
});
