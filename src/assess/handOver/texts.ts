/** A text of somebody else's within a line: it begins no other, which may be one that is not commented out, and moves no cursor. */
export const inLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');

/** A text as Terraform has it in quotes, in which nothing is evaluated. */
export const terraformText = (text: string): string =>
  JSON.stringify(inLine(text)).replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);

/** One word of a command that a person pastes into a shell. */
export const shellWord = (text: string): string =>
  /^[\w./:@%+=,-]+$/.test(text) ? text : `'${inLine(text).replaceAll("'", String.raw`'\''`)}'`;
