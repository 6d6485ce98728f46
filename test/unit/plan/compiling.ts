import type { Type } from '@nestjs/common';
import { AuthConfigurationError, type Authorizer, type AuthStrategy, type Challenge, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import type { Route } from '../../../lib/discovery/handler-catalog.js';
import { Authenticators } from '../../../lib/plan/authenticators.js';
import { PlanCompiler } from '../../../lib/plan/compile.js';
import type { Plan, Step } from '../../../lib/plan/plan.js';
import { PlanLoader } from '../../../lib/plan/plan.loader.js';
import { PlanRegistry } from '../../../lib/plan/plan.registry.js';
import type { DescribedRequirements } from '../../../lib/requirements/every-requirement.js';
import type { UnannotatedPolicy } from '../../../lib/resolved-options.js';

/** A strategy that takes any config but a broken one, and challenges with what the config says. */
export class AnyStrategy implements AuthStrategy<{ broken?: boolean; challenges?: readonly Challenge[] }> {
  prepared = 0;
  closed = 0;
  constructor(readonly configKey: string) {}

  prepare(config: { broken?: boolean; challenges?: readonly Challenge[] }) {
    if (config.broken) throw new AuthConfigurationError([{ path: 'broken', message: 'must not be true' }]);
    this.prepared++;
    return {
      challenges: config.challenges ?? [{ scheme: this.configKey }],
      authenticate: () => ({ outcome: 'absent' }) as const,
      close: () => {
        this.closed++;
      },
    };
  }
}

export class Known implements Authorizer {
  authorize() {
    return true;
  }
}

export class Stranger extends Known {}

export const SCHEMES = { sts: { tokenConfig: { issuer: 'sts' } }, users: { usersConfig: {} } };

export function compilerFor(
  schemes: Readonly<Record<string, unknown>> = SCHEMES,
  strategies = [new AnyStrategy('tokenConfig'), new AnyStrategy('usersConfig')],
) {
  const authenticators = new Authenticators(strategies);
  const findAuthorizer = (type: Type<Authorizer<unknown>>): Authorizer => {
    if (type === Known) return new Known();
    throw new AuthConfigurationError(`${type.name} is not provided.`);
  };
  return new PlanCompiler({ schemes, realm: 'api', authenticators, findAuthorizer });
}

/** A method of a class as the route that discovery makes of it. */
export function routeOf(type: Type, name: string, method: string, ...paths: readonly string[]): Route {
  return {
    type,
    name,
    functions: [type.prototype[name]],
    inController: true,
    kind: 'HTTP route',
    transport: 'http',
    method,
    paths,
    places: paths.map((path) => ({ path })),
    label: `${type.name}.${name} (${method} ${paths[0]})`,
  };
}

/** What is said for one route, as it would be written; a field that is missing is not written at all. */
export interface Written {
  readonly resource?: unknown;
  readonly service?: unknown;
  readonly defaultAuth?: unknown;
  readonly unannotated?: UnannotatedPolicy;
  readonly schemes?: Readonly<Record<string, unknown>>;
}

/** The plan of a route for which this is written. */
export async function planFor({ defaultAuth, unannotated = 'error', schemes, ...written }: Written): Promise<Plan> {
  class Orders {
    list() {}
  }
  if ('service' in written) ServiceAuth({ auth: written.service } as never)(Orders);
  const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, 'list') as TypedPropertyDescriptor<() => void>;
  if ('resource' in written) ResourceAuth({ auth: written.resource } as never)(Orders.prototype, 'list', descriptor);
  const registry = new PlanRegistry();
  const fallback = { defaultAuth: defaultAuth as never, unannotated, loadPaths: undefined };
  const loader = new PlanLoader(compilerFor(schemes), registry, fallback);
  await loader.load(Object.keys(schemes ?? SCHEMES), [routeOf(Orders, 'list', 'GET', '/orders')]);
  return (registry.get('http', Orders, Orders.prototype.list) as { plan: Plan }).plan;
}

/** A plan in words: `service: sts[any read write] | users`. */
export function inWords(plan: Plan): string {
  if (plan.kind === 'by-path') return plan.kind;
  return plan.kind === 'protected' ? `${plan.source}: ${plan.steps.map(stepInWords).join(' | ')}` : `${plan.source}: ${plan.kind}`;
}

function stepInWords(step: Step): string {
  const described = Object.fromEntries(step.requirements.demands.map((each) => [each.field, each.described])) as DescribedRequirements;
  const names = Object.entries(described.scopes ?? {}).map(([mode, scopes]) => `${mode} ${scopes.join(' ')}`);
  const authorizers = step.requirements.authorizers.map(({ authorizer }) => authorizer.constructor.name);
  const demands = [...names, ...(described.permissions ?? []), ...authorizers];
  const who = step.kind === 'single' ? step.name : `(${step.steps.map(stepInWords).join(' & ')})`;
  return demands.length === 0 ? who : `${who}[${demands.join(', ')}]`;
}
