import { ApolloDriver, type ApolloDriverConfig, ApolloFederationDriver } from '@nestjs/apollo';
import { type DynamicModule, Injectable, type Provider, type Type } from '@nestjs/common';
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
export class Refusals extends AuthEventSink {
  readonly all: DenialEvent[] = [];

  denied(event: DenialEvent): void {
    this.all.push(event);
  }
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

const apollo = { driver: ApolloDriver, subscriptions: { 'graphql-ws': true } } as const;

/** The GraphQL of an application; by the adapter of HTTP where it is written first. */
export const GRAPHQL = {
  'of code': () => GraphQLModule.forRoot<ApolloDriverConfig>({ ...apollo, autoSchemaFile: true }),
  express: () => GraphQLModule.forRoot<ApolloDriverConfig>({ ...apollo, typeDefs: SDL }),
  fastify: () =>
    GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, typeDefs: SDL, subscription: { fullWsTransport: true } }),
} as const;

/** All transports. Its gateways are of socket.io: Nest's adapter for ws closes the connections of every other path. */
export function everyTransport(graphql: keyof typeof GRAPHQL, providers: Provider[] = [], options: AuthModuleOptions = {}): DynamicModule {
  const controllers = [OrderController, OrderCalls, OrderMessages];
  return moduleOf({ imports: [GRAPHQL[graphql]()], controllers, providers: [OrderResolver, OrderGateway, ...providers] }, options);
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
const guarded = { typeDefs: ENTITIES, fieldResolverEnhancers: ['guards' as const] };

/** A service of a federation, by the adapter of HTTP. */
export const SUBGRAPHS = {
  express: () =>
    moduleOf({ imports: [GraphQLModule.forRoot<ApolloDriverConfig>({ ...guarded, driver: ApolloFederationDriver })], providers: [Books] }),
  fastify: () =>
    moduleOf({
      imports: [GraphQLModule.forRoot<MercuriusDriverConfig>({ ...guarded, driver: MercuriusFederationDriver })],
      providers: [Books],
    }),
} as const;
