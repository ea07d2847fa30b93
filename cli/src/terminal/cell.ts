/** A model's output as one table cell: numbers to four significant digits, nested lists as JSON. */
export function cell(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "number" && !Number.isInteger(item) ? Number(item.toPrecision(4)) : item,
  );
}
