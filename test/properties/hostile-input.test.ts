import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { Metadata } from '@grpc/grpc-js';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import {
  EventPattern,
  KafkaContext,
  MessagePattern,
  MqttContext,
  NatsContext,
  RedisContext,
  RmqContext,
  TcpContext,
} from '@nestjs/microservices';
import fc from 'fast-check';
import { AuthGuard, ServiceAuth } from 'nest-service-auth';
import { createApp } from '../support/adapters.js';
import { anyText, dataValue, fieldName, fieldsOf, fieldValue, hostileValue } from '../support/any-input.js';
import { makeKey, makeTablesFile, type TablesFile } from '../support/api-keys-file.js';
import { appModule } from '../support/app.js';
import { outcomeOf as outcomeOfCall, REFUSED } from '../support/guard-outcome.js';
import { receivedRequest } from '../support/received-request.js';
import { tried } from '../support/runs.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';
import { makeUsersFile, type UsersFile } from '../support/users-file.js';

const secret = createSecret('HS256');

@ServiceAuth({ auth: ['sts', 'opaque', 'users', 'keys', 'envoy', 'rfc9440', { allOf: ['sts', 'nginx'] }] })
@Controller()
class Orders {
  @Get('orders')
  list() {}
  @MessagePattern('orders.get')
  get(_: unknown) {}
  @EventPattern('orders.placed')
  placed(_: unknown) {}
}

let app: INestApplication;
let guard: AuthGuard;
let users: UsersFile;
let keys: TablesFile;
let good: string;

beforeAll(async () => {
  users = await makeUsersFile([{ username: 'alice', password: 'wonderland' }]);
  keys = await makeTablesFile(makeKey('billing').table);
  const sts = { issuer: 'https://sts.test', audience: 'orders', signatureConfig: { secret: secret.secret } };
  const schemes = {
    sts: {
      jwtValidatorConfig: { ...sts, dpop: 'accepted', tokenFrom: [{ header: 'authorization' }, { cookie: 'token' }, { header: 'x-jwt' }] },
    },
    // Nobody listens there: what would be asked about is answered 503.
    opaque: { oauth2IntrospectionConfig: { url: 'http://127.0.0.1:9/introspect', clientConfig: { timeout: 0.2 } } },
    users: { fileUserStoreConfig: { path: users.path, allowPlainText: true, failedLogins: { addressFrom: 'x-forwarded-for' } } },
    keys: { apiKeyStoreConfig: { path: keys.path } },
    envoy: { mutualSslConfig: { forwarded: 'envoy' } },
    rfc9440: {
      mutualSslConfig: { forwarded: 'rfc9440', userMappings: [{ trustedIssuer: 'CN=Root', certThumbprint: '*', allowedUsernames: ['*'] }] },
    },
    nginx: { mutualSslConfig: { forwarded: 'nginx' } },
  } as const;
  const options = {
    schemes,
    publicUrl: ['https://api.test', 'https://other.test'],
    trustedProxies: ['10.0.0.0/8'],
    explain: 'body' as const,
  };
  app = await createApp('express', appModule({ auth: options as never, controllers: [Orders] }));
  await app.init();
  guard = app.get(AuthGuard, { strict: false });
  good = `Bearer ${await mint(secret, goodClaims())}`;
});
afterAll(async () => {
  await app.close();
  await Promise.all([users.remove(), keys.remove()]);
});

const outcomeOf = (args: unknown[], kind: 'http' | 'rpc', handler: 'list' | 'get' | 'placed') =>
  outcomeOfCall(guard, { type: Orders, handler, kind, args });

/** A connection from an address, as Node hands it out. */
const from = (remoteAddress: string) => Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress }) as Socket;
const sockets = [from('10.0.0.7'), from('192.0.2.1'), from('::1'), new Socket()];

/** What the guard puts header fields on. */
const ANSWER = { set: () => undefined };

