import { ApolloDriver, type ApolloDriverConfig, ApolloFederationDriver } from '@nestjs/apollo';
import { type DynamicModule, type INestApplicationContext, Injectable, type Provider, type Type } from '@nestjs/common';
import { GraphQLModule, Parent, Query, ResolveReference, Resolver } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig, MercuriusFederationDriver } from '@nestjs/mercurius';
import {
  AuthEventSink,
  AuthModule,
  type AuthModuleOptions,
  CurrentPrincipal,
  type DenialEvent,
  type Principal,
  ResourceAuth,
  ServiceAuth,
} from 'nest-service-auth';
import { OrderCalls, OrderController, OrderGateway, OrderMessages, OrderResolver } from './application.js';
import { SECRET, tokenOfJohn } from './tokens.js';

const schemes = { sts: { jwtValidatorConfig: { issuer: 'sts', audience: 'orders', signatureConfig: { secret: SECRET } } } };
const clients = { stock: { baseUrl: 'https://stock.test', auth: { bearerTokenConfig: { token: tokenOfJohn() } } } };

/** Keeps what was refused. */
@Injectable()
class Refusals extends AuthEventSink {
  readonly all: DenialEvent[] = [];

  denied(event: DenialEvent): void {
    this.all.push(event);
  }
}

/** What an application has told of refusals. */
export function refusalsOf(app: INestApplicationContext): DenialEvent[] {
  return app.get<AuthEventSink, Refusals>(AuthEventSink, { strict: false }).all;
}

/** A root module. */
export function moduleOf(
  {
    imports = [],
    ...parts
  }: { readonly imports?: readonly DynamicModule[]; readonly controllers?: Type[]; readonly providers?: Provider[] },
  options: AuthModuleOptions = {},
): DynamicModule {
  class RootModule {}
  const auth = AuthModule.forRoot({ schemes, clients, eventSink: Refusals, revocation: { onUnavailable: 'refuse' }, ...options });
  return { module: RootModule, imports: [auth, ...imports], ...parts };
}

/** Written first: a process has one schema that is made of code. */
const SDL = 'type Query { me: String, shout: String, open: String, drop: String } type Subscription { placed: String }';

const OLDER = { subscriptions: { 'subscriptions-transport-ws': true } } as object;
const apollo = { driver: ApolloDriver, subscriptions: { 'graphql-ws': true } } as const;

/** The GraphQL of an application. */
const ENGINES = {
  'Apollo, code first': () => GraphQLModule.forRoot<ApolloDriverConfig>({ ...apollo, autoSchemaFile: true }),
  /** The older protocol of subscriptions: Nest 11 alone has it. */
  'Apollo, older subscriptions': () => GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, typeDefs: SDL, ...OLDER }),
  Apollo: () => GraphQLModule.forRoot<ApolloDriverConfig>({ ...apollo, typeDefs: SDL }),
  Mercurius: () =>
    GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, typeDefs: SDL, subscription: { fullWsTransport: true } }),
} as const;

/** All transports. Its gateways are of socket.io: Nest's adapter for ws closes the connections of every other path. */
export function everyTransport(engine: keyof typeof ENGINES, providers: Provider[] = [], options: AuthModuleOptions = {}): DynamicModule {
  const controllers = [OrderController, OrderCalls, OrderMessages];
  return moduleOf({ imports: [ENGINES[engine]()], controllers, providers: [OrderResolver, OrderGateway, ...providers] }, options);
}

@ServiceAuth({ auth: ['sts'] })
@Resolver('Book')
class Books {
  @ResourceAuth({ auth: false })
  @Query()
  books() {
    return [];
  }
  @ResolveReference()
  byReference(@Parent() { id }: { id: string }, @CurrentPrincipal() who: Principal) {
    return { id, reader: who.username };
  }
}

const ENTITIES = 'type Book @key(fields: "id") { id: ID!, reader: String } type Query { books: [Book] }';

/** A service of a federation, by the adapter of HTTP. */
export function subgraph(http: 'express' | 'fastify', options: Pick<ApolloDriverConfig, 'fieldResolverEnhancers'> = {}): DynamicModule {
  const graphql =
    http === 'express'
      ? GraphQLModule.forRoot<ApolloDriverConfig>({ ...options, typeDefs: ENTITIES, driver: ApolloFederationDriver })
      : GraphQLModule.forRoot<MercuriusDriverConfig>({ ...options, typeDefs: ENTITIES, driver: MercuriusFederationDriver });
  return moduleOf({ imports: [graphql], providers: [Books] });
}
