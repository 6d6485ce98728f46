import 'reflect-metadata';
import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { MESSAGE_PATTERN } from '../../discovery/handler-kind.js';
import { AuthConfigurationError, type ConfigurationProblem } from '../../errors.js';
import { MODULE_LOG } from '../../operator/operator-log.js';
import type { ProtectedPlan, Step } from '../../plan/plan.js';
import { type HandlerPlan, PlanRegistry } from '../../plan/plan.registry.js';
import { loadExport } from '../load-export.js';
import { microservicesVersion, unannouncedServers } from './announced-servers.js';
import { isReachable, UNREACHABLE } from './unreachable.js';

/** The part of Nest's servers that says how messages arrive. */
interface MessageServer {
  readonly transportId?: unknown;
  readonly options?: { readonly protocolVersion?: unknown };
}

/** A handler of messages that requires something. */
type ProtectedHandler = HandlerPlan & { readonly plan: ProtectedPlan };

// The values of Nest's enum `Transport`, and a key of its metadata.
const [TCP, REDIS, MQTT] = [0, 1, 3];
const TRANSPORT = 'microservices:transport';

/** Checks that the messages of each microservice have a place for the credentials that their handlers require. */
@Injectable()
export class MessageServers {
  private readonly servers: MessageServer[] = [];
  /** Whether Nest's TCP and Redis have `packet.metadata`: since version 12.0.4 of its microservices. */
  private hasMetadata: boolean | undefined;

  constructor(
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(PlanRegistry) private readonly plans: PlanRegistry,
  ) {
    modules.getRpcTargetRegistry<MessageServer>().subscribe((server) => this.add(server));
  }

  /** @throws AuthConfigurationError with every handler that no caller could reach, every one that would lose messages, and a Nest that does not announce its servers. */
  async check(): Promise<void> {
    const plans = this.protectedPlans();
    if (plans.length === 0) return;
    this.hasMetadata = await hasMetadata();
    const unreachable = plans.filter(({ plan }) => !isReachable(plan)).map(({ label }) => ({ path: label, message: UNREACHABLE }));
    const found = this.servers.flatMap((server) => this.problemsOf(server));
    const problems = [...unannouncedServers(microservicesVersion()), ...unreachable, ...found];
    if (problems.length > 0) throw new AuthConfigurationError(problems);
  }

  /** One that is connected after the boot cannot stop it any more. */
  private add(server: MessageServer): void {
    this.servers.push(server);
    if (this.hasMetadata === undefined) return;
    for (const { path, message } of this.problemsOf(server)) MODULE_LOG.error(`${path}: ${message}`);
  }

  private protectedPlans(): readonly ProtectedHandler[] {
    return this.plans.all.filter(isProtectedHandler);
  }

  private problemsOf(server: MessageServer): ConfigurationProblem[] {
    const cure = this.placeless(server);
    return this.protectedPlans()
      .filter((each) => isServedBy(server, each))
      .flatMap((each) => {
        if (cure !== undefined && needsCredentials(each.plan)) return [{ path: each.label, message: cure }];
        const isLossy = this.hasMetadata === false && streamsRequests(each);
        return isLossy ? [{ path: each.label, message: LOSSY }] : [];
      });
  }

  /** Why the messages of a server have no place for a credential; undefined where they have one. */
  private placeless({ transportId, options }: MessageServer): string | undefined {
    if (transportId === MQTT && Number(options?.protocolVersion) !== 5)
      return 'requires a credential, and messages of MQTT have a place for one since version 5 only. Set protocolVersion: 5 in the options of the microservice and of its clients.';
    if ((transportId === TCP || transportId === REDIS) && this.hasMetadata === false)
      return `requires a credential, and messages over ${transportId === TCP ? 'TCP' : 'Redis'} have a place for one since Nest 12 only, with @nestjs/microservices 12.0.4 or later. Use that or another transporter, or bind the handler to another one: @MessagePattern(pattern, Transport.NATS).`;
    return undefined;
  }
}

const LOSSY =
  'receives a stream of messages, of which @nestjs/microservices before 12.0.4 loses those that arrive while a caller is authenticated. Use a later version, or @GrpcStreamCall in place of @GrpcStreamMethod.';

async function hasMetadata(): Promise<boolean> {
  const TcpContext = await loadExport<{ readonly prototype: object }>('@nestjs/microservices', 'TcpContext');
  return TcpContext !== undefined && 'getMetadata' in TcpContext.prototype;
}

function isProtectedHandler(each: HandlerPlan): each is ProtectedHandler {
  return each.transport === 'rpc' && each.plan.kind === 'protected';
}

function isServedBy({ transportId }: MessageServer, { handler }: HandlerPlan): boolean {
  const transport = handler.functions.map((each): unknown => Reflect.getMetadata(TRANSPORT, each)).find((each) => each !== undefined);
  return transport === undefined || transport === transportId;
}

/** Whether messages of a stream arrive one by one, as Nest has it over gRPC alone. */
function streamsRequests({ handler }: HandlerPlan): boolean {
  const patterns = handler.functions.flatMap((each): unknown[] => [Reflect.getMetadata(MESSAGE_PATTERN, each)].flat());
  return patterns.some((pattern) => Reflect.get(Object(pattern), 'streaming') === 'rx_stream');
}

function needsCredentials({ steps, admitsAnonymous }: ProtectedPlan): boolean {
  return admitsAnonymous !== true && steps.every(asksForCredentials);
}

/** A strategy without a challenge may look at something else than credentials. */
function asksForCredentials(step: Step): boolean {
  return step.kind === 'single' ? step.authenticator.challenges.length > 0 : step.steps.some(asksForCredentials);
}
