export type TimelineObject = 'customers' | 'companies'
