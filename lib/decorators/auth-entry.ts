import type { Type } from '@nestjs/common';
import type { Authorizer } from '../authorizer.js';
import type { AuthSchemeConfigs } from '../strategies/strategy.js';

/** Scopes that a caller needs: any of a bare list, as in Ballerina, or any or all of them said outright. */
export type ScopeRequirement =
  | string
  | readonly string[]
  | {
      /** One of these is enough. */
      readonly any: readonly string[];
    }
  | {
      /** Every one of these is needed. */
      readonly all: readonly string[];
    };

/** What an authenticated caller must hold. Everything that is given must be met. */
export interface Requirements {
  /** The scopes. */
  readonly scopes?: ScopeRequirement;
  /** The permissions, all of them. A permission is a path: one that is held grants those below it. */
  readonly permissions?: string | readonly string[];
  /** Custom rules, all of them, asked in order. */
  readonly authorizers?: readonly Type<Authorizer>[];
}

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

/** One way in: the name of a scheme, a named scheme with requirements, an inline config, or several of them together. */
export type AuthEntry = string | (NamedEntry & Without<'allOf' | ConfigKey>) | InlineEntry | (AllOfEntry & Without<'scheme' | ConfigKey>);

/** What `@ServiceAuth` declares: the ways in, tried in order, or `false` for an open service. */
export type ServiceDeclaration = readonly AuthEntry[] | false;

/** What `@ResourceAuth` declares: ways in of its own, other requirements for the inherited ones, or `false` for an open resource. */
export type ResourceDeclaration = readonly AuthEntry[] | Requirements | false;
