import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Json = Readonly<Record<string, unknown>>;

/** A request and how Ballerina answers it; `ours` where we answer otherwise on purpose. */
export interface DeclarativeCase {
  readonly id: string;
  /** The name of a token or a user; null for a request without credentials. */
  readonly credentials: string | null;
  readonly status: number;
  readonly ours?: number;
  /** The name of a deliberate difference. */
  readonly differs?: string;
}

export interface RecordedResource {
  /** The path below the service; `.` is the service's own. */
  readonly name: string;
  readonly auth: readonly Json[] | Json | null;
  readonly cases: readonly DeclarativeCase[];
  /** The name of a deliberate difference. */
  readonly differs?: string;
}

export interface RecordedService {
  readonly base: string;
  readonly auth: readonly Json[] | null;
  readonly resources: readonly RecordedResource[];
}

export interface DeclarativeCases {
  /** Why we differ on purpose, by name. */
  readonly differences: Readonly<Record<string, string>>;
  readonly tokens: Readonly<Record<string, { readonly header: { readonly alg: string }; readonly payload: Json }>>;
  readonly opaqueTokens: Readonly<Record<string, { readonly token: string; readonly answer: Json }>>;
  readonly users: Readonly<Record<string, readonly [username: string, password: string]>>;
  readonly services: readonly RecordedService[];
}

/** Ballerina's cases of the declarative design. */
export const CASES = JSON.parse(readFileSync(join(import.meta.dirname, 'declarative-cases.json'), 'utf8')) as DeclarativeCases;
