/**
 * A stranger's string (provider name, revert reason, server answer) as it may be shown in a terminal: control characters, escape
 * sequences and direction marks become `?`, and the length is capped.
 */
export function printable(text: string, maxLength = 200): string {
  const clean = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "?");
  return clean.length > maxLength ? `${clean.slice(0, maxLength - 1)}…` : clean;
}
