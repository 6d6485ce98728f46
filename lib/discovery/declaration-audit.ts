import { Inject, Injectable } from '@nestjs/common';
import { type ClassRef, declaredResource, isDeclaredService } from '../decorators/declaration.js';
import type { ConfigurationProblem } from '../errors.js';
import { declaredFor } from './declared.js';
import { ExternalAudit } from './external-audit.js';
import type { Catalog, Handler } from './handler-catalog.js';

/** What was found in the whole application. */
export interface Findings {
  /** Declarations of a protection that this module does not give, and handlers that every client could call. */
  readonly problems: readonly ConfigurationProblem[];
  /** Declarations without effect, and handlers that nothing can be declared for: a line each. */
  readonly warnings: readonly string[];
}

/** Looks for declarations without effect, and for handlers that the guard of this module does not reach. */
@Injectable()
export class DeclarationAudit {
  constructor(@Inject(ExternalAudit) private readonly external: ExternalAudit) {}

  /** Checks every class that Nest knows, once. */
  findings(catalog: Catalog): Findings {
    const { problems, warnings, isCalled } = this.external.findings(catalog);
    const uncalled = catalog.handlers.filter((method) => method.kind === undefined && !isCalled(method));
    return { problems, warnings: [...idleResources(uncalled), ...idleServices(catalog, new Set(uncalled)), ...warnings] };
  }
}

function idleResources(uncalled: readonly Handler[]): string[] {
  return uncalled
    .filter(({ type, name, inController }) => declaredResource(type, name).own !== undefined && (inController || !mayOpen(type, name)))
    .map((method) => `${method.label} @ResourceAuth has no effect: ${whyIdle(method)}`);
}

function whyIdle({ name, inController }: Handler): string {
  if (typeof name === 'symbol') return 'Nest calls no method that is named by a symbol. Name it by a string.';
  return inController
    ? 'the method is not a route. Is @Get(), @Post(), … missing?'
    : 'the class is not a controller, and the method is not a handler of a resolver or a gateway.';
}

function idleServices({ controllers, providers, handlers }: Catalog, uncalled: ReadonlySet<Handler>): string[] {
  const called = new Set(handlers.filter((each) => !uncalled.has(each)).map(({ type }) => type));
  const describe = (types: readonly ClassRef[], why: string) =>
    types.filter((type) => isDeclaredService(type) && !called.has(type)).map((type) => `${type.name} @ServiceAuth has no effect: ${why}.`);
  const others = providers.filter((type) => !mayOpen(type));
  return [
    ...describe(controllers, 'the controller has no route'),
    ...describe(others, 'the class is not a controller, and no method of it is a handler of a resolver or a gateway'),
  ];
}

/** A library may call any method of a provider later, and the declaration then opens it: it is not reported as one without effect. */
function mayOpen(type: ClassRef, name: string | symbol = ''): boolean {
  return typeof name === 'string' && declaredFor(type, name)?.auth === false;
}
