/** SQL for what a customer is called wherever another record names one: the name, or else the email address. */
export function customerName(alias: string): string {
  return `coalesce(nullif(btrim(${alias}.first_name || ' ' || ${alias}.last_name), ''), ${alias}.email)`
}
