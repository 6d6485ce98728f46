import { LRUCache } from 'lru-cache';
import type { CompiledRule } from './access-rule.js';
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
    const rule = this.rules.find((each) => coversMethod(each.methods, method) && each.context.matches(path));
    this.decisions.set(key, { rule });
    return rule;
  }

  /** The rules that can never decide, because an earlier one matches all that they match; each with that earlier one. */
  shadowed(): { readonly rule: CompiledRule; readonly by: CompiledRule }[] {
    return this.rules.flatMap((rule) => {
      const by = this.rules.slice(0, rule.index).find((earlier) => shadows(earlier, rule));
      return by === undefined ? [] : [{ rule, by }];
    });
  }
}

function shadows(earlier: CompiledRule, later: CompiledRule): boolean {
  return coversMethods(earlier.methods, later.methods) && earlier.context.covers(later.context);
}
