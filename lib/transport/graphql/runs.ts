import type { Principal } from '../../principal.js';
import type { GraphqlCall } from './call.js';

/** The caller that was admitted to one run of a handler. */
interface Kept {
  /** The class of the handler. */
  readonly type: object;
  readonly principal: Principal | undefined;
}

/** By the info of the run, which no other run has. */
const callers = new WeakMap<object, Kept>();
/** Reference resolvers share an info: by the reference in it. */
const callersOfReferences = new WeakMap<object, WeakMap<object, Kept>>();

/** Keeps the caller of one run: no other run of the same request sees it. */
export function keepCaller(call: GraphqlCall, type: object, principal: Principal | undefined): void {
  const kept = { type, principal };
  if (!isOfReference(call)) {
    callers.set(call.info, kept);
    return;
  }
  const known = callersOfReferences.get(call.info) ?? new WeakMap<object, Kept>();
  known.set(call.root, kept);
  callersOfReferences.set(call.info, known);
}

/** The caller of a run, where its handler is one of `type`; undefined for a run of an open handler. */
export function callerOf(call: GraphqlCall | undefined, type?: object): Principal | undefined {
  const kept = call && keptOf(call);
  return type === undefined || kept?.type === type ? kept?.principal : undefined;
}

function keptOf(call: GraphqlCall): Kept | undefined {
  return isOfReference(call) ? callersOfReferences.get(call.info)?.get(call.root) : callers.get(call.info);
}

function isOfReference(call: GraphqlCall): call is GraphqlCall & { readonly root: object } {
  return call.isReference && typeof call.root === 'object' && call.root !== null;
}
