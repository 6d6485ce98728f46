import type { ServerDuplexStream } from '@grpc/grpc-js';
import { Controller, Get, Injectable, type PipeTransform } from '@nestjs/common';
import { Query, Resolver, Subscription } from '@nestjs/graphql';
import { EventPattern, GrpcMethod, GrpcStreamCall, GrpcStreamMethod, MessagePattern, Payload } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { last, map, NEVER, type Observable, startWith } from 'rxjs';

const ADMIN = { auth: { scopes: 'admin' } } as const;
const OPEN = { auth: false } as const;

/** What the handlers have done. */
export const ran: string[] = [];

const nameOf = (who: Principal | undefined) => who?.username ?? 'nobody';

function drop(): string {
  ran.push('drop');
  return 'dropped';
}

@Injectable()
class Shout implements PipeTransform<Principal | undefined> {
  transform(who: Principal | undefined) {
    return nameOf(who).toUpperCase();
  }
}

interface Note {
  readonly text: string;
}

@ServiceAuth({ auth: ['sts'] })
@Controller('orders')
export class OrderController {
  @Get('me')
  me(@CurrentPrincipal() who: Principal) {
    return { text: who.username };
  }
  @Get('shout')
  shout(@CurrentPrincipal(Shout) text: string) {
    return { text };
  }
  @ResourceAuth(OPEN)
  @Get('open')
  open(@CurrentPrincipal() who: Principal | undefined) {
    return { text: nameOf(who) };
  }
  @ResourceAuth(ADMIN)
  @Get('drop')
  drop() {
    return { text: drop() };
  }
}

@ServiceAuth({ auth: ['sts'] })
@Resolver()
export class OrderResolver {
  @Query(() => String)
  me(@CurrentPrincipal() who: Principal) {
    return who.username;
  }
  @Query(() => String)
  shout(@CurrentPrincipal(Shout) text: string) {
    return text;
  }
  @ResourceAuth(OPEN)
  @Query(() => String)
  open(@CurrentPrincipal() who: Principal | undefined) {
    return nameOf(who);
  }
  @ResourceAuth(ADMIN)
  @Query(() => String)
  drop() {
    return drop();
  }
  @Subscription(() => String)
  async *placed(@CurrentPrincipal() who: Principal) {
    yield { placed: who.username };
    await new Promise(() => undefined);
  }
}

@ServiceAuth({ auth: ['sts'] })
@WebSocketGateway()
export class OrderGateway {
  handleConnection(_: unknown, @CurrentPrincipal() who?: Principal) {
    ran.push(`connected ${who?.username}`);
  }
  @SubscribeMessage('me')
  me(@CurrentPrincipal() who: Principal) {
    return { event: 'me', data: who.username };
  }
  @SubscribeMessage('shout')
  shout(@CurrentPrincipal(Shout) data: string) {
    return { event: 'shout', data };
  }
  @ResourceAuth(OPEN)
  @SubscribeMessage('open')
  open(@CurrentPrincipal() who: Principal | undefined) {
    return { event: 'open', data: nameOf(who) };
  }
  @ResourceAuth(ADMIN)
  @SubscribeMessage('drop')
  drop() {
    return { event: 'drop', data: drop() };
  }
}

@ServiceAuth({ auth: ['sts'] })
@Controller()
export class OrderCalls {
  @GrpcMethod('Notes', 'Me')
  me(@CurrentPrincipal() who: Principal): Note {
    return { text: String(who.username) };
  }
  @GrpcMethod('Notes', 'Shout')
  shout(@CurrentPrincipal(Shout) text: string): Note {
    return { text };
  }
  @ResourceAuth(OPEN)
  @GrpcMethod('Notes', 'Open')
  open(@CurrentPrincipal() who: Principal | undefined): Note {
    return { text: nameOf(who) };
  }
  @ResourceAuth(ADMIN)
  @GrpcMethod('Notes', 'Drop')
  drop(): Note {
    return { text: drop() };
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
export class OrderMessages {
  @MessagePattern('me')
  me(@CurrentPrincipal() who: Principal) {
    return who.username;
  }
  @MessagePattern('shout')
  shout(@CurrentPrincipal(Shout) text: string) {
    return text;
  }
  @ResourceAuth(OPEN)
  @MessagePattern('open')
  open(@CurrentPrincipal() who: Principal | undefined) {
    return nameOf(who);
  }
  @ResourceAuth(ADMIN)
  @MessagePattern('drop')
  drop() {
    return drop();
  }
  @EventPattern('placed')
  placed(@CurrentPrincipal() who: Principal, @Payload() order: unknown) {
    ran.push(`placed ${String(order)} by ${who.username}`);
  }
}

@ServiceAuth({ auth: ['sts'] })
@Controller()
export class Uploads {
  @GrpcStreamMethod('Notes', 'Upload')
  upload(notes: Observable<Note>) {
    return notes.pipe(
      last(),
      map(({ text }) => ({ text: `${text}!` })),
    );
  }
}

@ServiceAuth({ auth: ['sts'] })
@Controller()
export class Stock {
  @MessagePattern('me')
  me(@CurrentPrincipal() who: Principal) {
    return who.username;
  }
}
