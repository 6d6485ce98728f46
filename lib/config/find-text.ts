/** The paths of the texts that contain `text`, in lists and plain objects of every depth: `schemes.sts.scopes[0]`. */
export function findText(value: unknown, text: string): string[] {
  const seen = new Set<object>();
  const visit = (each: unknown, path: string): string[] => {
    if (typeof each === 'string') return each.includes(text) ? [path] : [];
    if (!isContainer(each) || seen.has(each)) return [];
    seen.add(each);
    if (Array.isArray(each)) return each.flatMap((item, index) => visit(item, `${path}[${index}]`));
    return Object.entries(each).flatMap(([name, member]) => visit(member, path === '' ? name : `${path}.${name}`));
  };
  return visit(value, '');
}

/** What a configuration is made of. Other objects are not looked into: they may be of any size, and reading them may do something. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
}
