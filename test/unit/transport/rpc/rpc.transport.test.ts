import { EventEmitter } from 'node:events';
import { ServiceUnavailableException } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { EventPattern, MessagePattern, RpcException } from '@nestjs/microservices';
import { UnauthenticatedException } from 'nest-service-auth';
import { RpcTransport } from '../../../../lib/transport/rpc/rpc.transport.js';

class Orders {
  @EventPattern('placed')
  placed(_: unknown) {}
  @MessagePattern('get')
  get() {}
}

/** A refusal, and what becomes of the delivery. */
async function refuse(
  handler: keyof Orders,
  refusal: UnauthenticatedException | ServiceUnavailableException,
  rpc: object = {},
  kinds = ['microservice message'],
  args: unknown[] = [{}, {}],
) {
  const settled: unknown[] = [];
  const deliveries = { settle: (_: unknown, settlement: string) => void settled.push(settlement) };
  const transport = new RpcTransport(deliveries as never, { endWithCredential: () => undefined } as never);
  await transport.load(new Set(kinds) as never);
  transport.prepare({ rpc, maxTokenLength: 10 } as never);
  const context = new ExecutionContextHost(args, Orders, Orders.prototype[handler]);
  context.setType('rpc');
  let thrown: unknown;
  try {
    void transport.refuse(context, refusal);
  } catch (error) {
    thrown = error;
  }
  return { settled, thrown };
}

const unauthenticated = new UnauthenticatedException();
const unavailable = new ServiceUnavailableException();

describe('a message', () => {
  it('is authenticated once, however often it is asked about, and each time where nothing remembers its request', () => {
    const transport = new RpcTransport({} as never, {} as never);
    const asked: unknown[] = [];
    const authenticator = { authenticate: (request: object) => asked.push(request) && { outcome: 'absent' } } as never;
    const context = new ExecutionContextHost([{}, {}], Orders, Orders.prototype.get);
    for (let time = 0; time < 2; time++) transport.authenticate(authenticator, transport.requestOf(context), undefined as never);
    expect(asked).toEqual([transport.requestOf(context)]);
    const foreign = { headers: {}, rawHeaders: [] };
    for (let time = 0; time < 2; time++) transport.authenticate(authenticator, foreign, undefined as never);
    expect(asked.slice(1)).toEqual([foreign, foreign]);
  });
});

describe('a delivery that is refused', () => {
  it.each<[string, keyof Orders, UnauthenticatedException, object, string]>([
    ['is acknowledged', 'placed', unauthenticated, {}, 'acknowledge'],
    ['is rejected, where that is configured', 'placed', unauthenticated, { refusedEvents: 'reject' }, 'reject'],
    ['comes again, where nobody could be asked', 'placed', unavailable as never, { refusedEvents: 'reject' }, 'requeue'],
    ['is acknowledged, as the client gets an answer', 'get', unavailable as never, { refusedEvents: 'reject' }, 'acknowledge'],
  ])('%s (%s)', async (_, handler, refusal, rpc, expected) => {
    expect((await refuse(handler, refusal, rpc)).settled).toEqual([expected]);
  });
});

describe('the error of a refusal', () => {
  const error = { status: 'error', code: 'UNAUTHENTICATED', message: 'Unauthorized', statusCode: 401 };

  it('is one of Nest’s microservices', async () => {
    const { thrown } = await refuse('get', unauthenticated);
    expect(thrown).toBeInstanceOf(RpcException);
    expect((thrown as RpcException).getError()).toEqual(error);
  });

  it('is a value of its own for an event', async () => {
    expect((await refuse('placed', unauthenticated)).thrown).toMatchObject({ name: 'RefusedEvent', body: error });
  });

  it('is the refusal itself in an application without message handlers', async () => {
    expect((await refuse('get', unauthenticated, {}, ['HTTP route'])).thrown).toBe(unauthenticated);
  });

  const call = () => Object.assign(new EventEmitter(), { sendMetadata: () => undefined, getPeer: () => '' });

  it('is a status of gRPC in a call, which is no delivery', async () => {
    const { thrown, settled } = await refuse('get', unauthenticated, {}, undefined, [{}, {}, call()]);
    expect((thrown as RpcException).getError()).toEqual({ code: 16, message: 'Unauthorized' });
    expect(settled).toEqual([]);
    expect((await refuse('get', new UnauthenticatedException(), {}, [], [{}, {}, call()])).thrown).toMatchObject({ code: 16 });
  });

  it('is sent to a handler of @GrpcStreamCall, and nothing is thrown', async () => {
    const stream = call();
    const statuses: unknown[] = [];
    stream.on('error', (status) => void statuses.push(status));
    expect((await refuse('get', unauthenticated, {}, undefined, [stream])).thrown).toBeUndefined();
    expect(statuses).toEqual([{ code: 16, message: 'Unauthorized' }]);
  });
});
