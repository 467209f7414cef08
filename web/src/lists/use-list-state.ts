import { useRouter, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { searchText } from '../paths.ts'
import { type Filter, type FilterField, filterKey, filtersFrom } from './filters.ts'

export interface ListState {
  q: string
  sort: string
  filters: Filter[]
  setQ: (q: string) => void
  setSort: (sort: string) => void
  setFilters: (filters: Filter[]) => void
  clear: () => void
}

/** What an address asks a list to show. */
export function shownBy(
  search: Record<string, string>,
  fields: FilterField[],
  defaultSort: string,
): Pick<ListState, 'q' | 'sort' | 'filters'> {
  return { q: search.q ?? '', sort: search.sort ?? defaultSort, filters: filtersFrom(search, fields) }
}

/** What a list shows is in the URL: it can be shared, reloaded and gone back to. */
export function useListState(fields: FilterField[], defaultSort: string): ListState {
  const router = useRouter()
  // The router parses the query into plain texts; see routes.tsx.
  const search: Record<string, string> = useSearch({ strict: false })
  return useMemo(() => {
    const { q, sort, filters } = shownBy(search, fields, defaultSort)
    const go = (next: { q: string; sort: string; filters: Filter[] }, replace: boolean) => {
      const entries = next.filters.map((filter) => [filterKey(filter), filter.value])
      if (next.sort !== defaultSort) entries.push(['sort', next.sort])
      if (next.q) entries.push(['q', next.q])
      const text = searchText(Object.fromEntries(entries))
      const { pathname } = router.state.location
      void router.navigate({ href: text ? `${pathname}?${text}` : pathname, replace })
    }
    return {
      q,
      sort,
      filters,
      setQ: (typed) => go({ q: typed, sort, filters }, true),
      setSort: (chosen) => go({ q, sort: chosen, filters }, false),
      setFilters: (chosen) => go({ q, sort, filters: chosen }, false),
      clear: () => go({ q: '', sort, filters: [] }, false),
    }
  }, [search, fields, defaultSort, router])
}
