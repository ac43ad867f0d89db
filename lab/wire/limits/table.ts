/**
 * What an API's service model says of the inputs that the lab serves, beyond their types. The SDK's runtime schemas carry none
 * of it. Names are the model's.
 */
export interface LimitTable {
  /** Every shape with something to say, by its name. Structures are not among them. */
  shapes: Readonly<Record<string, ShapeLimits>>;
  /** Every structure of which a member is required or has a shape above. */
  structures: Readonly<Record<string, StructureLimits>>;
}

export interface ShapeLimits {
  /** Characters of a string, bytes of a blob, items of a list, entries of a map. */
  minLength?: number;
  maxLength?: number;
  /** Of a number. */
  min?: number;
  max?: number;
  /** A Java regular expression that the whole string has to match. */
  pattern?: string;
  /** The values of an enum; `true` for those that the SDK's package exports under the shape's name. */
  enum?: boolean | readonly string[];
  /** The shape of a list's items. */
  item?: string;
  /** The shapes of a map's keys and values. */
  key?: string;
  value?: string;
}

export interface StructureLimits {
  required?: readonly string[];
  /** The shape of each member that has one above. */
  members?: Readonly<Record<string, string>>;
}
