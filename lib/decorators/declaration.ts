import 'reflect-metadata';
import { AuthConfigurationError, fieldError } from '../errors.js';
import { REQUIREMENT_FIELDS } from '../requirements/every-requirement.js';
import type { ResourceDeclaration, ServiceDeclaration } from './auth-entry.js';

const SERVICE = Symbol.for('nest-service-auth:service');
const RESOURCE = Symbol.for('nest-service-auth:resource');

/** A class with any constructor. */
export type ClassRef = abstract new (...args: never[]) => unknown;

/** A declaration as it was written; boxed because `auth` may be `false`. */
export interface Declared<T> {
  readonly auth: T;
}

/** Remembers what `@ServiceAuth` declared for a class. */
export function declareService(target: ClassRef, declared: Declared<ServiceDeclaration>): void {
  checkShape(declared, `${target.name} @ServiceAuth`);
  if (Reflect.hasOwnMetadata(SERVICE, target)) throw declaredTwice(`${target.name} @ServiceAuth`);
  Reflect.defineMetadata(SERVICE, declared, target);
}

/**
 * Remembers what `@ResourceAuth` declared for a method: by class and name, not on the function,
 * which another decorator may replace with a wrapper.
 */
export function declareResource(prototype: object, method: string | symbol, declared: Declared<ResourceDeclaration>): void {
  const where = `${prototype.constructor.name}.${String(method)} @ResourceAuth`;
  checkShape(declared, where);
  if (Reflect.hasOwnMetadata(RESOURCE, prototype, method)) throw declaredTwice(where);
  Reflect.defineMetadata(RESOURCE, declared, prototype, method);
}

/** What is declared for a class, its own or its nearest ancestor's. */
export function declaredService(target: ClassRef): Declared<ServiceDeclaration> | undefined {
  return Reflect.getMetadata(SERVICE, target);
}

/** Whether this class itself has `@ServiceAuth`, not an ancestor. */
export function isDeclaredService(target: ClassRef): boolean {
  return Reflect.hasOwnMetadata(SERVICE, target);
}

/** What is declared for a method where it is defined: its own declaration, and the nearest one that an override does not repeat. */
export function declaredResource(
  target: ClassRef,
  method: string | symbol,
): { readonly own?: Declared<ResourceDeclaration>; readonly lost?: { readonly from: string; readonly auth: ResourceDeclaration } } {
  let defined = false;
  for (let prototype = target.prototype; prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
    if (!Object.hasOwn(prototype, method)) continue;
    const declared: Declared<ResourceDeclaration> | undefined = Reflect.getOwnMetadata(RESOURCE, prototype, method);
    if (declared !== undefined)
      return defined ? { lost: { from: `${prototype.constructor.name}.${String(method)}`, auth: declared.auth } } : { own: declared };
    defined = true;
  }
  return {};
}

const WRITE = 'Write { auth: [...] }, or { auth: false } for an open route.';
const BELONG =
  "Requirements belong in an entry, as in { auth: [{ scheme: 'sts', scopes }] }, or on a resource, as in @ResourceAuth({ auth: { scopes } }).";

function checkShape(declared: unknown, where: string): void {
  const problems = describeShape(declared).map((message) => ({ path: where, message }));
  if (problems.length > 0) throw new AuthConfigurationError(problems);
}

function describeShape(declared: unknown): string[] {
  if (Array.isArray(declared)) return [`needs an object, not a list. ${WRITE}`];
  if (typeof declared !== 'object' || declared === null) return [`declares no auth. ${WRITE}`];
  const strangers = Object.keys(declared).filter((key) => key !== 'auth');
  if (strangers.length === 0) return (declared as Partial<Declared<unknown>>).auth === undefined ? [`declares no auth. ${WRITE}`] : [];
  return strangers.map((key) =>
    REQUIREMENT_FIELDS.includes(key)
      ? `has "${key}", but only "auth" is allowed. ${BELONG}`
      : `has a field "${key}", which is not known. ${WRITE}`,
  );
}

function declaredTwice(where: string): AuthConfigurationError {
  return fieldError(where, 'is a duplicate decorator: remove one.');
}
