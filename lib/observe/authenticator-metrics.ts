import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Attributes, BatchObservableCallback, Meter, Observable } from '@opentelemetry/api';
import { Authenticators, statsOf } from '../plan/authenticators.js';
import { SharedStateInUse } from '../shared-state/shared-state-in-use.js';
import type { AuthenticatorStats } from '../strategies/strategy.js';
import { findMeter } from './providers.js';

const STATES = ['closed', 'open', 'half_open'] as const;

type Instrument = 'lookups' | 'calls' | 'breaker';
/** A value of an instrument, and what it is the value of. */
type Reading = readonly [instrument: Instrument, attributes: Attributes, value: number];

/** Publishes what authenticators count, read when metrics are collected: to count costs a request no more than an addition. */
@Injectable()
export class AuthenticatorMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly meter = findMeter();
  private stop: (() => void) | undefined;

  constructor(
    @Inject(Authenticators) private readonly authenticators: Authenticators,
    @Inject(SharedStateInUse) private readonly shared: SharedStateInUse = new SharedStateInUse(undefined),
  ) {}

  onApplicationBootstrap(): void {
    if (this.meter !== undefined) this.stop = publish(this.meter, () => this.read());
  }

  onApplicationShutdown(): void {
    this.stop?.();
    this.stop = undefined;
  }

  private async read(): Promise<Reading[]> {
    const all = [...(await this.authenticators.all()), ...this.shared.reports];
    return summed(all.flatMap(({ name, authenticator }) => readingsOf(name, statsOf(authenticator))));
  }
}

function publish(meter: Meter, read: () => Promise<readonly Reading[]>): () => void {
  const instruments = createInstruments(meter);
  const all = Object.values(instruments);
  const observe: BatchObservableCallback = async (result) => {
    for (const [instrument, attributes, value] of await read()) result.observe(instruments[instrument], value, attributes);
  };
  meter.addBatchObservableCallback(observe, all);
  return () => meter.removeBatchObservableCallback(observe, all);
}

function createInstruments(meter: Meter): Record<Instrument, Observable> {
  return {
    lookups: meter.createObservableCounter('auth.cache.lookups', {
      unit: '{lookup}',
      description: 'Lookups in the caches of verified credentials.',
    }),
    calls: meter.createObservableCounter('auth.dependency.calls', {
      unit: '{call}',
      description: 'Fetches of key sets, introspections, logins at directories, questions to the shared state.',
    }),
    breaker: meter.createObservableUpDownCounter('auth.circuit_breaker.status', {
      unit: '1',
      description: 'The current state of circuit breakers: 1 for the state that it is in, 0 for the others.',
    }),
  };
}

function readingsOf(scheme: string, { cache, dependency }: AuthenticatorStats): Reading[] {
  const of = (attributes: Attributes): Attributes => ({ 'auth.scheme': scheme, ...attributes });
  const readings: Reading[] = [];
  if (cache !== undefined) {
    readings.push(
      ['lookups', of({ 'auth.cache.result': 'hit' }), cache.hits],
      ['lookups', of({ 'auth.cache.result': 'miss' }), cache.misses],
    );
  }
  if (dependency === undefined) return readings;
  const { name, succeeded, failed, breaker } = dependency;
  const ofDependency = (attributes: Attributes) => of({ 'auth.dependency': name, ...attributes });
  readings.push(
    ['calls', ofDependency({ 'auth.result': 'success' }), succeeded],
    ['calls', ofDependency({ 'auth.result': 'failure' }), failed],
  );
  if (breaker !== undefined) {
    for (const state of STATES)
      readings.push(['breaker', ofDependency({ 'auth.circuit_breaker.state': state }), state === breaker ? 1 : 0]);
  }
  return readings;
}

/** Entries that carry their config inline may share a name: one series can have one value only. */
function summed(readings: readonly Reading[]): Reading[] {
  const sums = new Map<string, Reading>();
  for (const [instrument, attributes, value] of readings) {
    const key = JSON.stringify([instrument, attributes]);
    sums.set(key, [instrument, attributes, value + (sums.get(key)?.[2] ?? 0)]);
  }
  return [...sums.values()];
}
