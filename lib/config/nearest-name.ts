import { closest, distance } from 'fastest-levenshtein';

/** The known name that `name` was probably meant to be, or undefined if none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const spelled = name.toLowerCase();
  const candidate = closest(
    spelled,
    known.map((each) => each.toLowerCase()),
  );
  const tolerated = Math.max(2, Math.floor(name.length / 3));
  if (distance(spelled, candidate) > tolerated) return undefined;
  return known.find((each) => each.toLowerCase() === candidate);
}

/** `Did you mean "issuer"?`, or the list of what is known when nothing is near. */
export function suggest(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  return known.length === 0 ? 'None is known here.' : `Known: ${known.join(', ')}.`;
}
