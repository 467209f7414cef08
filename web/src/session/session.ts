import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Response } from '../../../server/src/api.ts'
import { may } from '../../../server/src/auth/permissions.ts'
import type { Permission } from '../../../server/src/vocabulary.ts'
import { call } from '../call.ts'
import { setTimeZone } from '../format.ts'
import { paths } from '../paths.ts'
import { queryClient } from '../query-client.ts'
import { forgetSessionState } from '../session-state.ts'
import { tellOtherTabs } from './other-tabs.ts'

export type Me = Response<'GET /api/auth/me'>

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const me = await call('GET /api/auth/me', { signal })
    setTimeZone(me.workspace.time_zone)
    return me
  },
  staleTime: Number.POSITIVE_INFINITY,
})

/** Whoever is signed in. The screens behind sign-in are shown only once this is known. */
export function useMe(): Me {
  const { data } = useQuery(meQuery)
  if (!data) throw new Error('A screen behind sign-in was rendered before anyone had signed in.')
  return data
}

/** Whether the person's role allows a thing; what it does not allow is not offered. */
export function useMay(permission: Permission): boolean {
  return may(useMe().role, permission)
}

/** After sign-in: nothing of whoever was here before remains. */
export function beginSession(me: Me): void {
  forgetSessionState()
  know(me)
  tellOtherTabs({ who: identityOf(me) })
}

/** After the same person has signed in again: everything is as it was, and asked for anew. */
export function resumeSession(me: Me): void {
  know(me)
  tellOtherTabs({ who: identityOf(me) })
  void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey !== meQuery.queryKey })
}

/** After sign-out: nothing remains, here or on the pages of other tabs. */
export function endHere(): void {
  forgetSessionState()
  tellOtherTabs({ who: undefined })
}

function know(me: Me): void {
  setTimeZone(me.workspace.time_zone)
  queryClient.setQueryData(meQuery.queryKey, me)
}

/** Whoever this window shows; undefined before sign-in. */
export function whoIsHere(): Me | undefined {
  return queryClient.getQueryData(meQuery.queryKey)
}

/** A person in a workspace: what one of them has typed is nobody else's matter. */
export function identityOf({ user, workspace }: Me): string {
  return `${user.id} ${workspace.id}`
}

/** Leaves nothing of this window: the page is loaded anew at an address. */
export function startAnew(href: string): void {
  forgetSessionState()
  location.replace(href)
}

const PUBLIC_PATHS = [paths.setup(), paths.signIn(), paths.join(''), '/forgot', '/reset/']

/** Whether a screen is for people who have signed in. */
export function needsSession(pathname: string): boolean {
  return !PUBLIC_PATHS.some((path) => pathname.startsWith(path))
}
