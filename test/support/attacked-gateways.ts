import { type INestApplication, Injectable, NotFoundException } from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { type Authorizer, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { appModule } from './app.js';
import { createSecret, goodClaims, mint } from './tokens.js';
import { makeUsersFile, type UsersFile } from './users-file.js';
import { type SocketAdapterName, startGateways } from './web-socket.js';

const key = createSecret('HS256');
const { iss, aud } = goodClaims();
/** Another site. */
export const EVIL = 'https://evil.example';
/** What the handlers ran with since the test began. */
export const ran: unknown[] = [];
/** How many messages a flood has. */
export const FLOOD = 500;

export const tokenOf = (sub: string, claims: object = {}) => mint(key, goodClaims({ sub, ...claims }));

@Injectable()
class Hides implements Authorizer {
  authorize(): boolean {
    throw new NotFoundException('There is no such order.');
  }
}
@ServiceAuth({ auth: ['sts', 'users', 'cookies'] })
@WebSocketGateway()
export class Orders {
  @SubscribeMessage('place')
  place(@CurrentPrincipal() who: Principal, @MessageBody() order: unknown) {
    ran.push(order);
    return { event: 'placed', data: who.username };
  }
  @ResourceAuth({ auth: [{ scheme: 'sts', authorizers: [Hides] }] })
  @SubscribeMessage('hidden')
  hidden() {
    ran.push('hidden');
  }
}

@ServiceAuth({ auth: [{ scheme: 'sts', scopes: ['admin'] }] })
@WebSocketGateway({ namespace: 'admin' })
export class Admin {
  @SubscribeMessage('drop')
  drop() {
    ran.push('drop');
    return { event: 'dropped', data: 'all' };
  }
}

@ServiceAuth({ auth: [{ scheme: 'sts', scopes: ['tenant'] }] })
@WebSocketGateway({ namespace: /^\/tenant-\d+$/ as never })
export class Tenants {
  @SubscribeMessage('drop')
  drop() {
    ran.push('drop');
    return { event: 'dropped', data: 'all' };
  }
}

/** An attack: what it does, and what the attacker sees. */
export interface Attack {
  readonly name: string;
  readonly reference: string;
  /** Left out: both. */
  readonly on?: SocketAdapterName;
  readonly act: (adapter: SocketAdapterName, url: string) => Promise<unknown>;
  readonly expected: unknown;
}

/** The attacks of a table that are about an adapter. */
export function attacksOn(adapter: SocketAdapterName, attacks: readonly Attack[]): readonly Attack[] {
  return attacks.filter(({ on = adapter }) => on === adapter);
}

/** Gateways that are attacked: an application for each test, closed after it. Call it in a `describe`. */
export function attackedGateways(adapter: SocketAdapterName) {
  let app: INestApplication | undefined;
  let users: UsersFile;
  beforeAll(async () => {
    users = await makeUsersFile([{ username: 'alice', password: 'alice@123' }]);
  });
  beforeEach(() => void ran.splice(0));
  afterEach(() => app?.close());
  afterAll(() => users.remove());
  return async (webSocket: object | undefined, providers: (new () => unknown)[], signatureConfig: object = { secret: key.secret }) => {
    const config = { issuer: String(iss), audience: String(aud), signatureConfig };
    const schemes = {
      sts: { jwtValidatorConfig: config },
      users: { fileUserStoreConfig: { path: users.path, allowPlainText: true } },
      cookies: { jwtValidatorConfig: { ...config, tokenFrom: [{ cookie: 'token' }] } },
    };
    const auth = { schemes, authorizers: [Hides], allowedOrigins: ['https://app.example.com'], ...(webSocket && { webSocket }) };
    const running = await startGateways(adapter, appModule({ auth: auth as never, providers }));
    app = running.app;
    return running;
  };
}
