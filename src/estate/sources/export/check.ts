import { isRecord } from '../../../plan/json.ts';
import type { Shape } from '../shapes/shape.ts';

const PLAIN = { text: 'string', number: 'number', flag: 'boolean' } as const;
const WORDS = { text: 'a text', number: 'a number', flag: 'true or false' } as const;

/**
 * A value that fits a shape, as it stands but for members that are `null`, which are as good as absent. Members that the shape does
 * not name are taken as they are.
 *
 * @param refuse throws; it is given the place of the first member at fault
 */
export function checked(
  value: unknown,
  shape: Shape,
  place: string,
  refuse: (place: string, message: string) => never,
): unknown {
  const inside = (item: unknown, inner: Shape, at: string): unknown => checked(item, inner, at, refuse);
  if (shape === 'text' || shape === 'number' || shape === 'flag') {
    return typeof value === PLAIN[shape] ? value : refuse(place, `this should be ${WORDS[shape]}`);
  }
  if (shape === 'any') return value;
  if (Array.isArray(shape)) {
    const [item] = shape as readonly [Shape];
    if (!Array.isArray(value)) return refuse(place, 'this should be a list');
    return value.map((one, at) => inside(one, item, `${place}[${at}]`));
  }
  if (!isRecord(value)) return refuse(place, 'this should be an object');
  const shapeOf = (name: string): Shape => {
    if (shape === 'texts') return 'text';
    const members = shape as Readonly<Record<string, Shape>>;
    return (Object.hasOwn(members, name) ? members[name] : undefined) ?? 'any';
  };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([name, member]) => [name, inside(member, shapeOf(name), `${place}.${name}`)]),
  );
}
