import { Inject, Injectable, Logger } from '@nestjs/common';
import { declaredResource } from '../decorators/declaration.js';
import { AuthConfigurationError, type ConfigurationProblem } from '../errors.js';
import { declarationLost } from '../plan/plan.loader.js';
import { type ExternalHandler, ExternalHandlers } from './external-handlers.js';
import { GraphqlModules } from './graphql-modules.js';
import { type DiscoveredMethod, HANDLE_CONNECTION, type MessageKind } from './message-handlers.js';
import { declaredFor, MessageRegistry } from './message-registry.js';

/** What was found about the handlers of other transports than HTTP, and of other libraries. */
interface MessageFindings {
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly string[];
  /** Whether something calls the method from outside. */
  readonly isCalled: (method: DiscoveredMethod) => boolean;
}

/** The class and the name of a method, however it was found. */
type Method = Pick<DiscoveredMethod, 'type' | 'name'>;

const OPENS = '@ResourceAuth({ auth: false }) opens them';
const CHECKED = 'check the caller in the handler, and write @ResourceAuth({ auth: false }) on it to let every message through';
const CHECKED_CONNECTION = `Check the caller in ${HANDLE_CONNECTION}, and write @ResourceAuth({ auth: false }) on it, or @ServiceAuth({ auth: false }) on the gateway`;
const GUARDED = "Set fieldResolverEnhancers: ['guards'] in the options of GraphQLModule, so that it is refused";

/** Looks at what is called by other transports than HTTP: this module protects none of it, so it must be refused, or declared open. */
@Injectable()
export class MessageAudit {
  private readonly logger = new Logger('AuthModule');

  constructor(
    @Inject(MessageRegistry) private readonly registry: MessageRegistry,
    @Inject(ExternalHandlers) private readonly external: ExternalHandlers,
    @Inject(GraphqlModules) private readonly graphql: GraphqlModules,
  ) {}

  /** Looks at `methods`, and from then on at every handler that a library makes. */
  findings(methods: readonly DiscoveredMethod[]): MessageFindings {
    const handlers = methods.filter(({ kind }) => kind !== undefined);
    const external = this.watchExternal(oneOf(handlers));
    const unguarded = this.unguardedGraphql(handlers);
    const problems = [...handlers.flatMap((handler) => this.problemsOf(handler)), ...external.flatMap(describeExternal), ...unguarded];
    const warnings = [...this.undeclared(handlers), ...connections(handlers), ...warningsOf(external), ...this.graphqlFunctions()];
    return { problems, warnings, isCalled: oneOf([...handlers, ...external]) };
  }

  /** The handlers that libraries have made by now. What they make later is reported at once, and stops what makes it. */
  private watchExternal(isKnown: (method: Method) => boolean): ExternalHandler[] {
    const early: ExternalHandler[] = [];
    const reported = new Set<string>();
    let isEarly = true;
    this.external.each((handler) => {
      this.registry.add(handler.type, handler.name, [handler.handler]);
      if (isKnown(handler)) return;
      if (isEarly) early.push(handler);
      else this.reportLate(handler, reported.has(labelOf(handler)));
      reported.add(labelOf(handler));
    });
    isEarly = false;
    return early;
  }

  private reportLate(handler: ExternalHandler, isReported: boolean): void {
    const problems = describeExternal(handler);
    if (problems.length > 0) throw new AuthConfigurationError(problems);
    if (!isReported) for (const warning of warningsOf([handler])) this.logger.warn(warning);
  }

  private problemsOf(handler: DiscoveredMethod): ConfigurationProblem[] {
    const { lost } = declaredResource(handler.type, handler.name);
    if (lost !== undefined && lost.auth !== false) return [declarationLost(labelOf(handler), lost.from)];
    const { kind, isRoute } = handler;
    return describeUnprotected(handler, `a ${kind}`, isRoute ? 'Give messages a method of their own' : this.cureFor(kind));
  }

