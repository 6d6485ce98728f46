import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { startTestIssuer } from 'nest-service-auth/testing';
import { appModule } from '../support/app.js';
import { connect, refusalOf, SOCKET_ADAPTERS, startGateways } from '../support/web-socket.js';

/** Where clients call the application, whatever its port is. */
const PUBLIC = 'https://api.example.com';

@ServiceAuth({ auth: ['sts'] })
@WebSocketGateway()
class OrderGateway {
  @SubscribeMessage('who')
  who(@CurrentPrincipal() { username }: Principal) {
    return { event: 'who', data: username };
  }
}

describe.each(SOCKET_ADAPTERS)('the handshake of a gateway on %s', (adapter) => {
  it('takes a token that is bound to a key with a proof for GET and its https: URL, once', async () => {
    const issuer = await startTestIssuer({ audience: 'orders' });
    const signatureConfig = { jwksConfig: { url: `${issuer.url}/keys` } };
    const sts = { jwtValidatorConfig: { issuer: issuer.url, audience: 'orders', signatureConfig, dpop: 'required' as const } };
    const module = appModule({ auth: { schemes: { sts }, publicUrl: PUBLIC }, providers: [OrderGateway] });
    const { app, url } = await startGateways(adapter, module);
    try {
      const proving = await issuer.dpop();
      const token = await proving.token();
      const called = { url: `${PUBLIC}${adapter === 'ws' ? '/' : '/socket.io/'}` };
      const io = { transports: ['websocket'] };
      const headers = { ...(await proving.headers(token, called)) };
      const client = await connect(adapter, url, { headers, io });
      // The proof has been used, and the connection goes on.
      expect([await client.ask('who'), await client.ask('who')]).toEqual(Array(2).fill(['who', 'alice']));
      client.close();
      const unauthenticated = expect.objectContaining({ code: 'UNAUTHENTICATED' });
      expect(await refusalOf(adapter, url, { headers, io })).toEqual(unauthenticated);
      expect(await refusalOf(adapter, url, { headers: { authorization: `DPoP ${token}` }, io })).toEqual(unauthenticated);
      const posted = { ...(await proving.headers(token, { ...called, method: 'POST' })) };
      expect(await refusalOf(adapter, url, { headers: posted, io })).toEqual(unauthenticated);
    } finally {
      await app.close();
      await issuer.close();
    }
  });
});
