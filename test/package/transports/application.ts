import type { ServerDuplexStream } from '@grpc/grpc-js';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Controller, Get, Module } from '@nestjs/common';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { GrpcMethod, GrpcStreamCall, GrpcStreamMethod, MessagePattern, Transport } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AuthModule, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { last, map, NEVER, type Observable, startWith } from 'rxjs';
import { SECRET, tokenOfJohn } from './tokens.js';

const sts = { jwtValidatorConfig: { issuer: 'sts', audience: 'orders', signatureConfig: { secret: SECRET } } };
const clients = { stock: { baseUrl: 'https://stock.test', auth: { bearerTokenConfig: { token: tokenOfJohn() } } } };
const ADMIN = { auth: { scopes: 'admin' } } as const;

/** What the handlers have done. */
export const ran: string[] = [];

interface Note {
  readonly text: string;
}

@ServiceAuth({ auth: ['sts'] })
@Controller('orders')
class OrderController {
  @Get('me')
  me(@CurrentPrincipal() who: Principal) {
    return { text: who.username };
  }
  @ResourceAuth(ADMIN)
  @Get('drop')
  drop() {
    ran.push('drop');
    return { text: 'dropped' };
  }
}

@ServiceAuth({ auth: ['sts'] })
@Resolver()
class OrderResolver {
  @Query(() => String)
  me(@CurrentPrincipal() who: Principal) {
    return who.username;
  }
  @ResourceAuth(ADMIN)
  @Query(() => String)
  drop() {
    ran.push('drop');
    return 'dropped';
  }
  @Subscription(() => String)
  async *placed(@CurrentPrincipal() who: Principal) {
    yield { placed: who.username };
    await new Promise(() => undefined);
  }
}

@ServiceAuth({ auth: ['sts'] })
@WebSocketGateway()
class OrderGateway {
  handleConnection(_: unknown, @CurrentPrincipal() who?: Principal) {
    ran.push(`connected ${who?.username}`);
  }
  @SubscribeMessage('me')
  me(@CurrentPrincipal() who: Principal) {
    return { event: 'me', data: who.username };
  }
  @ResourceAuth(ADMIN)
  @SubscribeMessage('drop')
  drop() {
    ran.push('drop');
    return { event: 'drop', data: 'dropped' };
  }
}

@ServiceAuth({ auth: ['sts'] })
@Controller()
class OrderCalls {
  @GrpcMethod('Notes', 'Me')
  me(@CurrentPrincipal() who: Principal): Note {
    return { text: String(who.username) };
  }
  @ResourceAuth(ADMIN)
  @GrpcMethod('Notes', 'Drop')
  drop(): Note {
    ran.push('drop');
    return { text: 'dropped' };
  }
  @GrpcMethod('Notes', 'Answers')
  answers(@CurrentPrincipal() who: Principal): Observable<Note> {
    return NEVER.pipe(startWith({ text: String(who.username) }));
  }
  @GrpcStreamCall('Notes', 'Call')
  call(call: ServerDuplexStream<Note, Note>) {
    ran.push('call');
    call.write({ text: 'called' });
  }
}

@ServiceAuth({ auth: ['sts'] })
@Controller()
class OrderMessages {
  @MessagePattern('me', Transport.NATS)
  me(@CurrentPrincipal() who: Principal) {
    return who.username;
  }
  @ResourceAuth(ADMIN)
  @MessagePattern('drop', Transport.NATS)
  drop() {
    ran.push('drop');
    return 'dropped';
  }
}

/** All transports in one application. Its gateways are of socket.io: Nest's adapter for ws closes the connections of every other path. */
@Module({
  imports: [
    AuthModule.forRoot({ schemes: { sts }, clients }),
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true, subscriptions: { 'graphql-ws': true } }),
  ],
  controllers: [OrderController, OrderCalls, OrderMessages],
  providers: [OrderResolver, OrderGateway],
})
export class EveryTransportModule {}

/** Gateways alone, for the other adapter: one application has one adapter. */
@Module({ imports: [AuthModule.forRoot({ schemes: { sts } })], providers: [OrderGateway] })
export class GatewayModule {}

@ServiceAuth({ auth: ['sts'] })
@Controller()
class Uploads {
  @GrpcStreamMethod('Notes', 'Upload')
  upload(notes: Observable<Note>) {
    return notes.pipe(
      last(),
      map(({ text }) => ({ text: `${text}!` })),
    );
  }
}

/** A gRPC handler that receives a stream of messages. */
@Module({ imports: [AuthModule.forRoot({ schemes: { sts } })], controllers: [Uploads] })
export class UploadModule {}

@ServiceAuth({ auth: ['sts'] })
@Controller()
class Stock {
  @MessagePattern('me')
  me(@CurrentPrincipal() who: Principal) {
    return who.username;
  }
}

/** A handler of messages that requires a token, for transporters that may have no place for one. */
@Module({ imports: [AuthModule.forRoot({ schemes: { sts }, clients })], controllers: [Stock] })
export class StockModule {}
