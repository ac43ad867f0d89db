/** So many names are listed in one place; of more, their number is told. */
export const NAMES_MAX = 12;

/** `a, b, c, 57 more`. */
export const inShort = (names: readonly string[], between = ', '): string =>
  [...names.slice(0, NAMES_MAX), ...(names.length > NAMES_MAX ? [`${names.length - NAMES_MAX} more`] : [])].join(
    between,
  );
