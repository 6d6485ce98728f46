import { type AccessRule, compileRules } from '../../../lib/access-control/access-rule.js';
import { RuleSet } from '../../../lib/access-control/rule-set.js';
import { normalizedPath } from '../../../lib/http/request-path.js';
import { type Case, expectedOf, readTable, rows } from './cases.js';

type Decision = 'refused' | 'no rule' | { readonly rule: number };
interface Matching extends Case<Decision> {
  readonly method: string;
  readonly uri: string;
}

const rules = new RuleSet(compileRules(readTable<AccessRule[]>('rules'), 'regex', (index) => `rules[${index}]`));
const cases = readTable<Matching[]>('resource-matching');

function decide({ method, uri }: Matching): Decision {
  const path = normalizedPath(uri);
  if (path === undefined) return 'refused';
  const rule = rules.find(method, path);
  return rule === undefined ? 'no rule' : { rule: rule.index };
}

describe("WSO2's own rules", () => {
  it.each(rows(cases))('decide %s', (_, each) => {
    expect(decide(each)).toEqual(expectedOf(each));
  });

  it('are dead where an earlier one says all', () => {
    const dead = rules.shadowed().map(({ rule, by }) => `${rule.index} by ${by.index}`);
    expect(dead).toEqual(expect.arrayContaining(['232 by 228', '307 by 20', '163 by 162']));
  });

  it('never decide where they are called dead', () => {
    const dead = new Set(rules.shadowed().map(({ rule }) => rule.index));
    const decisions = cases.map(decide).map((decision) => (typeof decision === 'object' ? decision.rule : -1));
    expect(decisions.filter((rule) => dead.has(rule))).toEqual([]);
  });
});

it('says why where we differ from WSO2', () => {
  expect(cases.filter(({ differs }) => differs !== undefined).map(({ id, differs }) => `${id}: ${differs?.reason}`)).toMatchInlineSnapshot(`
[
  "wso2-rac-10: A rule for GET covers HEAD, which runs the same handler.",
  "wso2-rac-15: Methods are case-sensitive (RFC 9110 §9.1); Node answers 400 to this one.",
  "wso2-rac-16: An invented method is about no rule; Node answers 400 to it.",
  "wso2-rac-17: A method is not matched as a part of another: this one is left to a rule for all methods, instead of a public one for OPTIONS.",
  "wso2-rac-18: A method is not matched as a part of another: this one would have found a public rule.",
  "wso2-rac-62: A semicolon is refused wherever it stands: routers differ on what it ends.",
  "wso2-rac-69: An encoded slash is refused: the router would not take it for one.",
  "wso2-rac-70: An encoded slash is refused: the router would not take it for one.",
  "wso2-rac-71: Empty segments are refused, not collapsed: the router does not collapse them.",
  "wso2-rac-72: A plus is itself in a path (RFC 3986).",
  "wso2-rac-73: A blank may be in a path, encoded.",
  "wso2-rac-79: A segment of dots is refused at the end, too.",
  "wso2-rac-80: A segment of dots is refused at the end, too.",
]
`);
});
