import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { ComponentType } from 'react'

/** What a screen may read of its address before it is rendered. */
export interface Address {
  search: Record<string, string>
  /** Of the record; empty on other screens. */
  id: string
}

interface ScreenModule {
  default: ComponentType
  /** Begins to fetch what the screen shows; not awaited. Also called when one is about to follow a link to it. */
  preload?: (address: Address) => void
}

/** The route of a screen behind sign-in, loaded when it is first needed. */
export function screenRoute(parent: AnyRoute, path: string, load: () => Promise<ScreenModule>) {
  return createRoute({
    getParentRoute: () => parent,
    path,
    component: lazyRouteComponent(load),
    loader: async ({ params, location }: { params: { id?: string }; location: { search: object } }) => {
      const screen = await load()
      // The router parses the query into plain texts; see routes.tsx.
      screen.preload?.({ search: location.search as Record<string, string>, id: params.id ?? '' })
    },
  })
}
