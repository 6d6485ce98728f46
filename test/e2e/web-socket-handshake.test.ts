import { jest } from '@jest/globals';
import { type INestApplication, Injectable } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AuthGuard, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { appModule, eventsOf, RecordingSink } from '../support/app.js';
import { tell } from '../support/probe.strategy.js';
import { connect, refusalOf, SOCKET_ADAPTERS, startGateways } from '../support/web-socket.js';

@Injectable()
class Sink extends RecordingSink {}

const schemes = { probe: { probeConfig: { header: 'x-probe' } }, other: { probeConfig: { header: 'x-other' } } };
const connected: (string | undefined)[] = [];

@ServiceAuth({ auth: ['probe'] })
@WebSocketGateway()
class OrderGateway {
  handleConnection(_: unknown, @CurrentPrincipal() who: Principal | undefined) {
    connected.push(who?.username);
  }
  @SubscribeMessage('place')
  place(@MessageBody() data: unknown, @CurrentPrincipal() who: Principal) {
    return { event: 'placed', data: [who.username, data] };
  }
  @ResourceAuth({ auth: { scopes: 'admin' } })
  @SubscribeMessage('cancel')
  cancel() {
    return { event: 'cancelled', data: 'let in' };
  }
  @ResourceAuth({ auth: ['other'] })
  @SubscribeMessage('other')
  other(@CurrentPrincipal() who: Principal) {
    return { event: 'other', data: who.username };
  }
  @ResourceAuth({ auth: false })
  @SubscribeMessage('open')
  open(@ConnectedSocket() _: unknown, @CurrentPrincipal() who: Principal | undefined) {
    return { event: 'opened', data: who?.username ?? 'nobody' };
  }
}

describe.each(SOCKET_ADAPTERS)('a gateway on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    ({ app, url } = await startGateways(adapter, appModule({ auth: { schemes, eventSink: Sink }, providers: [OrderGateway] })));
  });
  afterAll(() => app.close());
  beforeEach(() => void connected.splice(0));

  const refused = (status: number, code: string) => (adapter === 'ws' ? expect.objectContaining({ status, code }) : { code });

  it('refuses a handshake without credentials, with bad ones, and where the caller cannot be determined', async () => {
    expect(await refusalOf(adapter, url)).toEqual(refused(401, 'UNAUTHENTICATED'));
    expect(await refusalOf(adapter, url, { headers: tell({ 'x-probe': { reject: 'bad' } }) })).toEqual(refused(401, 'UNAUTHENTICATED'));
    expect(await refusalOf(adapter, url, { headers: tell({ 'x-probe': { unavailable: 'down' } }) })).toEqual(refused(503, 'UNAVAILABLE'));
    expect(await refusalOf(adapter, url, { headers: tell({ 'x-probe': { reject: 'x', retryAfter: 3 } }) })).toEqual(
      refused(429, 'TOO_MANY_REQUESTS'),
    );
    expect(connected).toEqual([]);
  });

  it('challenges at the upgrade; socket.io has no answer with header fields', async () => {
    const challenge = adapter === 'ws' ? 'Probe realm="api"' : undefined;
    expect(await refusalOf(adapter, url)).toEqual(expect.objectContaining(challenge ? { challenge } : { code: 'UNAUTHENTICATED' }));
  });

  it.each([true, false])('hands the caller to handleConnection and to each message (decided later: %p)', async (later) => {
    const client = await connect(adapter, url, { headers: tell({ 'x-probe': { accept: { username: 'carol' }, later } }) });
    expect(connected).toEqual(['carol']);
    expect(await client.ask('place', 'pump')).toEqual(['placed', ['carol', 'pump']]);
    client.close();
  });

  it('decides about messages without a promise, also where the handshake had to wait', async () => {
    const client = await connect(adapter, url, { headers: tell({ 'x-probe': { accept: { username: 'carol' }, later: true } }) });
    const decide = jest.spyOn(AuthGuard.prototype, 'canActivate');
    try {
      for (const order of [1, 2]) expect(await client.ask('place', order)).toEqual(['placed', ['carol', order]]);
      expect(decide.mock.results.map(({ value }) => value)).toEqual([true, true]);
    } finally {
      decide.mockRestore();
      client.close();
    }
  });

  it('refuses a message by its own requirements, and the connection stays', async () => {
    const client = await connect(adapter, url, { headers: tell({ 'x-probe': { accept: {} } }) });
    expect(await client.ask('cancel')).toEqual(['exception', { status: 'error', code: 'FORBIDDEN', message: 'Forbidden' }]);
    expect(await client.ask('other')).toEqual(['exception', { status: 'error', code: 'UNAUTHENTICATED', message: 'Unauthorized' }]);
    expect(await client.ask('place', 1)).toEqual(['placed', ['somebody', 1]]);
    client.close();
  });

  it('keeps the caller to its own run', async () => {
    const behaviours = { 'x-probe': { accept: { username: 'carol' } }, 'x-other': { accept: { username: 'dave' } } };
    const client = await connect(adapter, url, { headers: tell(behaviours) });
    expect(await client.ask('other')).toEqual(['other', 'dave']);
    expect(await client.ask('place', 1)).toEqual(['placed', ['carol', 1]]);
    expect(await client.ask('open')).toEqual(['opened', 'nobody']);
    client.close();
  });

  it('reports each message once', async () => {
    const before = eventsOf(app).length;
    const client = await connect(adapter, url, { headers: tell({ 'x-probe': { accept: {} } }) });
    await client.ask('cancel');
    expect(eventsOf(app).slice(before)).toEqual([
      expect.objectContaining({ transport: 'ws', route: 'OrderGateway.cancel (ws cancel)', status: 403 }),
    ]);
    client.close();
  });
});
