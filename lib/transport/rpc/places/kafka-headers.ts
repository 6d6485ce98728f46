import { type FieldReader, has, member, type Place, readFieldsOf } from './place.js';

/** The headers of a Kafka record. Nest joins several values of one name by commas, which no credential has. */
export const kafkaHeaders: Place = (context, reader) => {
  if (!has(context, 'getMessage', 'getConsumer')) return false;
  readFieldsOf(member(context.getMessage(), 'headers'), splitting(reader));
  return true;
};

function splitting(reader: FieldReader): FieldReader {
  return { add: (name, value) => reader.add(name, typeof value === 'string' ? value.split(',') : value) };
}
