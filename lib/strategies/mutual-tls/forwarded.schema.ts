import * as z from 'zod';
import { chosen, fields, optional, text } from '../../config/schema.js';
import { type ForwardedHeaders, formatOf } from '../../http/forwarded-certificate.js';
import { isHeaderName, isHeaderValue } from '../../http/header-field.js';

/** The name of a header field, in lower case. */
export const headerName = text.refine(isHeaderName, 'is not the name of a header field').transform((name) => name.toLowerCase());

const DEFAULT_VERIFY_HEADER = 'x-ssl-client-verify';
const DEFAULT_VERIFIED = ['SUCCESS'];
const BY_HEADER = { header: 'x-ssl-client-cert', verifyHeader: DEFAULT_VERIFY_HEADER, mustBeVerified: true } as const;

/** What products write. @see http://nginx.org/en/docs/http/ngx_http_ssl_module.html, https://docs.haproxy.org/3.0/configuration.html#7.3.4-ssl_c_verify */
const PRESETS: Readonly<Record<'nginx' | 'haproxy', ForwardedHeaders>> = {
  nginx: { ...BY_HEADER, format: 'pem', verified: DEFAULT_VERIFIED },
  haproxy: { ...BY_HEADER, format: 'der-base64', verified: ['0'] },
};

const preset = z.enum(['nginx', 'haproxy']).transform((name) => PRESETS[name]);

const word = text.refine((value) => isHeaderValue(value) && value.trim() === value, 'is nothing that a header field could hold');

const writtenOut = fields({
  header: headerName,
  format: optional(z.enum(['rfc9440', 'xfcc', 'pem', 'der-base64'])),
  verifyHeader: optional(headerName),
  verified: optional(z.array(word).min(1, { error: 'must not be an empty list' })),
}).transform(
  ({ header, format = formatOf(header), verifyHeader, verified }): ForwardedHeaders => ({
    header,
    format,
    verifyHeader: verifyHeader ?? DEFAULT_VERIFY_HEADER,
    verified: verified ?? DEFAULT_VERIFIED,
    mustBeVerified: verifyHeader !== undefined || verified !== undefined,
  }),
);

/** The schema of `forwarded`: what comes out says everything about the header fields. */
export const forwardedSchema = chosen((value) => (typeof value === 'string' ? preset : writtenOut));
