import { named } from '../visible.ts'

/** SQL for what a customer is called wherever another record names one: the name, or else the email address. */
export function customerName(alias: string): string {
  return `coalesce(nullif(btrim(${alias}.first_name || ' ' || ${alias}.last_name), ''), ${alias}.email)`
}

/** SQL of whom the record `t` concerns: its customer by name, or else its company. */
export const concerns = `coalesce(
  (SELECT ${customerName('c')} FROM customers c WHERE ${named('c', 't.customer_id')}),
  (SELECT co.name FROM companies co WHERE ${named('co', 't.company_id')}))`
