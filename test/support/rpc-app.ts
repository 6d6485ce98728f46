import { Controller, type INestApplicationContext, type INestMicroservice, Injectable, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import {
  type AdmissionEvent,
  AuthEventSink,
  CurrentPrincipal,
  type DenialEvent,
  type Principal,
  ResourceAuth,
  ServiceAuth,
} from 'nest-service-auth';
import { requestOfCaller } from '../../lib/http/caller-request.js';
import { type AppParts, appModule } from './app.js';
import { createSecret, goodClaims, mint } from './tokens.js';

const secret = createSecret('HS256');

/** The value of `authorization` for a caller of the messages below. */
export async function authorizationOf(username: string, claims: Record<string, unknown> = {}): Promise<string> {
  return `Bearer ${await mint(secret, goodClaims({ sub: username, ...claims }))}`;
}

/** The schemes of the messages below. */
export const schemes = {
  sts: { jwtValidatorConfig: { issuer: 'https://sts.test', audience: 'orders', signatureConfig: { secret: secret.secret } } },
  probe: { probeConfig: { header: 'authorization' } },
} as const;

/** Keeps admissions and denials. */
@Injectable()
export class AllEvents extends AuthEventSink {
  readonly admissions: AdmissionEvent[] = [];
  readonly denials: DenialEvent[] = [];

  denied(event: DenialEvent): void {
    this.denials.push(event);
  }
  override admitted(event: AdmissionEvent): void {
    this.admissions.push(event);
  }
}

/** What became of the events below, in order. */
export const handled: string[] = [];

@ServiceAuth({ auth: ['sts'] })
@Controller()
export class OrderMessages {
  @ResourceAuth({ auth: [{ scheme: 'sts', scopes: ['add_order'] }] })
  @MessagePattern('orders.create')
  create(@Payload() order: unknown, @CurrentPrincipal() caller: Principal) {
    return { by: caller.username, order };
  }
  @ResourceAuth({ auth: false })
  @MessagePattern('orders.open')
  open(@CurrentPrincipal() caller: Principal | undefined) {
    return caller === undefined ? 'open' : 'a principal';
  }
  @ResourceAuth({ auth: ['sts', 'anonymous'] })
  @MessagePattern('orders.list')
  list(@CurrentPrincipal() caller: Principal | undefined) {
    return caller?.username ?? 'anonymous';
  }
  @MessagePattern('orders.trace')
  trace(@CurrentPrincipal() caller: Principal) {
    return [caller.username, requestOfCaller(caller)?.headers.traceparent ?? 'no trace'];
  }
  @ResourceAuth({ auth: ['probe'] })
  @MessagePattern('orders.probe')
  probe(@CurrentPrincipal() caller: Principal) {
    return caller.username;
  }
  @EventPattern('orders.placed')
  placed(@CurrentPrincipal() caller: Principal, @Payload() order: unknown) {
    handled.push(`placed ${String(order)} by ${caller.username}`);
  }
}

/** Another handler of the same event, which is open. */
@Controller()
export class Statistics {
  @ResourceAuth({ auth: false })
  @EventPattern('orders.placed')
  count(@CurrentPrincipal() caller: Principal | undefined, @Payload() order: unknown) {
    handled.push(`counted ${String(order)}${caller === undefined ? '' : ' with a principal'}`);
  }
}

/** The messages, with the module under test. */
export function messagesModule({ auth, controllers = [OrderMessages, Statistics], ...rest }: AppParts = {}) {
  return appModule({ auth: { schemes, eventSink: AllEvents, ...auth }, controllers, ...rest });
}

/** Starts a microservice with the messages, without any HTTP. */
export async function startMicroservice(options: MicroserviceOptions, parts: AppParts = {}): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(messagesModule(parts) as unknown as Type, {
    ...options,
    logger: false,
    abortOnError: false,
  });
  await app.listen();
  return app;
}

/** The events that an application told of. */
export function sinkOf(app: INestApplicationContext): AllEvents {
  return app.get<AuthEventSink, AllEvents>(AuthEventSink, { strict: false });
}
