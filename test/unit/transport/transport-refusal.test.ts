import { EventEmitter } from 'node:events';
import type { Type } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { RpcException } from '@nestjs/microservices';
import { WsException } from '@nestjs/websockets';
import type { MessageKind } from '../../../lib/discovery/message-handlers.js';
import { AccessDeniedException } from '../../../lib/guard/exceptions.js';
import { TransportRefusals } from '../../../lib/transport/transport-refusal.js';

class Messages {
  handle() {}
}

const contextOf = (type: string, parameters: unknown[] = []) =>
  Object.assign(new ExecutionContextHost(parameters, Messages as Type, Messages.prototype.handle), { getType: () => type as never });
const refusalsFor = (...kinds: MessageKind[]) => new TransportRefusals().load({ methods: () => kinds.map((kind) => ({ kind })) as never });
const REFUSAL = new AccessDeniedException();

describe('a refusal', () => {
  it.each<[string, MessageKind, new (error: string) => Error]>([
    ['ws', 'WebSocket message', WsException],
    ['rpc', 'microservice message', RpcException],
  ])('is the exception of its transport (%s)', async (type, kind, Exception) => {
    const refusals = await refusalsFor(kind);
    expect(() => refusals.refuse(contextOf(type), REFUSAL)).toThrow(new Exception('Forbidden'));
    expect(() => refusals.refuse(contextOf(type), REFUSAL)).toThrow(Exception);
  });

  it.each(['graphql', 'something-new'])('is the HTTP exception where the transport has none of its own (%s)', async (type) => {
    const refusals = await refusalsFor('WebSocket message', 'microservice message', 'GraphQL resolver');
    expect(() => refusals.refuse(contextOf(type), REFUSAL)).toThrow(REFUSAL);
  });
});

describe('a refusal of a gRPC call', () => {
  const STATUS = { code: 7, message: 'Forbidden' };
  const callOf = () => Object.assign(new EventEmitter(), { sendMetadata() {}, getPeer: () => '' });
  /** What became of the promise once all that is due has run. */
  const settled = (promise: Promise<unknown>) =>
    Promise.race([promise.then(() => 'fulfilled'), new Promise((resolve) => setImmediate(resolve, 'pending'))]);

  it('is thrown with its status for a handler of messages', async () => {
    const refusals = await refusalsFor('microservice message');
    const context = contextOf('rpc', [{ text: 'hello' }, {}, callOf()]);
    expect(() => refusals.refuse(context, REFUSAL)).toThrow(expect.objectContaining({ error: STATUS }));
  });

  it('is thrown with its status where @nestjs/microservices was not loaded', () => {
    const context = contextOf('rpc', [{ text: 'hello' }, {}, callOf()]);
    expect(() => new TransportRefusals().refuse(context, new AccessDeniedException())).toThrow(expect.objectContaining({ code: 7 }));
  });

  it('is emitted on the call of a stream, and its handler never runs', async () => {
    const refusals = await refusalsFor('microservice message');
    const call = callOf();
    const errors: unknown[] = [];
    call.on('error', (error) => errors.push(error));
    expect(await settled(refusals.refuse(contextOf('rpc', [call]), REFUSAL))).toBe('pending');
    expect(errors).toEqual([STATUS]);
  });

  it('is given to the callback of a stream of requests, and its handler never runs', async () => {
    const refusals = await refusalsFor('microservice message');
    const answers: unknown[] = [];
    const callback = (...parameters: unknown[]) => answers.push(parameters);
    expect(await settled(refusals.refuse(contextOf('rpc', [callOf(), callback]), REFUSAL))).toBe('pending');
    expect(answers).toEqual([[STATUS, null]]);
  });
});
