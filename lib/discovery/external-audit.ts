import { Inject, Injectable } from '@nestjs/common';
import { AuthConfigurationError, type ConfigurationProblem } from '../errors.js';
import { MODULE_LOG } from '../operator/operator-log.js';
import { declaredFor } from './declared.js';
import { type ExternalHandler, ExternalHandlers } from './external-handlers.js';
import type { Catalog, Handler } from './handler-catalog.js';
import { MessageRegistry } from './message-registry.js';

/** The findings about the handlers of other libraries. */
interface ExternalFindings {
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly string[];
  /** Whether something other than a route calls the method from outside. */
  readonly isCalled: (method: Handler) => boolean;
}

/** A method of either source. */
type Method = Pick<Handler, 'type' | 'name'>;

/** Checks the handlers that other libraries call: this module does not protect them, so they must be refused or declared open. */
@Injectable()
export class ExternalAudit {
  constructor(
    @Inject(MessageRegistry) private readonly registry: MessageRegistry,
    @Inject(ExternalHandlers) private readonly external: ExternalHandlers,
  ) {}

  /** Checks every handler that a library has created, and later every one that it creates. The operations of the catalog have plans. */
  findings({ operations }: Pick<Catalog, 'operations'>): ExternalFindings {
    const external = this.watchExternal(oneOf(operations));
    return {
      problems: external.flatMap(problemsOf),
      warnings: warningsOf(external),
      isCalled: oneOf([...operations, ...external]),
    };
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
    const problems = problemsOf(handler);
    if (problems.length > 0) throw new AuthConfigurationError(problems);
    if (!isReported) for (const warning of warningsOf([handler])) MODULE_LOG.warn(warning);
  }
}

function problemsOf({ type, name, label }: ExternalHandler): ConfigurationProblem[] {
  const declared = declaredFor(type, name);
  if (declared === undefined || declared.auth === false) return [];
  const message =
    'does not protect a handler of another library: this module protects routes, resolvers, gateways and message handlers. Check the caller in the handler, and write @ResourceAuth({ auth: false }) on it to let every message through.';
  return [{ path: `${label} ${declared.by}`, message }];
}

function warningsOf(external: readonly ExternalHandler[]): string[] {
  const silent = external.filter(({ type, name }) => declaredFor(type, name) === undefined);
  const guarded = namesOf(silent.filter(({ hasGuards }) => hasGuards));
  const unguarded = namesOf(silent.filter(({ hasGuards }) => !hasGuards));
  return [
    ...(guarded === ''
      ? []
      : [`This module does not protect handlers of other libraries (refused; @ResourceAuth({ auth: false }) opens them): ${guarded}`]),
    ...(unguarded === ''
      ? []
      : [`Called by other libraries without any guard: ${unguarded}. They must check their callers themselves, or they are open.`]),
  ];
}

/** By class, because several classes may have the same name. */
function oneOf(methods: readonly Method[]): (method: Method) => boolean {
  const names = new Map<object, Set<string | symbol>>();
  for (const { type, name } of methods) names.set(type.prototype, (names.get(type.prototype) ?? new Set()).add(name));
  return ({ type, name }) => names.get(type.prototype)?.has(name) === true;
}

function namesOf(external: readonly ExternalHandler[]): string {
  return [...new Set(external.map(({ label }) => label))].join(', ');
}
