import { type ExecutionContext, type Type } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { createPrincipal, type Principal } from '../../../../lib/principal.js';
import { callerOfRun, isKept, keepCaller } from '../../../../lib/transport/rpc/kept-callers.js';
import { MessageRequests } from '../../../../lib/transport/rpc/message-requests.js';

class Orders {
  @EventPattern(['placed', 'changed'])
  placed(_: unknown) {}
  @EventPattern('placed')
  again(_: unknown) {}
  @EventPattern({ of: 'placed' })
  other(_: unknown) {}
  @MessagePattern('placed')
  get() {}
  @MessagePattern('placed')
  find() {}
}
class Books extends Orders {}

type Handler = keyof Orders;
const ORDER = { id: 1 };

function contextOf(handler: Handler, message: unknown, data: unknown = ORDER, type: Type = Orders): ExecutionContext {
  const context = new ExecutionContextHost([data, message], type, Orders.prototype[handler]);
  context.setType('rpc');
  return context;
}

/** What a transporter hands out for all of its messages. */
function reused() {
  const fields: Record<string, unknown> = { authorization: 'Bearer a' };
  return { fields, message: { getMetadata: () => fields } };
}

describe('the request of a message', () => {
  it('is the same for each run of an event, and was read once', () => {
    const [requests, { message }] = [new MessageRequests(), reused()];
    const first = requests.of(contextOf('placed', message));
    expect(requests.of(contextOf('again', message))).toBe(first);
    expect(requests.of(contextOf('placed', message, ORDER, Books))).toBe(first);
  });

  it('is the same for a handler that has one of its patterns among others', () => {
    const [requests, { message }] = [new MessageRequests(), reused()];
    const first = requests.of(contextOf('again', message));
    expect(requests.of(contextOf('placed', message))).toBe(first);
  });

  it('is another one where one of several handlers runs again', () => {
    const [requests, { message }] = [new MessageRequests(), reused()];
    const first = requests.of(contextOf('placed', message));
    expect(requests.of(contextOf('again', message))).toBe(first);
    expect(requests.of(contextOf('placed', message))).not.toBe(first);
  });

  it('is the one that the caller of its run was kept with', () => {
    const [context, request] = [contextOf('get', reused().message), { headers: {}, rawHeaders: [] }];
    keepCaller(context, undefined, request);
    expect(new MessageRequests().of(context)).toBe(request);
  });

  it.each<[string, (message: object, fields: Record<string, unknown>) => ExecutionContext]>([
    ['has other data', (message) => contextOf('again', message, { id: 1 })],
    [
      'has another credential',
      (message, fields) => {
        fields.authorization = 'Bearer b';
        return contextOf('again', message);
      },
    ],
    [
      'has one credential more',
      (message, fields) => {
        fields.authorization = ['Bearer a', 'Bearer b'];
        return contextOf('again', message);
      },
    ],
    [
      'has no credential',
      (message, fields) => {
        fields.authorization = undefined;
        return contextOf('again', message);
      },
    ],
    ['has another pattern', (message) => contextOf('other', message)],
    ['runs the same handler again', (message) => contextOf('placed', message)],
    ['is no event', (message) => contextOf('get', message)],
  ])('is another one where the next message of the same object %s', (_, nextOf) => {
    const [requests, { message, fields }] = [new MessageRequests(), reused()];
    const context = contextOf('placed', message);
    const first = requests.of(context);
    const next = nextOf(message, fields);
    const second = requests.of(next);
    expect(second).not.toBe(first);
    expect([requests.of(context) === first, requests.of(next) === second]).toEqual([true, true]);
  });

  it('is another one for the next message that is no event, whatever it has', () => {
    const [requests, { message }] = [new MessageRequests(), reused()];
    expect(requests.of(contextOf('find', message))).not.toBe(requests.of(contextOf('get', message)));
  });

  it.each([undefined, null, 'text', 7])('has no credential where %p stands for the message', (message) => {
    const request = new MessageRequests().of(contextOf('get', message));
    expect([request.bearer, request.rawHeaders]).toEqual([{ kind: 'absent' }, []]);
  });

  it('has a token up to the longest that is looked at', () => {
    const requests = new MessageRequests();
    requests.maxTokenLength = 3;
    const { message, fields } = reused();
    fields.authorization = 'Bearer abcd';
    expect(requests.of(contextOf('get', message)).bearer).toEqual({ kind: 'malformed', reason: 'too_long' });
    fields.authorization = 'Bearer abc';
    expect(requests.of(contextOf('get', message)).bearer).toEqual({ kind: 'present', value: 'abc' });
  });
});

describe('the caller of a run', () => {
  const request = { headers: {}, rawHeaders: [] };
  const callerNamed = (username: string) => createPrincipal({ scheme: 'sts', method: 'jwt', username });
  const [alice, bob] = [callerNamed('alice'), callerNamed('bob')];

  it.each<[string, unknown]>([
    ['of a message', {}],
    ['of a message for which nothing stands', undefined],
  ])('is a copy of its own, the same each time: %s', (_, message) => {
    const context = contextOf('get', message);
    keepCaller(context, alice, request);
    const caller = callerOfRun(context);
    expect([caller, caller === alice, callerOfRun(context) === caller, isKept(context)]).toEqual([alice, false, true, true]);
  });

  it('is the very object that a strategy of the application made by itself', () => {
    const own: Principal = { ...alice };
    const context = contextOf('get', {});
    keepCaller(context, own, request);
    expect(callerOfRun(context)).toBe(own);
  });

  it('is nobody where it has no credentials, or was not kept', () => {
    const context = contextOf('get', {});
    expect([callerOfRun(context), isKept(context)]).toEqual([undefined, false]);
    keepCaller(context, undefined, request);
    expect([callerOfRun(context), isKept(context)]).toEqual([undefined, true]);
  });

  it.each<[string, (message: object) => ExecutionContext]>([
    ['another handler', (message) => contextOf('again', message)],
    ['the same method of another class', (message) => contextOf('placed', message, ORDER, Books)],
  ])('is not that of %s of the same message', (_, otherOf) => {
    const message = {};
    const [one, other] = [contextOf('placed', message), otherOf(message)];
    keepCaller(one, alice, request);
    expect([callerOfRun(other), isKept(other)]).toEqual([undefined, false]);
    keepCaller(other, bob, request);
    expect([callerOfRun(one), callerOfRun(other)]).toEqual([alice, bob]);
    expect([one.getArgs(), other.getArgs()]).toEqual(Array(2).fill([ORDER, message]));
  });

  it('is each run’s own where one object stands for all messages', () => {
    const message = {};
    const [one, other] = [contextOf('get', message), contextOf('get', message)];
    keepCaller(one, alice, request);
    keepCaller(other, bob, request);
    expect([callerOfRun(one), callerOfRun(other)]).toEqual([alice, bob]);
  });
});
