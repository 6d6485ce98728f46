import { fieldsIn, has, type MessageFields, member, type Place } from './place.js';

/** The headers of a Kafka record. Nest joins several values of one name by commas, which no credential has. */
export const kafkaHeaders: Place = (context) =>
  has(context, 'getMessage', 'getConsumer') ? split(fieldsIn(member(context.getMessage(), 'headers'))) : undefined;

function split(fields: MessageFields): MessageFields {
  return [...fields].map(([name, value]) => [name, typeof value === 'string' ? value.split(',') : value]);
}
