import { EventEmitter } from 'node:events';
import { type ExecutionContext, Get, Sse } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { createPrincipal } from '../../../../lib/principal.js';
import { EventStreams } from '../../../../lib/transport/http/event-streams.js';

class Orders {
  @Sse('events')
  events() {}
  @Get('list')
  list() {}
}

const alice = createPrincipal({ username: 'alice', scopes: [] } as never);

/** What becomes of an answer to a caller. */
function answerTo(principal: typeof alice | undefined, handler: 'events' | 'list', wrap = (raw: object) => raw) {
  const log: string[] = [];
  const ends: (() => void)[] = [];
  const whenEnded = (_: unknown, end: () => void) => {
    ends.push(end);
    return () => void log.push('cancelled');
  };
  const raw = Object.assign(new EventEmitter(), { destroy: () => void log.push('destroyed') });
  const context = new ExecutionContextHost([{}, wrap(raw)], Orders, Orders.prototype[handler]) as ExecutionContext;
  new EventStreams({ whenEnded } as never).endWithCredential(context, principal);
  return { log, ends, raw };
}

describe('the end of server-sent events', () => {
  it.each([
    ['Express', (raw: object) => raw],
    ['Fastify', (raw: object) => ({ raw })],
  ])('comes with the end of the credential on %s', (_, wrap) => {
    const { log, ends } = answerTo(alice, 'events', wrap);
    ends[0]?.();
    expect(log).toEqual(['destroyed']);
  });

  it('is not waited for any more when the answer is over', () => {
    const { log, raw } = answerTo(alice, 'events');
    raw.emit('close');
    expect(log).toEqual(['cancelled']);
  });

  it('is not waited for where there is no caller, or another answer', () => {
    expect(answerTo(undefined, 'events').ends).toEqual([]);
    expect(answerTo(alice, 'list').ends).toEqual([]);
  });
});