describe('a request of HTTP', () => {
  const names = [
    ...['Authorization', 'Cookie', 'X-Jwt', 'X-Api-Key', 'DPoP', 'Client-Cert', 'X-Forwarded-Client-Cert', 'X-SSL-Client-Cert'],
    ...['X-SSL-Client-Verify', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'Forwarded', 'WSO2-Identity-User', 'Origin'],
    ...['Sec-Fetch-Site', 'Host', '__proto__', 'constructor', 'Content-Length'],
  ];
  const cookie = fieldValue.map((value) => `token=${value}`);
  const field = fc.tuple(fc.constantFrom(...names), fc.oneof({ weight: 4, arbitrary: fieldValue }, { weight: 1, arbitrary: cookie }));
  const request = fc
    .record({
      rawHeaders: fc.array(field, { maxLength: 8 }).map((fields) => fields.flat()),
      method: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', '', 'get'),
      url: fc.oneof(fc.constantFrom('/orders', '/orders?x', '', '*', 'http://x/orders', '//', '/%'), anyText),
      socket: fc.constantFrom(...sockets),
    })
    .map(receivedRequest);

  it('is refused without proof, by an error of this module, in bounded time', async () => {
    const property = fc.asyncProperty(request, async (each) => {
      expect(await outcomeOf([each, ANSWER], 'http', 'list')).toMatch(REFUSED);
    });
    await fc.assert(property, tried(300));
  });

  it('is admitted with a good token in its place', async () => {
    const each = receivedRequest({ url: '/orders', rawHeaders: ['Authorization', good] });
    expect(await outcomeOf([each, ANSWER], 'http', 'list')).toBe('admitted');
  });

  it('is refused with a good token in the wrong place', async () => {
    const token = () => good.slice('Bearer '.length);
    const value = fc.constantFrom(
      () => good,
      () => ` ${good}`,
      () => `${good},`,
      () => `${good} x`,
      () => `Basic ${token()}`,
      () => `DPoP ${token()}`,
      () => token(),
      () => `"${token()}"`,
      () => `token=${token()}`,
      () => `Token=${good}`,
    );
    const wrong = [
      'X-Authorization',
      'Proxy-Authorization',
      'Authorization ',
      'X-Api-Key',
      'DPoP',
      'Client-Cert',
      'Forwarded',
      'Host',
      'Cookies',
    ];
    const property = fc.asyncProperty(fc.constantFrom(...wrong), value, fc.constantFrom(...sockets), async (name, make, socket) => {
      const each = receivedRequest({ socket, url: '/orders', rawHeaders: [name, make()] });
      expect(await outcomeOf([each, ANSWER], 'http', 'list')).toMatch(REFUSED);
    });
    await fc.assert(property, tried(100));
  });
});

/** The context of a message for a handler, as Nest's transporters make it. */
const CONTEXTS: Readonly<Record<string, (fields: unknown) => object>> = {
  TCP: (fields) => new TcpContext([new Socket() as never, 'orders.get', fields as never]),
  Redis: (fields) => new RedisContext(['orders.get', fields as never]),
  NATS: (fields) => new NatsContext(['orders.get', pairsOf(fields)]),
  Kafka: (headers) => new KafkaContext([{ headers } as never, 0, 'orders.get', {} as never, async () => {}, {} as never]),
  RabbitMQ: (headers) => new RmqContext([{ properties: { headers } }, {}, 'orders.get']),
  MQTT: (userProperties) => new MqttContext(['orders.get', { properties: { userProperties } }]),
  'a transporter of the application': (fields) => ({ getMetadata: () => fields }),
};

/** The headers of NATS are pairs of a name and its values. */
function pairsOf(fields: unknown): unknown {
  try {
    return new Map(Object.entries(Object(fields)).map(([name, value]) => [name, [value]]));
  } catch {
    return fields;
  }
}

