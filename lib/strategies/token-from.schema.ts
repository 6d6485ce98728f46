import * as z from 'zod';
import { chosen, fields, text } from '../config/schema.js';
import { isToken } from '../http/challenge.js';
import { isHeaderName } from '../http/header-field.js';
import type { TokenSource } from '../http/token-source.js';
import { isJsonObject } from '../json-object.js';

/** Header fields that are read otherwise. */
const COOKIES: ReadonlySet<string> = new Set(['cookie', 'set-cookie']);

/** The schema of a source that is a header field. */
export const headerSource = fields(() => ({
  header: text
    .refine(isHeaderName, { error: 'cannot be the name of a header field' })
    .refine((name) => !COOKIES.has(name.toLowerCase()), { error: 'holds all cookies: write { cookie: "…" } with the name of yours' }),
}));
/** The schema of a source that is a cookie. */
export const cookieSource = fields(() => ({ cookie: text.refine(isToken, { error: 'cannot be the name of a cookie' }) }));

const tokenSource = sourceOf<TokenSource>('must be { header: "…" } or { cookie: "…" }', 'a header field or a cookie', (value) => {
  if ('header' in value && 'cookie' in value) return wrong('has both a header and a cookie: write a source for each');
  return 'cookie' in value ? cookieSource : headerSource;
});

/** The schema of `tokenFrom`. */
export const tokenFrom = z
  .array(tokenSource)
  .min(1, 'must not be empty. Leave it out for the Authorization header field')
  .superRefine(eachOnce);

/**
 * The schema of a source of tokens: an object, and not the query of a URL.
 *
 * @param shapes - what to say of a value that is no source at all.
 * @param others - what may be used in place of a query: `a header field or a cookie`.
 * @param choose - finds the schema for an object.
 */
export function sourceOf<Source>(shapes: string, others: string, choose: (value: object) => z.ZodType<Source>): z.ZodType<Source> {
  return chosen<Source>((value) => {
    if (!isJsonObject(value)) return wrong(shapes);
    if ('query' in value) return wrong(`is refused: tokens in a URL are kept in logs and histories. Use ${others}`);
    return choose(value);
  });
}

/** For `superRefine()`: reports each source that is in the list already. */
export function eachOnce(sources: readonly object[], context: z.RefinementCtx): void {
  const names = sources.map(nameOf);
  for (const [index, name] of names.entries())
    if (names.indexOf(name) < index) context.addIssue({ code: 'custom', path: [index], message: 'is a duplicate: remove one' });
}

/** A schema that accepts nothing, with what to say of a value. */
export function wrong<Source>(message: string): z.ZodType<Source> {
  return z.never({ error: message });
}

/** A source has one field. */
function nameOf(source: object): string {
  const [[kind, name] = ['', '']] = Object.entries(source) as [string, string][];
  return `${kind} ${kind === 'header' ? name.toLowerCase() : name}`;
}
