import * as z from 'zod';
import { fields, optional, parseConfig, text } from '../../../config/schema.js';
import { AuthConfigurationError } from '../../../errors.js';
import { isUsername } from '../user-pass.js';

/** One `[[auth.users]]` entry. */
export interface UserEntry {
  readonly username: string;
  readonly password: string;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
}

const NOT_A_USERNAME = 'must have no colon and no control characters: no client could send it';

const entry = fields({
  username: text.refine(isUsername, NOT_A_USERNAME),
  password: text,
  scopes: optional(z.array(text)),
  roles: optional(z.array(text)),
});

/** Checks one entry; every mistake is reported with the field that it is in. */
export function checkEntry(value: unknown, report: (field: string | undefined, message: string) => void): UserEntry | undefined {
  try {
    // A copy: the parser's tables have no prototype, and a schema takes only plain objects.
    const checked = parseConfig(entry, typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : value);
    return { scopes: [], roles: [], ...checked };
  } catch (error) {
    if (!(error instanceof AuthConfigurationError)) throw error;
    for (const { path, message } of error.problems) report(path === '' ? undefined : path, message);
    return undefined;
  }
}
