import * as z from 'zod';
import { checkedBy, fields, listOf, optional, text } from './config/schema.js';
import { fieldError } from './errors.js';
import { originOfUrl } from './http/origin.js';
import { parseEndpoint } from './outgoing/endpoint.js';

/** A path with other characters would be one that frameworks write as patterns, or that clients write in several ways. */
const PLAIN_PATH = /^https?:\/\/[^/?#]+(?:\/[\w.~-]+)*\/?$/i;

const webUrl = z.string().superRefine(checkedBy((url) => parseEndpoint(url)));

const resourceUrl = webUrl.refine(
  (url) => PLAIN_PATH.test(url),
  'must be a URL without a query whose path has letters, digits, "-", ".", "_" and "~" only, such as "https://api.example.com/mcp"',
);

/** The schema of the option `resource`. */
export const resourceSchema = fields(() => ({
  url: resourceUrl,
  authorizationServers: optional(listOf(webUrl)),
  scopes: optional(z.union([z.literal(false), z.array(text)], { error: 'must be a list of scopes, or false' })),
  name: optional(text),
  documentation: optional(webUrl),
}));

/**
 * Checks that a resource is at one of the places where clients reach the application.
 *
 * @throws AuthConfigurationError if it has another origin.
 */
export function checkOrigin(resource: string, publicUrl: readonly string[]): void {
  if (publicUrl.length === 0 || publicUrl.some((url) => originOfUrl(url) === originOfUrl(resource))) return;
  throw fieldError(
    'AuthModule options.resource.url',
    `has another origin than publicUrl (${publicUrl.join(', ')}), so that clients would not find its metadata. Give both the same origin.`,
  );
}
