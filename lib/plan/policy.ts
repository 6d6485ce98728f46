import { ANONYMOUS } from '../anonymous.js';
import type { Operation } from '../discovery/handler-catalog.js';
import type { DescribedRequirements } from '../requirements/every-requirement.js';
import type { TransportName } from '../transport-name.js';
import type { ConcretePlan, PathPlans, Plan, Step } from './plan.js';
import { type HandlerPlan, isRoutePlan, type RoutePlan } from './plan.registry.js';

/** One way to authenticate at a route, as the policy describes it. */
export interface PolicyWayIn extends DescribedRequirements {
  /** The scheme's name, or the config key of an inline entry; several joined by ` + ` where all must accept; `anonymous` for requests without credentials. */
  readonly scheme: string;
  /** The ways that must all accept, with their own requirements. */
  readonly allOf?: readonly PolicyWayIn[];
}

/** Who is admitted, and where this is declared. */
export interface PolicyDecision {
  /** Who is admitted: every caller, no caller, or callers that one of `waysIn` accepts. */
  readonly access: 'open' | 'denied' | 'protected';
  /** `true` where credentials are optional: a request without any is admitted, and `anonymous` is the last of `waysIn`. */
  readonly optional?: true;
  /** Where it is declared: at the resource, at the service, in access rule n, in `defaultAuth`, … */
  readonly source: string;
  /** The ways to authenticate, in the order in which they are tried. */
  readonly waysIn: readonly PolicyWayIn[];
}

/** The requirements of one route, and where they are declared. */
export interface PolicyEntry extends PolicyDecision {
  /** The request's method, or `ALL`; for a handler of another transport the name of the transport. */
  readonly method: string;
  /** The path as it is routed, with the global prefix and the version; for a handler of another transport the name without the transport: `Query.orders`. */
  readonly path: string;
  /** The transport, where it is not HTTP. */
  readonly transport?: Exclude<TransportName, 'http'>;
  /** The name of a handler of another transport: `Query.orders`, `Order.margin`, `ws orders.place`, `rpc orders.create`. */
  readonly operation?: string;
  /** The version that the request must name, if the application has versions and not every version leads to the route. */
  readonly version?: string;
  /** The host that the request must be sent to, or the regular expression for it, where the controller is bound to one. */
  readonly host?: string;
  /** The controller and its method: `OrderController.create`. */
  readonly handler: string;
  /** What holds instead for some values of the path's parameters, where access rules name them. */
  readonly exceptions?: readonly PolicyDecision[];
}

/** The methods that a route for all methods is reported under where the method decides. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The document of the protected resource, which this module serves itself. @see RFC 9728 */
const OF_METADATA = { method: 'GET', access: 'open', source: 'resource metadata', waysIn: [], handler: 'AuthModule.resource' } as const;

const ORDER = ['path', 'method', 'version', 'host', 'handler'] as const;

/** Describes the requirements of every route, in the order of the paths, and after them those of the other transports' handlers. */
export function describePolicy(plans: readonly HandlerPlan[], paths: PathPlans | undefined, metadataPath?: string): PolicyEntry[] {
  const own = metadataPath === undefined ? [] : [{ ...OF_METADATA, path: metadataPath }];
  const routes = inOrder([...plans.filter(isRoutePlan).flatMap((routePlan) => describeRoute(routePlan, paths)), ...own]);
  return [...routes, ...inOrder(plans.filter(isOperationPlan).map(describeOperation))];
}

function inOrder(entries: PolicyEntry[]): PolicyEntry[] {
  return entries.sort((a, b) => ORDER.reduce((order, field) => order || compare(a[field] ?? '', b[field] ?? ''), 0));
}

/** The plan of a handler of another transport: access rules decide about routes only. */
interface OperationPlan extends HandlerPlan {
  readonly handler: Operation;
  readonly plan: ConcretePlan;
  readonly transport: Exclude<TransportName, 'http'>;
}

function isOperationPlan(handlerPlan: HandlerPlan): handlerPlan is OperationPlan {
  return !isRoutePlan(handlerPlan);
}

function describeOperation({ handler, transport, plan }: OperationPlan): PolicyEntry {
  const { type, name, operation } = handler;
  const path = operation.replace(`${transport} `, '');
  return { method: transport, path, transport, operation, handler: `${type.name}.${name}`, ...describePlan(plan) };
}

function describeRoute({ handler: route, plan }: RoutePlan, paths: PathPlans | undefined): PolicyEntry[] {
  const handler = `${route.type.name}.${route.name}`;
  const methods = plan.kind === 'by-path' && route.method === 'ALL' ? METHODS : [route.method];
  return route.places.flatMap((place) =>
    methods.map((method) => ({ method, ...place, handler, ...describeDecisions(plansOf(plan, method, place.path, paths)) })),
  );
}

/** The plans that decide about a route at one of its paths: first the one that decides usually. `method` is that of the request. */
export function plansOf(
  plan: Plan,
  method: string,
  path: string,
  paths: PathPlans | undefined,
): readonly [ConcretePlan, ...ConcretePlan[]] {
  if (plan.kind !== 'by-path') return [plan];
  return paths?.plansFor(method, path) ?? [{ kind: 'denied', source: 'default access' }];
}

function describeDecisions([usual, ...others]: readonly [ConcretePlan, ...ConcretePlan[]]): PolicyDecision &
  Pick<PolicyEntry, 'exceptions'> {
  const decision = describePlan(usual);
  return others.length === 0 ? decision : { ...decision, exceptions: others.map(describePlan) };
}

/** Describes what one plan demands. */
export function describePlan(plan: ConcretePlan): PolicyDecision {
  if (plan.kind !== 'protected') return { access: plan.kind, source: plan.source, waysIn: [] };
  const refusesAll = plan.steps.every(({ requirements }) => requirements.forbidden !== undefined);
  if (refusesAll) return { access: 'denied', source: plan.source, waysIn: [] };
  const waysIn = plan.steps.map(describeStep);
  if (plan.admitsAnonymous) return { access: 'protected', optional: true, source: plan.source, waysIn: [...waysIn, { scheme: ANONYMOUS }] };
  return { access: 'protected', source: plan.source, waysIn };
}

function describeStep(step: Step): PolicyWayIn {
  return {
    scheme: step.name,
    ...Object.fromEntries(step.requirements.demands.map(({ field, described }) => [field, structuredClone(described)])),
    ...(step.kind === 'combined' && { allOf: step.steps.map(describeStep) }),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
