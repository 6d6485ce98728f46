import { Inject, Injectable } from '@nestjs/common';
import type { ResourceDeclaration, ServiceDeclaration } from '../decorators/auth-entry.js';
import { type ClassRef, declaredResource, declaredService, isDeclaredService } from '../decorators/declaration.js';
import type { ConfigurationProblem } from '../errors.js';
import { type DiscoveredMethod, type MessageKind, MethodCatalog } from './message-handlers.js';

/** What a look at the whole application found. */
export interface Findings {
  /** Declarations that promise a protection that there is not. */
  readonly problems: readonly ConfigurationProblem[];
  /** Declarations that do nothing, and handlers that nothing can be declared for: a line each. */
  readonly warnings: readonly string[];
  /** The kinds of message handlers that there are. */
  readonly kinds: ReadonlySet<MessageKind>;
}

/** Looks for declarations without effect, and for what no guard of this module reaches. */
@Injectable()
export class DeclarationAudit {
  constructor(@Inject(MethodCatalog) private readonly catalog: MethodCatalog) {}

  /** Looks at every class that Nest knows, once. */
  findings(): Findings {
    const methods = this.catalog.methods();
    const handlers = methods.filter(({ kind }) => kind !== undefined);
    const warnings = [...idleResources(methods), ...this.idleServices(methods), ...undeclared(handlers)];
    return { problems: handlers.flatMap(describeUnprotected), warnings, kinds: new Set(handlers.flatMap(({ kind }) => kind ?? [])) };
  }

  private idleServices(methods: readonly DiscoveredMethod[]): string[] {
    const called = new Set(methods.filter(({ kind, isRoute }) => isRoute || kind !== undefined).map(({ type }) => type));
    const idle = (types: Iterable<ClassRef>, why: string) =>
      [...types]
        .filter((type) => isDeclaredService(type) && !called.has(type))
        .map((type) => `${type.name} @ServiceAuth has no effect: ${why}.`);
    return [
      ...idle(this.catalog.controllers(), 'the controller has no route'),
      ...idle(this.catalog.providers(), 'the class is no controller'),
    ];
  }
}

function idleResources(methods: readonly DiscoveredMethod[]): string[] {
  return methods
    .filter(({ type, name, kind, isRoute }) => !isRoute && kind === undefined && declaredResource(type, name).own !== undefined)
    .map(({ type, name, inController }) => {
      const why = inController ? 'the method is no route. Is @Get(), @Post(), … missing?' : 'the class is no controller.';
      return `${type.name}.${name} @ResourceAuth has no effect: ${why}`;
    });
}

/** What is declared for a message handler, by whichever decorator. */
function declaredFor({
  type,
  name,
}: DiscoveredMethod): { readonly by: string; readonly auth: ResourceDeclaration | ServiceDeclaration } | undefined {
  const resource = declaredResource(type, name).own;
  if (resource !== undefined) return { by: '@ResourceAuth', auth: resource.auth };
  const service = declaredService(type);
  return service === undefined ? undefined : { by: '@ServiceAuth', auth: service.auth };
}

function describeUnprotected(method: DiscoveredMethod): ConfigurationProblem[] {
  const declared = declaredFor(method);
  if (declared === undefined || declared.auth === false) return [];
  const { type, name, kind, isRoute } = method;
  const cure = isRoute
    ? 'Give messages a method of their own'
    : 'Check the caller in the handler, and write @ResourceAuth({ auth: false }) on it to let every message through';
  const message = `does not protect a ${kind}: this module protects HTTP routes. ${cure}.`;
  return [{ path: `${type.name}.${name} ${declared.by}`, message }];
}

/** What becomes of handlers that say nothing. Fields are only reached through the resolver of a query. */
const FATE: readonly (readonly [MessageKind, string])[] = [
  ['WebSocket message', 'refused since Nest 12, whose global guards run for them; open in Nest 11'],
  ['microservice message', 'refused, but open in a hybrid application that is connected without inheritAppConfig: true'],
  ['GraphQL resolver', 'refused'],
];

function undeclared(handlers: readonly DiscoveredMethod[]): string[] {
  const silent = handlers.filter((method) => declaredFor(method) === undefined);
  return FATE.flatMap(([kind, fate]) => {
    const names = silent.filter((method) => method.kind === kind).map(({ type, name }) => `${type.name}.${name}`);
    return names.length === 0
      ? []
      : [`This module does not protect ${kind}s (${fate}; @ResourceAuth({ auth: false }) opens them): ${names.join(', ')}`];
  });
}
