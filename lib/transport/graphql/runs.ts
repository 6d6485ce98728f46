import type { Principal } from '../../principal.js';
import type { GraphqlCall } from './call.js';

/** The caller that was admitted to one run of a handler. */
interface Kept {
  /** The class of the handler. */
  readonly type: object;
  readonly principal: Principal | undefined;
}

/** By the info of the run; for reference resolvers, which share it, by the reference in it. */
const callers = new WeakMap<object, WeakMap<object, Kept>>();

/** Keeps the caller of one run: no other run of the same request sees it. */
export function keepCaller(call: GraphqlCall, type: object, principal: Principal | undefined): void {
  const known = callers.get(call.info) ?? new WeakMap<object, Kept>();
  known.set(keyOf(call), { type, principal });
  callers.set(call.info, known);
}

/** The caller of a run, where its handler is one of `type`; undefined for a run of an open handler. */
export function callerOf(call: GraphqlCall | undefined, type?: object): Principal | undefined {
  const kept = call && callers.get(call.info)?.get(keyOf(call));
  return type === undefined || kept?.type === type ? kept?.principal : undefined;
}

function keyOf({ root, info, isReference }: GraphqlCall): object {
  return isReference && typeof root === 'object' && root !== null ? root : info;
}