  /** Fields are reached through the resolver of a query; reference resolvers, and fields of entities without one, are not. */
  private unguardedGraphql(handlers: readonly DiscoveredMethod[]): ConfigurationProblem[] {
    if (this.graphql.guardsFields) return [];
    const entities = this.graphql.entitiesWithoutReference();
    const cure = `${GUARDED}; or ${CHECKED}.`;
    return handlers.filter(isSilent).flatMap((handler) => {
      const path = labelOf(handler);
      if (handler.kind === 'GraphQL reference resolver')
        return [{ path, message: `answers _entities queries, and no guard runs on it. ${cure}` }];
      if (handler.kind !== 'GraphQL field' || entities.length === 0) return [];
      const why = `the entities ${entities.join(', ')} have no reference resolver, so that an _entities query may reach it, and no guard runs`;
      return [{ path, message: `is a field that nothing covers: ${why}. ${cure}` }];
    });
  }

  private cureFor(kind: MessageKind | undefined): string {
    if (kind === 'WebSocket connection') return CHECKED_CONNECTION;
    const isUnguarded = kind === 'GraphQL reference resolver' && !this.graphql.guardsFields;
    return isUnguarded ? `${GUARDED}; or ${CHECKED}` : capital(CHECKED);
  }

  private undeclared(handlers: readonly DiscoveredMethod[]): string[] {
    const refused: MessageKind[] = ['WebSocket message', 'microservice message', 'GraphQL resolver'];
    if (this.graphql.guardsFields) refused.push('GraphQL field', 'GraphQL reference resolver');
    return refused.flatMap((kind) => {
      const names = namesOf(handlers.filter((handler) => handler.kind === kind && isSilent(handler)));
      return names === '' ? [] : [`This module does not protect ${kind}s (refused; ${OPENS}): ${names}`];
    });
  }

  private graphqlFunctions(): string[] {
    const functions = this.graphql.functions();
    const where = 'where no guard runs';
    return [
      ...(functions.length === 0
        ? []
        : [`Given to GraphQLModule as functions, ${where}: ${functions.join(', ')}. They protect themselves, or are open.`]),
      ...(this.graphql.hasGateway
        ? [`GraphQLModule passes queries on to other services (gateway), ${where}. Those services protect themselves, or are open.`]
        : []),
    ];
  }
}

/** Anybody may connect: no version of Nest runs a guard then. */
function connections(handlers: readonly DiscoveredMethod[]): string[] {
  const names = namesOf(handlers.filter((handler) => handler.kind === 'WebSocket connection' && isSilent(handler)));
  if (names === '') return [];
  return [
    `No guard runs when a client connects to a gateway: anybody may, and receives what the gateway sends: ${names}. ${CHECKED_CONNECTION}.`,
  ];
}

function warningsOf(external: readonly ExternalHandler[]): string[] {
  const silent = external.filter(isSilent);
  const guarded = namesOf(silent.filter(({ hasGuards }) => hasGuards));
  const unguarded = namesOf(silent.filter(({ hasGuards }) => !hasGuards));
  return [
    ...(guarded === '' ? [] : [`This module does not protect handlers of other libraries (refused; ${OPENS}): ${guarded}`]),
    ...(unguarded === '' ? [] : [`Called by other libraries without any guard: ${unguarded}. They protect themselves, or are open.`]),
  ];
}

function describeExternal(handler: ExternalHandler): ConfigurationProblem[] {
  return describeUnprotected(handler, 'a handler of another library', capital(CHECKED));
}

function describeUnprotected(method: Method, what: string, cure: string): ConfigurationProblem[] {
  const declared = declaredFor(method.type, method.name);
  if (declared === undefined || declared.auth === false) return [];
  const message = `does not protect ${what}: this module protects HTTP routes. ${cure}.`;
  return [{ path: `${labelOf(method)} ${declared.by}`, message }];
}

/** By the class itself, for several may have one name. */
function oneOf(methods: readonly Method[]): (method: Method) => boolean {
  const names = new Map<object, Set<string | symbol>>();
  for (const { type, name } of methods) names.set(type.prototype, (names.get(type.prototype) ?? new Set()).add(name));
  return ({ type, name }) => names.get(type.prototype)?.has(name) === true;
}

function isSilent({ type, name }: Method): boolean {
  return declaredFor(type, name) === undefined;
}

function namesOf(methods: readonly Method[]): string {
  return [...new Set(methods.map(labelOf))].join(', ');
}

function labelOf({ type, name }: Method): string {
  return `${type.name}.${String(name)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
