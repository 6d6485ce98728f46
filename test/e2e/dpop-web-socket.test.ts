import { setTimeout as sleep } from 'node:timers/promises';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { startTestIssuer } from 'nest-service-auth/testing';
import { appModule } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { startServer } from '../support/https-server.js';
import { provingClient } from '../support/proofs.js';
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

  it('takes the proof of an introspected token once: it may grow old, and the connection stays open when the token is asked about again', async () => {
    const prover = await provingClient();
    let [asked, active] = [0, true];
    const server = await startServer((_, response) => {
      asked++;
      const answer = active ? { active, sub: 'alice', token_type: 'DPoP', cnf: { jkt: prover.jkt } } : { active };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
    const sts = { oauth2IntrospectionConfig: { url: server.url.href, dpop: { mode: 'required' as const, maxAge: 5 } } };
    const auth = { schemes: { sts }, publicUrl: PUBLIC, webSocket: { recheck: 1 } };
    const { app, url } = await startGateways(adapter, appModule({ auth, providers: [OrderGateway] }));
    try {
      const proof = prover.proof({ htm: 'GET', htu: `${PUBLIC}${adapter === 'ws' ? '/' : '/socket.io/'}`, token: 'opaque' });
      const headers = { authorization: 'DPoP opaque', dpop: proof };
      const client = await connect(adapter, url, { headers, io: { transports: ['websocket'] } });
      await sleep(6000);
      const before = asked;
      await eventually(() => asked > before + 1);
      expect(await client.ask('who')).toEqual(['who', 'alice']);
      active = false;
      expect(await client.ended).toBe(adapter === 'ws' ? 4401 : 'io server disconnect');
    } finally {
      await app.close();
      await server.close();
    }
  }, 40_000);
});
