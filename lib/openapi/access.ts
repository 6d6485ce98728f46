import type { ConcretePlan } from '../plan/plan.js';
import { describePlan, type PolicyDecision, type PolicyWayIn } from '../plan/policy.js';

/** Who may call an operation, as its extension `x-auth` says: like the policy, without where it was declared. */
export interface OperationAccess extends Omit<PolicyDecision, 'source'> {
  /** What holds instead for other versions or hosts, or for some values of the path's parameters. */
  readonly exceptions?: readonly Omit<PolicyDecision, 'source'>[];
}

/** Describes who may call an operation. */
export function accessOf(plans: readonly ConcretePlan[]): OperationAccess {
  const decisions = plans.map(published);
  const [usual, ...others] = [...new Map(decisions.map((each) => [JSON.stringify(each), each])).values()];
  if (usual === undefined) return { access: 'denied', waysIn: [] };
  return others.length === 0 ? usual : { ...usual, exceptions: others };
}

function published(plan: ConcretePlan): Omit<PolicyDecision, 'source'> {
  const { source: _source, waysIn, ...decision } = describePlan(plan);
  return { ...decision, waysIn: waysIn.map(withoutArguments) };
}

/** The arguments of custom rules are for those who run the application: a document may be published. */
function withoutArguments({ authorizers, allOf, ...way }: PolicyWayIn): PolicyWayIn {
  return {
    ...way,
    ...(authorizers !== undefined && { authorizers: authorizers.map((each) => (typeof each === 'string' ? each : each.use)) }),
    ...(allOf !== undefined && { allOf: allOf.map(withoutArguments) }),
  };
}
