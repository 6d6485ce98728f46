import type { Requirements } from '../requirements/every-requirement.js';
import type { AuthSchemeConfigs } from '../strategies/strategy.js';

type ConfigKey = keyof AuthSchemeConfigs;
type Without<K extends PropertyKey> = { readonly [P in K]?: never };

/** Exactly one strategy's config, under its config key. */
export type SchemeConfig = {
  [K in ConfigKey]: { readonly [P in K]: AuthSchemeConfigs[P] } & Without<Exclude<ConfigKey, K>>;
}[ConfigKey];

/** A scheme by its name, with requirements. */
export interface NamedEntry extends Requirements {
  /** A name from the `schemes` option. */
  readonly scheme: string;
}

/** A strategy's config written where it is used, with requirements. */
export type InlineEntry = SchemeConfig & Requirements & Without<'scheme' | 'allOf'>;

/** Several entries that must all accept: a certificate *and* a token. */
export interface AllOfEntry extends Requirements {
  /** The entries, all of which must accept with their own requirements. */
  readonly allOf: readonly AuthEntry[];
}

/** One way to authenticate: the name of a scheme, a named scheme with requirements, an inline config, or several of them together. */
export type AuthEntry = string | (NamedEntry & Without<'allOf' | ConfigKey>) | InlineEntry | (AllOfEntry & Without<'scheme' | ConfigKey>);

/** What `@ServiceAuth` declares: the entries, tried in order, or `false` for an open service. */
export type ServiceDeclaration = readonly AuthEntry[] | false;

/** What `@ResourceAuth` declares: its own entries, other requirements for the inherited ones, or `false` for an open resource. */
export type ResourceDeclaration = readonly AuthEntry[] | Requirements | false;
