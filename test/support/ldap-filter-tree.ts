import { AndFilter, BerReader, EqualityFilter, type Filter, FilterParser, NotFilter, OrFilter } from 'ldapts';

/** A search filter: operators and their operands, values without any escaping. Whatever is no equality is `other`. */
export type FilterTree =
  | readonly [operator: '&' | '|' | '!', ...FilterTree[]]
  | readonly [operator: '=' | 'other', attribute: string, value: string];

const SEARCH_REQUEST = 0x63;

/** Whether a filter combines others. */
export function isLogic([operator]: FilterTree): boolean {
  return operator === '&' || operator === '|' || operator === '!';
}

/** The filters that a filter combines. */
export function operandsOf([, ...operands]: FilterTree): readonly FilterTree[] {
  return operands as readonly FilterTree[];
}

/** The filters of the search requests in octets that came over a connection, by message ID. @see RFC 4511 §4.5.1 */
export function* searchFilters(octets: Buffer): Generator<[messageId: number, filter: FilterTree]> {
  for (let rest = octets; rest.length > 0; ) {
    const reader = new BerReader(rest);
    if (reader.readSequence() === null) return;
    const end = reader.offset + reader.length;
    const messageId = reader.readInt() ?? 0;
    if (reader.peek() === SEARCH_REQUEST) yield [messageId, readFilter(reader)];
    rest = rest.subarray(end);
  }
}

function readFilter(reader: BerReader): FilterTree {
  reader.readSequence(SEARCH_REQUEST);
  reader.readString();
  reader.readEnumeration();
  reader.readEnumeration();
  reader.readInt();
  reader.readInt();
  reader.readBoolean();
  return toTree(FilterParser.parse(reader));
}

function toTree(filter: Filter): FilterTree {
  if (filter instanceof AndFilter) return ['&', ...filter.filters.map(toTree)];
  if (filter instanceof OrFilter) return ['|', ...filter.filters.map(toTree)];
  if (filter instanceof NotFilter) return ['!', toTree(filter.filter)];
  if (filter instanceof EqualityFilter) return ['=', filter.attribute, filter.value.toString()];
  return ['other', 'attribute' in filter ? String(filter.attribute) : '', ''];
}
