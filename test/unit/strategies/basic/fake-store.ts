import type { Socket } from 'node:net';
import { AuthUnavailableError } from '../../../../lib/errors.js';
import { requestOfAuthorization } from '../../../../lib/http/auth-request.js';
import { type BasicAuthenticatorOptions, createBasicAuthenticator } from '../../../../lib/strategies/basic/basic-authenticator.js';
import type { KnownUser, MayTry, StoreAnswer, UserStore } from '../../../../lib/strategies/basic/user-store.js';

export const ALICE: KnownUser = { username: 'alice', scopes: ['read'], roles: ['clerk'], version: '1' };

/** A store that knows one user, and what it was asked. */
export class FakeStore implements UserStore {
  readonly asked: string[] = [];
  current = true;
  down = false;
  closed = false;

  async verify(username: string, password: string): Promise<StoreAnswer> {
    this.asked.push(username);
    await Promise.resolve();
    if (this.down) throw new AuthUnavailableError('down', { retryAfter: 7 });
    return username === 'alice' && password === 'geheim' ? ALICE : 'refused';
  }

  isCurrent(): boolean {
    return this.current;
  }

  close(): void {
    this.closed = true;
  }
}

/** A store in which every name means the same account. */
export class OneAccount extends FakeStore {
  readonly tried: string[] = [];

  override async verify(username: string, password: string, mayTry: MayTry = async () => true): Promise<StoreAnswer> {
    if (!(await mayTry('the account'))) return 'refused';
    this.tried.push(username);
    return super.verify(username, password);
  }
}

export const basic = (userPass: string) => `Basic ${Buffer.from(userPass).toString('base64')}`;

export const from = (remoteAddress: string, authorization: string) => ({
  ...requestOfAuthorization(authorization),
  socket: { remoteAddress } as Socket,
});

export function setUp(options: Partial<BasicAuthenticatorOptions> = {}) {
  const store = new FakeStore();
  const authenticator = createBasicAuthenticator({
    name: 'internal',
    store,
    host: { trustedProxies: [], warn: () => undefined },
    ...options,
  });
  return { store, authenticator, ask: (authorization?: string) => authenticator.authenticate(requestOfAuthorization(authorization)) };
}
