import { suggest } from '../config/nearest-name.js';
import { fieldError } from '../errors.js';
import { type CredentialForm, formsOf } from '../http/credential-form.js';
import type { SingleStep } from '../plan/plan.js';
import type { Authenticator } from '../strategies/strategy.js';
import type { OAuthFlow, SecurityScheme } from './document.js';

/** The name of the scheme of operations that no caller may call. */
const NOBODY = 'nobody';

/** What is written in place of what the plan says, and for which version. */
export interface GivenSchemes {
  /** Those that the document has already, which stay. */
  readonly documented: Readonly<Record<string, SecurityScheme>>;
  /** Those of the options, which go before them. */
  readonly given: Readonly<Record<string, SecurityScheme>>;
  /** Whether the document is of OpenAPI 3.1 or later. */
  readonly isSince31: boolean;
}

interface NamedAuthenticator {
  readonly name: string;
  readonly authenticator: Authenticator;
  readonly components: readonly string[];
}

/** The security schemes that operations refer to, each described once. */
export class SecuritySchemes {
  private readonly described = new Map<string, SecurityScheme>();
  private readonly known: NamedAuthenticator[] = [];
  private readonly scopes = new Map<string, Set<string>>();
  private ofNobody: string | undefined;

  constructor(private readonly options: GivenSchemes) {}

  /** The schemes by name. A scheme with flows has every scope that operations require. */
  get components(): Record<string, SecurityScheme> {
    return Object.fromEntries([...this.described].map(([name, scheme]) => [name, withScopes(scheme, [...(this.scopes.get(name) ?? [])])]));
  }

  /** The names of the schemes that a step stands for: one for each way to send the credentials, and any of them is enough. */
  namesOf({ name, authenticator }: SingleStep): readonly string[] {
    const known = this.known.find((each) => each.name === name && each.authenticator === authenticator);
    if (known !== undefined) return known.components;
    const base = this.freeName(componentName(name));
    const forms = formsOf(authenticator);
    const components = (forms.length === 0 ? [UNKNOWN_FORM] : forms).map((form, index) => {
      const component = index === 0 ? base : this.freeName(`${base}_${componentName(labelOf(form))}`);
      this.describe(component, schemeOf(form, this.options.isSince31));
      return component;
    });
    this.known.push({ name, authenticator, components });
    return components;
  }

  /** The scheme of operations that no caller may call: OpenAPI has no other notation, and an empty list would open them to all. */
  nobody(): string {
    if (this.ofNobody === undefined) {
      this.ofNobody = this.freeName(NOBODY);
      this.described.set(this.ofNobody, {
        type: 'http',
        scheme: 'none',
        description: 'These operations refuse every caller, with any credentials.',
      });
    }
    return this.ofNobody;
  }

  /** The part of `scopes` that an operation may list for a scheme: all for the types that have scopes, else none. */
  listed(name: string, scopes: readonly string[]): readonly string[] {
    if (!HAVE_SCOPES.includes(this.described.get(name)?.type ?? '')) return [];
    const all = this.scopes.get(name) ?? new Set();
    for (const scope of scopes) all.add(scope);
    this.scopes.set(name, all);
    return scopes;
  }

  /**
   * Checks that every scheme of the options is one of the document, or of the module.
   *
   * @throws AuthConfigurationError
   */
  checkGiven(configured: readonly string[]): void {
    const names = [...new Set([...this.described.keys(), ...configured.map(componentName)])];
    const unknown = Object.keys(this.options.given).find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw fieldError(`describeAuth() options.schemes.${unknown}`, `"${unknown}" is not a known scheme. ${suggest(unknown, names)}`);
  }

  private describe(name: string, scheme: SecurityScheme): void {
    const source = [this.options.given, this.options.documented].find((each) => Object.hasOwn(each, name));
    this.described.set(name, source?.[name] ?? scheme);
  }

  /** Two inline configs have one name. */
  private freeName(name: string): string {
    let free = name;
    for (let number = 2; this.described.has(free); number += 1) free = `${name}${number}`;
    return free;
  }
}

/** An authenticator without challenges does not say what clients send. */
const UNKNOWN_FORM: CredentialForm = { kind: 'authorization', scheme: 'none' };

const HAVE_SCOPES: readonly string[] = ['oauth2', 'openIdConnect'];

/** The name of a component has fewer signs than that of a scheme. @see OpenAPI 3.1 §4.8.7 */
function componentName(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '_');
}

function labelOf(form: CredentialForm): string {
  if (form.kind === 'authorization') return form.scheme;
  return form.kind === 'certificate' ? form.kind : form.name;
}

function schemeOf(form: CredentialForm, isSince31: boolean): SecurityScheme {
  if (form.kind === 'authorization')
    return { type: 'http', scheme: form.scheme, ...(form.format !== undefined && { bearerFormat: form.format }) };
  if (form.kind !== 'certificate') return { type: 'apiKey', in: form.kind, name: form.name };
  if (isSince31) return { type: 'mutualTLS', description: 'A TLS client certificate.' };
  return { type: 'http', scheme: 'ClientCertificate', description: 'A TLS client certificate. OpenAPI 3.0 has no type for it.' };
}

function withScopes(scheme: SecurityScheme, scopes: readonly string[]): SecurityScheme {
  if (scheme.flows === undefined) return scheme;
  const undescribed = Object.fromEntries(scopes.map((scope) => [scope, '']));
  const flows = Object.entries(scheme.flows).map(([kind, flow]: [string, OAuthFlow]) => [
    kind,
    { ...flow, scopes: { ...undescribed, ...flow.scopes } },
  ]);
  return { ...scheme, flows: Object.fromEntries(flows) };
}
