import type { AddressInfo, Server } from 'node:net';
import type { INestMicroservice } from '@nestjs/common';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { AuthClients, AuthConfigurationError } from 'nest-service-auth';
import { as, overrideAuth } from 'nest-service-auth/testing';
import { firstValueFrom } from 'rxjs';
import { authorizationOf, messagesModule, startMicroservice } from '../support/rpc-app.js';

const TCP = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } as const;

function clientOf(app: INestMicroservice) {
  const { port } = app.unwrap<Server>().address() as AddressInfo;
  return ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
}

describe('messages of an AuthClient', () => {
  it('carry its token, on a client that it is attached to and in the fields that it gives', async () => {
    const token = (await authorizationOf('stock')).replace('Bearer ', '');
    const clients = { stock: { baseUrl: 'https://stock.test', auth: { bearerTokenConfig: { token } } } };
    const app = await startMicroservice(TCP, { auth: { clients } });
    const client = clientOf(app);
    const stock = app.get(AuthClients, { strict: false }).get('stock');
    expect(await stock.rpcHeaders()).toEqual({ authorization: `Bearer ${token}` });
    await expect(firstValueFrom(client.send('orders.create', 1))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(stock.attach(client)).toBe(client);
    expect(await firstValueFrom(client.send('orders.create', 1))).toEqual({ by: 'stock', order: 1 });
    expect(() => stock.attach(client)).toThrow(AuthConfigurationError);
    expect(() => stock.attach({ connect: async () => undefined })).toThrow('no place for credentials');
    await client.close();
    await app.close();
  });
});

describe('the callers of a test', () => {
  it('are the callers of messages as well', async () => {
    const builder = Test.createTestingModule({ imports: [messagesModule()] });
    const app = (await overrideAuth(builder).compile()).createNestMicroservice({ ...TCP, logger: false });
    await app.listen();
    const client = clientOf(app);
    client.setOnDispatchHook((packet) => Object.assign(packet, { metadata: as({ username: 'carol', scopes: ['add_order'] }) }));
    expect(await firstValueFrom(client.send('orders.create', 1))).toEqual({ by: 'carol', order: 1 });
    await client.close();
    await app.close();
  });
});
