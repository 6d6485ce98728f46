import { LRUCache } from 'lru-cache';
import { examplePaths } from '../http/route-pattern.js';
import type { CompiledRule } from './access-rule.js';
import { wordsOf } from './context-samples.js';
import { coversMethod, coversMethods } from './http-method.js';

/** How many decisions are remembered, by method and path. */
const REMEMBERED = 10_000;

/** Rules in order: the first that matches decides. */
export class RuleSet {
  private readonly decisions = new LRUCache<string, { readonly rule: CompiledRule | undefined }>({ max: REMEMBERED });

  constructor(readonly rules: readonly CompiledRule[]) {}

  /** The rule for a request; undefined if none matches. A path that was asked about before costs one look-up, however many rules there are. */
  find(method: string, path: string): CompiledRule | undefined {
    const key = `${method} ${path}`;
    const known = this.decisions.get(key);
    if (known !== undefined) return known.rule;
    const rule = this.rules.find((each) => decides(each, method, path));
    this.decisions.set(key, { rule });
    return rule;
  }

  /**
   * The rules for the paths that a route's pattern leads to, as far as examples show: first the usual one, then those that decide for
   * some values of its parameters, in their order; undefined where none matches.
   */
  findAll(method: string, pattern: string): (CompiledRule | undefined)[] {
    const concerned = this.rules.filter((rule) => examplesFor(pattern, [rule]).some((path) => decides(rule, method, path)));
    const found = examplesFor(pattern, concerned).map((path) => concerned.find((rule) => decides(rule, method, path)));
    const [usual, ...others] = new Set(found);
    return [usual, ...others.toSorted((a, b) => (a?.index ?? this.rules.length) - (b?.index ?? this.rules.length))];
  }

  /** The rules that can never decide, because an earlier one matches all that they match; each with that earlier one. */
  shadowed(): { readonly rule: CompiledRule; readonly by: CompiledRule }[] {
    return this.rules.flatMap((rule) => {
      const by = this.rules.slice(0, rule.index).find((earlier) => shadows(earlier, rule));
      return by === undefined ? [] : [{ rule, by }];
    });
  }
}

/** What no rule is likely to name comes first. */
const NEUTRAL: readonly string[] = ['x', '7', 'x/y'];

function examplesFor(pattern: string, rules: readonly CompiledRule[]): string[] {
  return examplePaths(pattern, [...NEUTRAL, ...new Set(rules.flatMap(({ context }) => wordsOf(context.source)))]);
}

function decides({ methods, context }: CompiledRule, method: string, path: string): boolean {
  return coversMethod(methods, method) && context.matches(path);
}

function shadows(earlier: CompiledRule, later: CompiledRule): boolean {
  return coversMethods(earlier.methods, later.methods) && earlier.context.covers(later.context);
}
