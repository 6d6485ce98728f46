import { Inject, Injectable } from '@nestjs/common';
import { type ClassRef, declaredResource, isDeclaredService } from '../decorators/declaration.js';
import type { ConfigurationProblem } from '../errors.js';
import { MessageAudit } from './message-audit.js';
import { type DiscoveredMethod, MethodCatalog } from './message-handlers.js';
import { declaredFor } from './message-registry.js';

/** What a look at the whole application found. */
export interface Findings {
  /** Declarations that promise a protection that there is not, and handlers that anybody could call. */
  readonly problems: readonly ConfigurationProblem[];
  /** Declarations that do nothing, and handlers that nothing can be declared for: a line each. */
  readonly warnings: readonly string[];
}

/** Looks for declarations without effect, and for what no guard of this module reaches. */
@Injectable()
export class DeclarationAudit {
  constructor(
    @Inject(MethodCatalog) private readonly catalog: MethodCatalog,
    @Inject(MessageAudit) private readonly messages: MessageAudit,
  ) {}

  /** Looks at every class that Nest knows, once. */
  findings(): Findings {
    const methods = this.catalog.methods();
    const { problems, warnings, isCalled } = this.messages.findings(methods);
    const uncalled = methods.filter((method) => !method.isRoute && !isCalled(method));
    return { problems, warnings: [...idleResources(uncalled), ...this.idleServices(methods, uncalled), ...warnings] };
  }

  private idleServices(methods: readonly DiscoveredMethod[], uncalled: readonly DiscoveredMethod[]): string[] {
    const idle = new Set(uncalled);
    const called = new Set(methods.filter((method) => !idle.has(method)).map(({ type }) => type));
    const say = (types: Iterable<ClassRef>, why: string) =>
      [...types]
        .filter((type) => isDeclaredService(type) && !called.has(type))
        .map((type) => `${type.name} @ServiceAuth has no effect: ${why}.`);
    const others = [...this.catalog.providers()].filter((type) => !mayOpen(type));
    return [...say(this.catalog.controllers(), 'the controller has no route'), ...say(others, 'the class is no controller')];
  }
}

function idleResources(uncalled: readonly DiscoveredMethod[]): string[] {
  return uncalled
    .filter(({ type, name, inController }) => declaredResource(type, name).own !== undefined && (inController || !mayOpen(type, name)))
    .map((method) => `${method.type.name}.${String(method.name)} @ResourceAuth has no effect: ${whyIdle(method)}`);
}

function whyIdle({ name, inController }: DiscoveredMethod): string {
  if (typeof name === 'symbol') return 'Nest calls no method that is named by a symbol. Name it by a string.';
  return inController ? 'the method is no route. Is @Get(), @Post(), … missing?' : 'the class is no controller.';
}

/** A library may call any method of a provider later, and then it is open: such a declaration must not be called idle. */
function mayOpen(type: ClassRef, name: string | symbol = ''): boolean {
  return typeof name === 'string' && declaredFor(type, name)?.auth === false;
}
