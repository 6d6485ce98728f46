import * as z from 'zod';
import { chosen, describeMismatch, fields, listOf, text } from '../../config/schema.js';
import { isJsonObject } from '../../json-object.js';
import type { IssuerConfig, IssuerTemplate } from './issuer.config.js';
import { isSegment, parseTemplate } from './issuer.js';

const EXAMPLE = 'https://login.example.com/{tid}/v2.0';

const value = text
  .refine((given) => given !== '*', 'must not be "*": write allowed: "*" if every value is accepted')
  .refine(isSegment, 'must be one path segment as it stands in a URL: without /, ?, #, %, braces or spaces, and neither . nor ..');

const templateSchema = fields(() => ({
  template: text.superRefine((template, context) => {
    const mistake = parseTemplate(template);
    if (typeof mistake === 'string') context.addIssue(mistake);
  }),
  allowed: z.union([z.literal('*'), listOf(value)], {
    error: ({ input }) =>
      input === undefined
        ? `is required: list the values of the claim that are accepted, or write "*" for every value`
        : describeMismatch('"*" or a list of strings', input),
  }),
})) satisfies z.ZodType<IssuerTemplate>;

const listSchema = z.array(text).min(1, 'must not be an empty list: name an issuer, or write null so that the issuer is not checked');

/** The schema of an {@link IssuerConfig}. */
export const issuerSchema: z.ZodType<IssuerConfig> = chosen<IssuerConfig>((given) => {
  if (given === null) return z.null();
  if (Array.isArray(given)) return listSchema;
  if (isJsonObject(given)) return templateSchema;
  if (typeof given === 'string') return text;
  return z.never({
    error: ({ input }) => describeMismatch(`a string, a list of strings, { template: "${EXAMPLE}", allowed } or null`, input),
  });
});
