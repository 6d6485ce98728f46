import { Inject, Injectable } from '@nestjs/common';
import { AuthConfigurationError, type ConfigurationProblem } from '../errors.js';
import { OperatorLog } from '../operator/operator-log.js';
import type { TransportName } from '../transport-name.js';
import { declaredFor, lostDeclaration } from './declared.js';
import { type ExternalHandler, ExternalHandlers } from './external-handlers.js';
import type { Catalog, Handler } from './handler-catalog.js';
import { HANDLE_CONNECTION, type HandlerKind } from './handler-kind.js';
import { MessageRegistry } from './message-registry.js';

/** The findings about handlers of transports other than HTTP, and of other libraries. */
interface MessageFindings {
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly string[];
  /** Whether something calls the method from outside. */
  readonly isCalled: (method: Handler) => boolean;
}

/** A method of either source. */
type Method = Pick<Handler, 'type' | 'name' | 'label'>;

const OPENS = '@ResourceAuth({ auth: false }) opens them';
const CHECKED = 'check the caller in the handler, and write @ResourceAuth({ auth: false }) on it to let every message through';
const CHECKED_CONNECTION = `Check the caller in ${HANDLE_CONNECTION}, and write @ResourceAuth({ auth: false }) on it, or @ServiceAuth({ auth: false }) on the gateway`;

/** Checks the handlers of transports other than HTTP: this module does not protect them, so they must be refused or declared open. */
@Injectable()
export class MessageAudit {
  private readonly logger = new OperatorLog('AuthModule');

  constructor(
    @Inject(MessageRegistry) private readonly registry: MessageRegistry,
    @Inject(ExternalHandlers) private readonly external: ExternalHandlers,
  ) {}

  /**
   * Checks the handlers of the catalog, and every handler that a library creates later.
   *
   * @param isProtected - the transports whose handlers have plans: they need no other check.
   */
  findings({ operations, routes }: Catalog, isProtected: (transport: TransportName) => boolean): MessageFindings {
    const handlers = operations.filter(({ transport }) => !isProtected(transport));
    const external = this.watchExternal(oneOf(operations));
    const isRoute = oneOf(routes);
    const problems = [...handlers.flatMap((handler) => this.problemsOf(handler, isRoute(handler))), ...external.flatMap(describeExternal)];
    const warnings = [...undeclared(handlers), ...connections(handlers), ...warningsOf(external)];
    return { problems, warnings, isCalled: oneOf([...operations, ...external]) };
  }

  /** The handlers that libraries have created so far. A mistake in a later one is thrown at the library that creates it. */
  private watchExternal(isKnown: (method: Method) => boolean): ExternalHandler[] {
    const early: ExternalHandler[] = [];
    const reported = new Set<string>();
    let isEarly = true;
    this.external.each((handler) => {
      this.registry.add(handler);
      if (isKnown(handler)) return;
      if (isEarly) early.push(handler);
      else this.reportLate(handler, reported.has(handler.label));
      reported.add(handler.label);
    });
    isEarly = false;
    return early;
  }

  private reportLate(handler: ExternalHandler, isReported: boolean): void {
    const problems = describeExternal(handler);
    if (problems.length > 0) throw new AuthConfigurationError(problems);
    if (!isReported) for (const warning of warningsOf([handler])) this.logger.warn(warning);
  }

  private problemsOf(handler: Handler, isRoute: boolean): ConfigurationProblem[] {
    const { type, name, label, kind } = handler;
    const lost = lostDeclaration(type, name, label);
    if (lost !== undefined) return [lost];
    return describeUnprotected(handler, `a ${kind}`, isRoute ? 'Give messages a method of their own' : cureFor(kind));
  }
}

function cureFor(kind: HandlerKind | undefined): string {
  return kind === 'WebSocket connection' ? CHECKED_CONNECTION : capital(CHECKED);
}

function undeclared(handlers: readonly Handler[]): string[] {
  const refused: HandlerKind[] = ['WebSocket message', 'microservice message'];
  return refused.flatMap((kind) => {
    const names = namesOf(handlers.filter((handler) => handler.kind === kind && isSilent(handler)));
    return names === '' ? [] : [`This module does not protect ${kind}s (refused; ${OPENS}): ${names}`];
  });
}

/** Any client may connect: no version of Nest runs a guard on connections. */
function connections(handlers: readonly Handler[]): string[] {
  const names = namesOf(handlers.filter((handler) => handler.kind === 'WebSocket connection' && isSilent(handler)));
  if (names === '') return [];
  return [
    `No guard runs when a client connects to a gateway, so any client receives what the gateway sends: ${names}. ${CHECKED_CONNECTION}.`,
  ];
}

function warningsOf(external: readonly ExternalHandler[]): string[] {
  const silent = external.filter(isSilent);
  const guarded = namesOf(silent.filter(({ hasGuards }) => hasGuards));
  const unguarded = namesOf(silent.filter(({ hasGuards }) => !hasGuards));
  return [
    ...(guarded === '' ? [] : [`This module does not protect handlers of other libraries (refused; ${OPENS}): ${guarded}`]),
    ...(unguarded === ''
      ? []
      : [`Called by other libraries without any guard: ${unguarded}. They must check their callers themselves, or they are open.`]),
  ];
}

function describeExternal(handler: ExternalHandler): ConfigurationProblem[] {
  return describeUnprotected(handler, 'a handler of another library', capital(CHECKED));
}

function describeUnprotected(method: Method, what: string, cure: string): ConfigurationProblem[] {
  const declared = declaredFor(method.type, method.name);
  if (declared === undefined || declared.auth === false) return [];
  const message = `does not protect ${what}: this module protects routes, resolvers, gateways and message handlers. ${cure}.`;
  return [{ path: `${method.label} ${declared.by}`, message }];
}

/** By class, because several classes may have the same name. */
function oneOf(methods: readonly Method[]): (method: Method) => boolean {
  const names = new Map<object, Set<string | symbol>>();
  for (const { type, name } of methods) names.set(type.prototype, (names.get(type.prototype) ?? new Set()).add(name));
  return ({ type, name }) => names.get(type.prototype)?.has(name) === true;
}

function isSilent({ type, name }: Method): boolean {
  return declaredFor(type, name) === undefined;
}

function namesOf(methods: readonly Method[]): string {
  return [...new Set(methods.map(({ label }) => label))].join(', ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
