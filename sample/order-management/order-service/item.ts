/** A number of pieces of one item. */
export interface Item {
  readonly category: string;
  readonly code: string;
  readonly qty: number;
}

/** The surplus of `items` over `others`, with each item once. */
export function differenceOf(items: readonly Item[], others: readonly Item[]): Item[] {
  const without = sum(others);
  return [...sum(items)].map(([key, item]) => ({ ...item, qty: item.qty - (without.get(key)?.qty ?? 0) })).filter(({ qty }) => qty > 0);
}

function sum(items: readonly Item[]): Map<string, Item> {
  const sums = new Map<string, Item>();
  for (const { category, code, qty } of items) {
    const key = JSON.stringify([category, code]);
    sums.set(key, { category, code, qty: qty + (sums.get(key)?.qty ?? 0) });
  }
  return sums;
}
