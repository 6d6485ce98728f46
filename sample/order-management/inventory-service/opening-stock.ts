/** The name of an item, and its number of pieces. */
export interface StockEntry {
  readonly name: string;
  qty: number;
}

/** The items by category and code. */
export type Stock = Map<string, Map<string, StockEntry>>;

/** Makes the stock with which the service starts. */
export function openingStock(): Stock {
  return new Map([
    [
      'electronics',
      new Map([
        ['APMBA132021', { name: 'Apple Mac Book AIR M1', qty: 32 }],
        ['SOWH1000XM4', { name: 'Sony WH-1000XM4', qty: 75 }],
      ]),
    ],
    [
      'books',
      new Map([
        ['978-1617295959', { name: 'Microservices Security in Action', qty: 10 }],
        ['978-1484220498', { name: 'API Security', qty: 10 }],
      ]),
    ],
  ]);
}
