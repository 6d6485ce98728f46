import { ANONYMOUS } from '../anonymous.js';
import { checkEach } from '../config/every-mistake.js';
import { suggest } from '../config/nearest-name.js';
import { fieldError } from '../errors.js';

/** The names of the `schemes` option: each is the name of one scheme or of a group of schemes. */
export class SchemeGroups {
  /** The names of schemes that have a config, in their order. */
  readonly single: readonly string[];

  constructor(private readonly schemes: Readonly<Record<string, unknown>>) {
    this.single = Object.keys(schemes).filter((name) => !this.isGroup(name));
  }

  /** Whether a name is that of a group. */
  isGroup(name: string): boolean {
    return Object.hasOwn(this.schemes, name) && Array.isArray(this.schemes[name]);
  }

  /**
   * The names that a group stands for, in order, with the members of its groups in their place; the last one may be `'anonymous'`.
   *
   * @throws AuthConfigurationError with every mistake in the group.
   */
  membersOf(name: string): readonly string[] {
    return this.expand([name]);
  }

  /** @param trail - the groups from the outermost to the one that is expanded. */
  private expand(trail: readonly string[]): readonly string[] {
    const name = trail.at(-1) ?? '';
    const group = this.schemes[name] as readonly string[];
    if (group.length === 0) throw fieldError(`schemes.${name}`, 'is an empty group. Name its schemes, or remove it.');
    const members = checkEach(group, (member, index) => {
      const path = `schemes.${name}[${index}]`;
      if (group.indexOf(member) < index) throw fieldError(path, `"${member}" is in the group already. Remove one of them.`);
      const expanded = this.expandMember(member, path, trail);
      if (expanded.at(-1) === ANONYMOUS && index < group.length - 1) throw fieldError(path, notLast(member));
      return expanded;
    }).flat();
    if (members[0] === ANONYMOUS)
      throw fieldError(`schemes.${name}`, `has no scheme beside '${ANONYMOUS}'. Name the schemes before it, or write auth: false.`);
    return [...new Set(members)];
  }

  private expandMember(member: string, path: string, trail: readonly string[]): readonly string[] {
    if (member === ANONYMOUS) return [member];
    const names = Object.keys(this.schemes);
    if (!names.includes(member)) throw fieldError(path, `"${member}" is not a known scheme. ${suggest(member, names)}`);
    if (!this.isGroup(member)) return [member];
    if (!trail.includes(member)) return this.expand([...trail, member]);
    const circle = [...trail.slice(trail.indexOf(member)), member].join(' -> ');
    throw fieldError(path, `"${member}" contains itself: ${circle}. Remove it here.`);
  }
}

/** The subject of a message about `'anonymous'`, or about a group that ends in it. */
export function subjectOf(name: string): string {
  return name === ANONYMOUS ? `'${ANONYMOUS}'` : `"${name}" ends in '${ANONYMOUS}', and`;
}

/** Why an entry, or a member of a group, must be the last. */
export function notLast(name: string): string {
  return `${subjectOf(name)} must be the last: what follows it is never asked. Put it at the end.`;
}
