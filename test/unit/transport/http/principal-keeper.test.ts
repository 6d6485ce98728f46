import { EventEmitter } from 'node:events';
import { createPrincipal } from '../../../../lib/principal.js';
import { type HttpRequest, PrincipalKeeper, principalOn } from '../../../../lib/transport/http/principal-keeper.js';

const alice = createPrincipal({ scheme: 'sts', method: 'jwt', username: 'alice' });
const bob = createPrincipal({ scheme: 'sts', method: 'jwt', username: 'bob' });

/** An application with an adapter, and what its requests are made of. */
function application(type: string, property = 'user', prototype: object | undefined = {}) {
  const instance = { request: prototype };
  const server = new EventEmitter();
  const httpAdapter = { getInstance: () => instance, getType: () => type, getHttpServer: () => server };
  const keeper = new PrincipalKeeper();
  keeper.prepare({ httpAdapter } as never, property);
  const request = (own: object = {}): HttpRequest => {
    const made: HttpRequest = Object.assign(Object.create(prototype), own, { [type === 'fastify' ? 'server' : 'app']: instance });
    server.emit('request', made);
    return made;
  };
  return { keeper, request, server };
}

describe('a request', () => {
  it('of Express has room for the caller before any other listener sees it', () => {
    const { request } = application('express', 'caller', undefined);
    expect(Object.hasOwn(request(), 'caller')).toBe(true);
    expect(Object.hasOwn(application('fastify', 'caller').request(), 'caller')).toBe(false);
  });

  it('keeps what the application has defined for all of its requests', () => {
    const prototype = {
      get caller() {
        return 'of the application';
      },
    };
    expect(application('express', 'caller', prototype).request().caller).toBe('of the application');
  });

  it.each(['express', 'fastify'])('has the caller under the name of its application, on %s', (type) => {
    const { keeper, request } = application(type, 'caller');
    const made = request();
    keeper.keep(made, alice);
    expect([made.caller, made.user, principalOn(made as never)]).toEqual([alice, undefined, alice]);
  });

  it.each(['express', 'fastify'])('has the principal that the application put there in place of the caller, on %s', (type) => {
    const { keeper, request } = application(type, 'caller');
    const made = request({ user: bob });
    keeper.keep(made, alice);
    expect(principalOn(made as never)).toBe(alice);
    made.caller = bob;
    expect(principalOn(made as never)).toBe(bob);
  });

  it.each<[string, unknown]>([
    ['a user of another library', { username: 'mallory', scopes: [], roles: [], permissions: [], claims: {} }],
    ['a user with a scheme only', { ...bob, method: undefined }],
    ['a user with a method only', { ...bob, scheme: 7 }],
    ['text', 'mallory'],
    ['nothing', undefined],
  ])('has the caller, whatever else the application put there: %s', (_, user) => {
    const { keeper, request } = application('express');
    const made = request();
    keeper.keep(made, alice);
    made.user = user;
    expect(principalOn(made as never)).toBe(alice);
  });

  it('of an application that is not known has the caller in user', () => {
    expect(principalOn({ user: bob, app: {} })).toBe(bob);
    expect(principalOn({ user: bob })).toBe(bob);
  });
});

describe('an application', () => {
  it.each<[string, object]>([
    ['without an adapter', {}],
    ['whose adapter has no instance', { httpAdapter: { getInstance: () => undefined, getType: () => 'probe' } }],
    [
      'of Express without a server yet',
      { httpAdapter: { getInstance: () => ({}), getType: () => 'express', getHttpServer: () => undefined } },
    ],
  ])('%s is prepared', (_, host) => {
    const keeper = new PrincipalKeeper();
    keeper.prepare(host as never, 'caller');
    const request: HttpRequest = {};
    keeper.keep(request, alice);
    expect(request.caller).toBe(alice);
  });
});
