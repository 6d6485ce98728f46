import { LRUCache } from 'lru-cache';
import { usualPath } from '../http/route-pattern.js';
import type { CompiledRule } from './access-rule.js';
import { coversMethod, coversMethods } from './http-method.js';
import { findPath } from './pattern/find-path.js';
import { ACCEPTED_PATHS, routePaths } from './route-paths.js';

/** How many decisions are remembered, by method and path. */
const REMEMBERED = 10_000;

/** Rules in order: the first that matches decides. */
export class RuleSet {
  private readonly decisions = new LRUCache<string, { readonly rule: CompiledRule | undefined }>({ max: REMEMBERED });

  constructor(readonly rules: readonly CompiledRule[]) {}

  /** The rule for a request; undefined if none matches. A path that was seen before costs one look-up, however many rules there are. */
  find(method: string, path: string): CompiledRule | undefined {
    const key = `${method} ${path}`;
    const known = this.decisions.get(key);
    if (known !== undefined) return known.rule;
    const rule = this.rules.find((each) => decides(each, method, path));
    this.decisions.set(key, { rule });
    return rule;
  }

  /** Whether another rule would decide if no letter's case counted, as it does not for routers of Express. */
  dependsOnCase(method: string, path: string): boolean {
    const decides = ({ methods, context }: CompiledRule) => coversMethod(methods, method) && context.matchesInAnyCase(path);
    return this.rules.find(decides) !== this.find(method, path);
  }

  /**
   * The rules for the paths that a route's pattern leads to: first the usual one, then those that decide for some values of its
   * parameters, in their order; undefined where none matches.
   */
  findAll(method: string, pattern: string): (CompiledRule | undefined)[] {
    const paths = [ACCEPTED_PATHS, routePaths(pattern)];
    const rules = this.rules.filter((rule) => coversMethod(rule.methods, method));
    const automata = rules.map(({ context }) => context.automaton);
    const usual = rules.find(({ context }) => context.matches(usualPath(pattern)));
    const deciding = rules.filter((rule, index) => findPath([...paths, rule.context.automaton], automata.slice(0, index)) !== undefined);
    const rest = usual === undefined || findPath(paths, automata) === undefined ? [] : [undefined];
    return [usual, ...deciding.filter((rule) => rule !== usual), ...rest];
  }

  /** The rules that can never decide, because an earlier one matches all that they match; each with that earlier one. */
  shadowed(): { readonly rule: CompiledRule; readonly by: CompiledRule }[] {
    return this.rules.flatMap((rule) => {
      const example = findPath([ACCEPTED_PATHS, rule.context.automaton])?.path;
      if (example === undefined) return [];
      const by = this.rules.slice(0, rule.index).find((earlier) => earlier.context.matches(example) && shadows(earlier, rule));
      return by === undefined ? [] : [{ rule, by }];
    });
  }
}

function decides({ methods, context }: CompiledRule, method: string, path: string): boolean {
  return coversMethod(methods, method) && context.matches(path);
}

function shadows(earlier: CompiledRule, later: CompiledRule): boolean {
  if (!coversMethods(earlier.methods, later.methods)) return false;
  return findPath([ACCEPTED_PATHS, later.context.automaton], [earlier.context.automaton]) === undefined;
}