describe.each(Object.entries(CONTEXTS))('a message of %s', (_, contextOf) => {
  const handlers = fc.constantFrom('get' as const, 'placed' as const);
  const refused = (fields: fc.Arbitrary<unknown>) =>
    fc.asyncProperty(fields, dataValue, handlers, async (each, payload, handler) => {
      expect(await outcomeOf([payload, contextOf(each)], 'rpc', handler)).toMatch(REFUSED);
    });

  it('is admitted with a good token in its place', async () => {
    expect(await outcomeOf(['payload', contextOf({ authorization: good })], 'rpc', 'get')).toBe('admitted');
  });

  it('is refused without proof, whatever is beside its payload', async () => {
    await fc.assert(refused(fc.oneof(fieldsOf(dataValue), dataValue)), tried(100));
  });

  it('is refused where reading it fails', async () => {
    const value = fc.oneof(
      hostileValue,
      fieldsOf(hostileValue).map((fields) => () => Object.fromEntries(Object.entries(fields).map(([name, make]) => [name, make()]))),
      fieldName.map((name) => () => Object.defineProperty({}, name, { enumerable: true, get: fail })),
      fc.array(hostileValue, { maxLength: 3 }).map((list) => () => new Set(list.map((make) => make()))),
    );
    const property = fc.asyncProperty(value, handlers, async (make, handler) => {
      expect(await outcomeOf(['payload', contextOf(make())], 'rpc', handler)).toMatch(REFUSED);
    });
    await fc.assert(property, tried(100));
  });

  it('is refused with a good token in its payload, or in another field', async () => {
    const property = fc.asyncProperty(fc.constantFrom('Authorization ', 'token', 'headers', 'bearer', '__proto__'), async (name) => {
      const fields = Object.fromEntries([[name, good]]);
      expect(await outcomeOf([{ authorization: good }, contextOf(fields)], 'rpc', 'get')).toMatch(REFUSED);
      expect(await outcomeOf([{ authorization: good }, contextOf({ [name]: { authorization: good } })], 'rpc', 'get')).toMatch(REFUSED);
    });
    await fc.assert(property, tried(20));
  });
});

describe('a call of gRPC', () => {
  /** What `@grpc/grpc-js` hands out: it answers by events. */
  class Call extends EventEmitter {
    constructor(readonly metadata: unknown) {
      super();
    }
    sendMetadata() {}
    getPeer() {
      return '127.0.0.1:1';
    }
  }
  const value = fc.oneof(fieldValue, fc.string({ unit: 'grapheme-ascii' })).map((text) => text.replaceAll(/[^\x20-\x7e]/g, ''));
  const metadata = fc.array(value, { maxLength: 4 }).map((values) => {
    const made = new Metadata();
    for (const each of values) made.add('authorization', each);
    return made;
  });
  const metadatas: fc.Arbitrary<() => unknown> = fc.oneof(
    metadata.map((made) => () => made),
    hostileValue,
    fc.constant(() => ({ get: fail })),
    hostileValue.map((make) => () => ({ get: make })),
  );

  it('is refused without proof', async () => {
    const property = fc.asyncProperty(metadatas, dataValue, async (make, payload) => {
      const each = make();
      expect(await outcomeOf([payload, each, new Call(each)], 'rpc', 'get')).toMatch(REFUSED);
    });
    await fc.assert(property, tried(100));
  });

  it('is answered by its own means where the handler works with the call: an exception would end the process', async () => {
    const property = fc.asyncProperty(metadatas, async (make) => {
      const call = new Call(make());
      const answered = new Promise((resolve) => call.once('error', resolve));
      void outcomeOf([call], 'rpc', 'get').then(
        () => call.emit('error', 'settled'),
        () => call.emit('error', 'thrown'),
      );
      expect([3, 7, 14, 16]).toContain(Reflect.get(Object(await answered), 'code'));
    });
    await fc.assert(property, tried(100));
  });
});

function fail(): never {
  throw new Error('must not be looked at');
}
