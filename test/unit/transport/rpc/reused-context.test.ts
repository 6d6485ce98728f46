import { Controller, type INestMicroservice, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type CustomTransportStrategy, EventPattern, MessagePattern, Payload, Server } from '@nestjs/microservices';
import { CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { firstValueFrom } from 'rxjs';
import { authorizationOf, messagesModule, sinkOf } from '../../../support/rpc-app.js';

type Metadata = Readonly<Record<string, string>>;

/** A transporter of an application that hands out one context object for all messages. */
class OneContext extends Server implements CustomTransportStrategy {
  private metadata: Metadata = {};
  private readonly context = { getMetadata: () => this.metadata };

  listen(done: () => void): void {
    done();
  }
  close(): void {}
  on(): void {}
  unwrap<T>(): T {
    return this as never;
  }

  /** Delivers a message, and gives the answer of its handler or the code of the refusal. */
  async deliver(pattern: string, data: unknown, metadata: Metadata = {}): Promise<unknown> {
    this.metadata = metadata;
    const answer = await this.getHandlerByPattern(pattern)?.(data, this.context);
    return firstValueFrom(this.transformToObservable(answer), { defaultValue: undefined }).catch(({ code }) => code);
  }
}

const ran: string[] = [];

@ServiceAuth({ auth: ['sts'] })
@Controller()
class Orders {
  @MessagePattern('me')
  async me(@CurrentPrincipal() who: Principal) {
    await new Promise((resolve) => setImmediate(resolve));
    return who.username;
  }
  @ResourceAuth({ auth: ['sts', 'anonymous'] })
  @MessagePattern('list')
  list(@CurrentPrincipal() who: Principal | undefined) {
    return who?.username ?? 'anonymous';
  }
  @EventPattern('placed')
  placed(@CurrentPrincipal() who: Principal, @Payload() order: unknown) {
    ran.push(`${order} by ${who.username}`);
  }
  @EventPattern('paid')
  paid(@CurrentPrincipal() who: Principal, @Payload() order: unknown) {
    ran.push(`paid ${order} by ${who.username}`);
  }
}

@ServiceAuth({ auth: ['sts'] })
@Controller()
class Books {
  @EventPattern('placed')
  placed(@CurrentPrincipal() who: Principal, @Payload() order: unknown) {
    ran.push(`${order} in the books of ${who.username}`);
  }
}

describe('messages of a transporter that hands out one context for all of them', () => {
  const strategy = new OneContext();
  let app: INestMicroservice;

  beforeAll(async () => {
    const module = messagesModule({ controllers: [Orders, Books] }) as unknown as Type;
    app = await NestFactory.createMicroservice(module, { strategy, logger: false, abortOnError: false });
    await app.listen();
  });
  beforeEach(() => void ran.splice(0));
  afterAll(() => app.close());

  it('are each admitted or refused by their own credentials', async () => {
    const authorization = await authorizationOf('john');
    expect(await strategy.deliver('me', '', { authorization })).toBe('john');
    expect(await strategy.deliver('me', '')).toBe('UNAUTHENTICATED');
    expect(await strategy.deliver('me', '', { authorization: await authorizationOf('ann') })).toBe('ann');
    expect(await strategy.deliver('list', '')).toBe('anonymous');
    expect(await strategy.deliver('list', '', { authorization })).toBe('john');
  });

  it('are refused when the token has expired that an earlier one had, too', async () => {
    const authorization = await authorizationOf('john', { exp: Math.floor(Date.now() / 1000) + 3 });
    const deliver = async (pattern: string) => [await strategy.deliver(pattern, 'a', { authorization }), ran.splice(0).length];
    expect([await deliver('me'), await deliver('placed')]).toEqual([
      ['john', 0],
      [expect.anything(), 2],
    ]);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect([await deliver('me'), await deliver('placed'), await deliver('paid')].map(([, handled]) => handled)).toEqual([0, 0, 0]);
    expect(await strategy.deliver('me', 'a', { authorization })).toBe('UNAUTHENTICATED');
  });

  it('have each their own caller while they are handled at the same time', async () => {
    const names = ['john', 'ann', 'bea', 'joe'];
    const authorizations = await Promise.all(names.map((name) => authorizationOf(name)));
    expect(await Promise.all(authorizations.map((authorization) => strategy.deliver('me', '', { authorization })))).toEqual(names);
  });

  it('are events whose refusal is a value, which stops no other handler', async () => {
    expect(await strategy.deliver('paid', '1')).toMatchObject({ code: 'UNAUTHENTICATED', statusCode: 401 });
  });

  it('are events that each handler gets, with one authentication for all of them', async () => {
    const before = sinkOf(app).admissions.length;
    await strategy.deliver('placed', '1', { authorization: await authorizationOf('john') });
    await strategy.deliver('placed', '1');
    await strategy.deliver('placed', '1', { authorization: await authorizationOf('ann') });
    expect(ran).toEqual(['1 by john', '1 in the books of john', '1 by ann', '1 in the books of ann']);
    expect(sinkOf(app).admissions.length - before).toBe(4);
  });
});
