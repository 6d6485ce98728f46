import * as z from 'zod';
import { text } from '../config/schema.js';
import { type AnyOrAll, type NameRequirement, nameSetInTable, nameSetSchema } from './name-set.js';
import { emptyList, type Requirement } from './requirement.js';

type Declared = {
  /** The roles. A role is one name, spaces included. */
  readonly roles?: NameRequirement;
};
type Described = {
  /** The roles. */
  readonly roles?: AnyOrAll;
};
type InRule = {
  /** The roles that a caller needs, all of them. */
  readonly roles?: readonly string[];
};

/** Roles of the credential or the user store. */
export const roles: Requirement<Declared, Described, InRule> = {
  field: 'roles',
  schema: nameSetSchema({ field: 'roles', name: text, noun: 'role', reason: 'insufficient_role' }),
  inRule: z
    .array(text)
    .min(1, emptyList)
    .transform((all) => ({ all })),
  reasons: { insufficient_role: 'lacks a role' },
  inTable: (described) => nameSetInTable(described, 'role'),
};
