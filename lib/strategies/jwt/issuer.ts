import { issuerWords } from '../claims/claim-refusal.js';
import { type Claims, claimReader, own } from '../claims/claims-reader.js';
import { type Rejected, rejected } from '../strategy.js';
import type { IssuerConfig, IssuerTemplate } from './issuer.config.js';
import { REFUSED } from './refusals.js';

/** Whose tokens a config accepts. */
export interface ExpectedIssuers {
  /** Every issuer by its name; undefined where there is no end of them. */
  readonly names: readonly string[] | undefined;
  /** One text for all of them, as they are configured. */
  readonly description: string;
  /** Whether there is exactly one issuer, so that the issuer of a token need not be known before its signature is verified. */
  readonly isOne: boolean;
  /** Whether the names come from one template. */
  readonly isTemplate: boolean;
  /** Whether a token that says to be of `iss` is worth looking at. Nothing has been verified. */
  fits(iss: string): boolean;
  /** Whether the claims, which have been verified, are those of an issuer. */
  accepts(claims: Claims): boolean;
  /** Whether a metadata document may state `stated` as its issuer, where it is read for `issuer`, or for all issuers if undefined. */
  describes(stated: string, issuer: string | undefined): boolean;
}

/** A template, taken apart at its braces. */
export interface ParsedTemplate {
  readonly before: string;
  /** The claim, or its path. */
  readonly claim: string;
  readonly after: string;
}

/** The characters of a path segment, without percent signs: a name must have one spelling only. @see RFC 3986 §3.3 */
const SEGMENT = /^(?!\.{1,2}$)[\w.~!$&'()*+,;=:@-]+$/;
const BRACES = /\{([^{}]*)\}/;

/** Compiles an `issuer`; undefined if the issuer is not checked. */
export function compileIssuers(issuer: IssuerConfig | undefined): ExpectedIssuers | undefined {
  if (issuer === undefined || issuer === null) return undefined;
  if (typeof issuer === 'string') return namedIssuers([issuer]);
  return 'template' in issuer ? templateIssuers(issuer) : namedIssuers(issuer);
}

/** The refusal of a token of another issuer, with what was expected and what came in words. */
export function wrongIssuer(iss: unknown, { description }: Pick<ExpectedIssuers, 'description'>): Rejected {
  return rejected(REFUSED.wrongIssuer.reason, { detail: () => issuerWords(iss, description) });
}

/** Whether a text can be the value of a claim in a template. */
export function isSegment(value: string): boolean {
  return SEGMENT.test(value);
}

/** Takes a template apart, or says what is wrong with it. */
export function parseTemplate(template: string): ParsedTemplate | string {
  const [before = '', claim = '', after = '', ...more] = template.split(BRACES);
  if (claim === '') return 'has no {claim}: write the name of the claim in braces, or the issuer as a string if it is always the same';
  if (more.length > 0) return 'has several {claim}s: exactly one can be told from the rest of the issuer';
  if (/[{}]/.test(before + after)) return 'has a brace without its counterpart';
  if (!/^https?:\/\/[^/?#\\]+\/([^?#]*\/)?$/i.test(before) || !/^(\/[^?#]*)?$/.test(after) || !URL.canParse(`${before}x${after}`))
    return 'must be a URL with {claim} as one whole segment of its path, as https://login.example.com/{tid}/v2.0: never in the host, the query or beside other letters';
  return { before, claim, after };
}

function namedIssuers(given: readonly string[]): ExpectedIssuers {
  const names = new Set(given);
  const known: ReadonlySet<unknown> = names;
  const [first] = names;
  const only = names.size === 1 ? first : undefined;
  return {
    names: [...names],
    description: [...names].join(', '),
    isOne: only !== undefined,
    isTemplate: false,
    fits: (iss) => names.has(iss),
    accepts: (claims) => known.has(own(claims, 'iss')),
    describes: (stated, issuer = only) => stated === issuer,
  };
}

function templateIssuers({ template, allowed }: IssuerTemplate): ExpectedIssuers {
  const parsed = parseTemplate(template);
  if (typeof parsed === 'string') throw new TypeError(`issuer.template ${parsed}.`);
  const { before, claim, after } = parsed;
  const readClaim = claimReader(claim);
  const values = allowed === '*' ? undefined : new Set(allowed);
  const names = values && [...values].map((value) => `${before}${value}${after}`);
  const only = names?.length === 1 ? names[0] : undefined;
  const isAllowed = (value: string) => (values === undefined ? isSegment(value) : values.has(value));
  return {
    names,
    description: template,
    isOne: false,
    isTemplate: true,
    fits: (iss) => isAllowed(segmentOf(parsed, iss)),
    accepts: (claims) => {
      const iss = own(claims, 'iss');
      if (typeof iss !== 'string') return false;
      const value = segmentOf(parsed, iss);
      return isAllowed(value) && readClaim(claims) === value;
    },
    // A provider may write the document of all tenants with a placeholder of its own: {tenantid}.
    describes: (stated, issuer = only) => stated === issuer || /^\{[^{}/?#]+\}$/.test(segmentOf(parsed, stated)),
  };
}

/** What stands in place of the braces; empty if the text does not fit the template. */
function segmentOf({ before, after }: ParsedTemplate, text: string): string {
  if (!text.startsWith(before) || !text.endsWith(after)) return '';
  return text.slice(before.length, text.length - after.length);
}
