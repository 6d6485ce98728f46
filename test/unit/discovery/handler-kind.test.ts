import { Controller, Get, Injectable, Post, SetMetadata } from '@nestjs/common';
import { GrpcMethod, MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Handler } from '../../../lib/discovery/handler-catalog.js';
import { type HandlerKind, needsClassGuard } from '../../../lib/discovery/handler-kind.js';
import { discovered } from './discovered.js';

const NAMED: unique symbol = Symbol('named');
const FIELD: unique symbol = Symbol('field');

/** As @nestjs/graphql marks methods and classes. */
const graphql = (key: string, value: unknown) => SetMetadata(`graphql:${key}`, value);

class Base {
  @Get('inherited')
  inherited() {}
  [NAMED]() {}
  get [FIELD]() {
    return 1;
  }
}

@Controller('orders')
class Orders extends Base {
  @Get()
  list() {}
  @Post()
  @MessagePattern('both')
  both() {}
  helper() {}
}

@WebSocketGateway()
class Silent {
  @SubscribeMessage('chat')
  chat() {}
  @SubscribeMessage({ cmd: 'sum' })
  sum() {}
}

@WebSocketGateway()
class Greeting {
  handleConnection() {}
}

@Injectable()
class NoGateway {
  handleConnection() {}
  @Get()
  list() {}
}

@Controller()
class Messages {
  @MessagePattern(['created', { cmd: 'made' }])
  several() {}
  @GrpcMethod('OrderService', 'Create')
  create() {}
}

@Injectable()
class Resolver {
  @graphql('resolver_type', 'Query')
  orders() {}
  @graphql('resolver_type', 'Mutation')
  @graphql('resolver_name', 'place')
  create() {}
  @graphql('resolve_property', true)
  total() {}
  @graphql('resolver_type', 'Subscription')
  @graphql('resolve_property', true)
  placed() {}
  helper() {}
}

@graphql('resolver_type', 'Order')
@Injectable()
class OrderResolver {
  @graphql('resolve_property', true)
  total() {}
  @graphql('resolve_reference', true)
  find() {}
  @graphql('resolve_property', true)
  @graphql('resolver_name', '__resolveReference')
  other() {}
  @graphql('resolve_property', true)
  __resolveType() {}
  helper() {}
}

@graphql('resolver_type', 'Query')
@Injectable()
class Queries {
  orders() {}
}

/** What calls each method from outside, and its name there. */
async function found(type: new () => object, as: 'controllers' | 'providers' = 'providers') {
  const { catalog } = await discovered({ [as]: [type] });
  const { controllers, handlers, operations, providers, routes } = catalog;
  expect(controllers).toEqual(as === 'controllers' ? [type] : []);
  expect(providers.includes(type)).toBe(as === 'providers');
  const own = handlers.filter((each) => each.type === type);
  expect(own.every(({ inController }) => inController === (as === 'controllers'))).toBe(true);
  expect([...routes, ...operations].sort(byKind)).toEqual(own.filter(({ kind }) => kind !== undefined).sort(byKind));
  return own.map(({ name, kind, ...more }) => [name, kind, 'operation' in more ? more.operation : more.label]);
}

const byKind = (one: Handler, other: Handler) => String(one.label + one.kind).localeCompare(String(other.label + other.kind));

describe('the catalogue', () => {
  it('has every method of a controller: routes, messages, both at once, inherited ones, and what nothing calls', async () => {
    expect(await found(Orders, 'controllers')).toEqual([
      ['list', 'HTTP route', 'Orders.list (GET /orders)'],
      ['both', 'HTTP route', 'Orders.both (POST /orders)'],
      ['both', 'microservice message', 'rpc both'],
      ['helper', undefined, 'Orders.helper'],
      ['inherited', 'HTTP route', 'Orders.inherited (GET /orders/inherited)'],
      [NAMED, undefined, 'Orders.Symbol(named)'],
    ]);
  });

  it('has the messages of a gateway, and the connection that it does not handle', async () => {
    expect(await found(Silent)).toEqual([
      ['chat', 'WebSocket message', 'ws chat'],
      ['sum', 'WebSocket message', 'ws {"cmd":"sum"}'],
      ['handleConnection', 'WebSocket connection', 'ws handleConnection'],
    ]);
  });

  it('has the connection of a gateway once, where it handles it', async () => {
    expect(await found(Greeting)).toEqual([['handleConnection', 'WebSocket connection', 'ws handleConnection']]);
  });

  it('has no connection where there is no gateway, and no route where there is no controller', async () => {
    expect(await found(NoGateway)).toEqual([
      ['handleConnection', undefined, 'NoGateway.handleConnection'],
      ['list', undefined, 'NoGateway.list'],
    ]);
  });

  it('names a message by its patterns, and a method of gRPC by its service', async () => {
    expect(await found(Messages, 'controllers')).toEqual([
      ['several', 'microservice message', 'rpc created, {"cmd":"made"}'],
      ['create', 'microservice message', 'rpc OrderService.Create'],
    ]);
  });

  it('has what a GraphQL schema calls, by its name there', async () => {
    expect(await found(Resolver)).toEqual([
      ['orders', 'GraphQL resolver', 'Query.orders'],
      ['create', 'GraphQL resolver', 'Mutation.place'],
      ['total', 'GraphQL field', 'Resolver.total'],
      ['placed', 'GraphQL resolver', 'Subscription.placed'],
      ['helper', undefined, 'Resolver.helper'],
    ]);
    expect(await found(OrderResolver)).toEqual([
      ['total', 'GraphQL field', 'Order.total'],
      ['find', 'GraphQL reference resolver', 'Order (reference)'],
      ['other', 'GraphQL reference resolver', 'Order (reference)'],
      ['__resolveType', 'GraphQL type resolver', 'Order.__resolveType'],
      ['helper', undefined, 'OrderResolver.helper'],
    ]);
  });

  it('has every method of a resolver of queries, decorated or not', async () => {
    expect(await found(Queries)).toEqual([['orders', 'GraphQL resolver', 'Query.orders']]);
  });
});

describe('a kind of handler', () => {
  it('has its transport', async () => {
    const { catalog } = await discovered({ controllers: [Orders], providers: [Greeting, Queries] });
    const all = [...catalog.routes, ...catalog.operations].map(({ label, transport }) => `${transport} ${label}`);
    expect(all.sort()).toEqual([
      'graphql Queries.orders',
      'http Orders.both (POST /orders)',
      'http Orders.inherited (GET /orders/inherited)',
      'http Orders.list (GET /orders)',
      'rpc Orders.both',
      'ws Greeting.handleConnection',
    ]);
  });

  it.each<[HandlerKind, boolean]>([
    ['HTTP route', false],
    ['WebSocket message', true],
    ['WebSocket connection', false],
    ['microservice message', true],
    ['GraphQL field', false],
  ])('needs the guard of its class where Nest may run no global one: %s, %p', (kind, needs) => {
    expect(needsClassGuard(kind)).toBe(needs);
  });
});
