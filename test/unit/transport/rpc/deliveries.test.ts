import { jest } from '@jest/globals';
import { ReplaySubject } from 'rxjs';
import { Deliveries } from '../../../../lib/transport/rpc/deliveries.js';

/** A server of RabbitMQ as Nest has it, with its channel. */
function rabbitmq(noAck: boolean, nack?: () => never, ack?: () => never) {
  const calls: unknown[][] = [];
  const note =
    (name: string) =>
    (message: { id: number }, ...rest: unknown[]) =>
      void calls.push([name, message.id, ...rest]);
  const channel = { ack: ack ?? note('ack'), nack: nack ?? note('nack'), reject: note('reject') };
  const server = { noAck, setupChannel: () => 'set up' };
  const servers = new ReplaySubject<object>();
  servers.next(server);
  const other = { noAck: false };
  servers.next(other);
  const deliveries = new Deliveries({ getRpcTargetRegistry: () => servers } as never);
  expect((server.setupChannel as (channel: object) => unknown)(channel)).toBe('set up');
  expect(other).toEqual({ noAck: false });
  const contextOf = (id: number) => {
    const message = { id };
    return { getMessage: () => message, getChannelRef: () => channel };
  };
  return { deliveries, calls, channel, contextOf };
}

describe('deliveries of RabbitMQ', () => {
  it('are acknowledged, or rejected without being queued again', () => {
    const { deliveries, calls, contextOf } = rabbitmq(false);
    deliveries.settle(contextOf(1), 'acknowledge');
    deliveries.settle(contextOf(2), 'reject');
    expect(calls).toEqual([
      ['ack', 1],
      ['nack', 2, false, false],
    ]);
  });

  it('are delivered again after a second where they could not be decided about, unless another handler has settled them', () => {
    jest.useFakeTimers();
    const { deliveries, calls, channel, contextOf } = rabbitmq(false);
    const [first, second, third] = [contextOf(1), contextOf(2), contextOf(3)];
    for (const each of [first, second, third]) deliveries.settle(each, 'requeue');
    channel.ack(second.getMessage());
    expect(calls).toEqual([['ack', 2]]);
    jest.advanceTimersByTime(1000);
    expect(calls.slice(1)).toEqual([
      ['nack', 1, false, true],
      ['nack', 3, false, true],
    ]);
    jest.useRealTimers();
  });

  it('are left alone on a channel that is closed before they are delivered again', () => {
    jest.useFakeTimers();
    const { deliveries, contextOf } = rabbitmq(false, () => {
      throw new Error('Channel closed');
    });
    deliveries.settle(contextOf(1), 'requeue');
    expect(() => jest.advanceTimersByTime(1000)).not.toThrow();
    jest.useRealTimers();
  });

  it.each(['acknowledge', 'reject'] as const)(
    'are left alone on a channel that is closed already: the refusal goes on (%s)',
    (settlement) => {
      const closed = () => {
        throw new Error('Channel closed');
      };
      const { deliveries, contextOf } = rabbitmq(false, closed, closed);
      expect(() => deliveries.settle(contextOf(1), settlement)).not.toThrow();
    },
  );

  it('are left alone where the broker waits for nothing, and on every other transporter', () => {
    const { deliveries, calls, contextOf } = rabbitmq(true);
    deliveries.settle(contextOf(1), 'acknowledge');
    for (const other of [undefined, null, 'text', {}, { getMessage: () => ({}) }]) deliveries.settle(other, 'reject');
    expect(calls).toEqual([]);
  });

  it('are settled once, whether several handlers are refused or one of them settles the message itself', () => {
    const { deliveries, calls, channel, contextOf } = rabbitmq(false);
    const [first, second] = [contextOf(1), contextOf(2)];
    deliveries.settle(first, 'acknowledge');
    deliveries.settle(first, 'acknowledge');
    channel.nack(first.getMessage());
    channel.ack(second.getMessage());
    deliveries.settle(second, 'reject');
    expect(calls).toEqual([
      ['ack', 1],
      ['ack', 2],
    ]);
  });
});
