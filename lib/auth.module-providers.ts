import type { Provider } from '@nestjs/common';
import { AnswerFields } from './http/answer-fields.js';
import { originsOf } from './http/origin.js';
import { audiencesOf } from './http/resource-identifier.js';
import { LocalReplayMemory } from './memory/replay-memory.js';
import { MODULE_LOG } from './operator/operator-log.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from './resolved-options.js';
import { Revocations } from './revocation/revocations.js';
import { BoundedState } from './shared-state/bounded-state.js';
import { sharedReplayMemory } from './shared-state/replay-memory.js';
import { sharedNonces } from './shared-state/shared-nonces.js';
import { SharedStateInUse } from './shared-state/shared-state-in-use.js';
import { DpopProofs } from './strategies/binding/dpop/dpop-proofs.js';
import { StrategyHost } from './strategies/strategy.js';
import { CredentialEnds } from './transport/credential-ends.js';

/** Writes one line for the operator. */
export const warn = (message: string) => MODULE_LOG.warn(message);

/** What strategies are given, and the shared state that they use. */
export const STRATEGY_PROVIDERS: readonly Provider[] = [
  { provide: SharedStateInUse, useFactory: createSharedState, inject: [RESOLVED_OPTIONS] },
  { provide: Revocations, useFactory: createRevocations, inject: [RESOLVED_OPTIONS, SharedStateInUse, CredentialEnds] },
  { provide: DpopProofs, useFactory: createProofs, inject: [RESOLVED_OPTIONS, AnswerFields, SharedStateInUse] },
  { provide: StrategyHost, useFactory: createHost, inject: [RESOLVED_OPTIONS, SharedStateInUse] },
];

function createSharedState({ sharedState }: Pick<ResolvedAuthOptions, 'sharedState'>): SharedStateInUse {
  if (sharedState === undefined) return new SharedStateInUse(undefined);
  const { store, timeout, onUnavailable } = sharedState;
  return new SharedStateInUse({ state: new BoundedState(store, { timeout, warn }), timeout, onUnavailable });
}

function createRevocations({ revocation: config }: ResolvedAuthOptions, { access }: SharedStateInUse, ends: CredentialEnds): Revocations {
  const revocations = new Revocations({ config, access, warn });
  ends.watch(revocations);
  return revocations;
}

function createProofs(places: ResolvedAuthOptions, answers: AnswerFields, { access }: SharedStateInUse): DpopProofs {
  const { trustedProxies } = places;
  const publicUrl = publicUrlsOf(places);
  if (access === undefined) return new DpopProofs({ publicUrl, trustedProxies, answers });
  const { state, timeout, onUnavailable } = access;
  const memory = sharedReplayMemory('dpop', state, new LocalReplayMemory(), onUnavailable.dpop);
  return new DpopProofs({ publicUrl, trustedProxies, answers, memory, nonces: sharedNonces(state, onUnavailable.dpop), timeout });
}

/** The path of a resource is a path of this application: none that a proxy removes. */
function publicUrlsOf({ publicUrl, resource }: ResolvedAuthOptions): readonly string[] {
  return publicUrl.length > 0 || resource === undefined ? publicUrl : [new URL(resource.url).origin];
}

function createHost(options: ResolvedAuthOptions, { access: sharedState }: SharedStateInUse): StrategyHost {
  const { trustedProxies, maxTokenLength, outgoing, resource } = options;
  return {
    trustedProxies,
    maxTokenLength,
    allowedOrigins: originsOf(options),
    ...(outgoing && { outgoing }),
    ...(resource && { audiences: audiencesOf(resource.url) }),
    ...(sharedState && { sharedState }),
    warn,
  };
}
