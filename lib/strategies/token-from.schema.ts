import * as z from 'zod';
import { chosen, fields, text } from '../config/schema.js';
import { isToken } from '../http/challenge.js';
import { isHeaderName } from '../http/header-field.js';
import type { TokenSource } from '../http/token-source.js';

/** Header fields that are read otherwise. */
const COOKIES: ReadonlySet<string> = new Set(['cookie', 'set-cookie']);

/** The schema of a source that is a header field. */
export const headerSource = fields({
  header: text
    .refine(isHeaderName, { error: 'cannot be the name of a header field' })
    .refine((name) => !COOKIES.has(name.toLowerCase()), { error: 'holds all cookies: write { cookie: "…" } with the name of yours' }),
});
/** The schema of a source that is a cookie. */
export const cookieSource = fields({ cookie: text.refine(isToken, { error: 'cannot be the name of a cookie' }) });

const tokenSource: z.ZodType<TokenSource> = chosen<TokenSource>((value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('must be { header: "…" } or { cookie: "…" }');
  if ('query' in value) return wrong('is refused: tokens in a URL are kept in logs and histories. Use a header field or a cookie');
  if ('header' in value && 'cookie' in value) return wrong('has both a header and a cookie: write a source for each');
  return 'cookie' in value ? cookieSource : headerSource;
});

/** The schema of `tokenFrom`. */
export const tokenFrom = z
  .array(tokenSource)
  .min(1, 'must not be empty. Leave it out for the Authorization header field')
  .superRefine((sources, context) => {
    const names = sources.map(nameOf);
    for (const [index, name] of names.entries())
      if (names.indexOf(name) < index) context.addIssue({ code: 'custom', path: [index], message: 'is a duplicate: remove one' });
  });

function nameOf(source: TokenSource): string {
  return 'cookie' in source ? `cookie ${source.cookie}` : `header ${source.header.toLowerCase()}`;
}

function wrong(message: string): z.ZodType<TokenSource> {
  return z.never({ error: message });
}
