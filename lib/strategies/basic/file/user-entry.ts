import * as z from 'zod';
import { fields, optional, text } from '../../../config/schema.js';
import { isUsername } from '../user-pass.js';

/** One `[[auth.users]]` entry. */
export interface UserEntry {
  readonly username: string;
  readonly password: string;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
}

const NOT_A_USERNAME = 'must have no colon and no control characters: no client could send it';

/** The schema of an entry, whose lists may be left out. */
export const userEntry = fields({
  username: text.refine(isUsername, NOT_A_USERNAME),
  password: text,
  scopes: optional(z.array(text)),
  roles: optional(z.array(text)),
});
