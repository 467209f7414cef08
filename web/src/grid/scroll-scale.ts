/** Browsers cap the height of an element (Firefox at 17.9 million px, Chromium at 33.5 million). */
export const PHYSICAL_HEIGHT_MAX_PX = 15_000_000
/** Near both ends the bar moves as in a short list, so that no gesture can run into an end too early. */
const EDGE_PX = 500_000

export interface ScrollScale {
  /** Height of the element that is really scrolled. */
  physicalHeight: number
  scaled: boolean
  /** Place in the list, in px as if it had its full height, for a place of the scroll bar; and back. */
  toLogical: (physical: number) => number
  toPhysical: (logical: number) => number
}

/** Maps the scroll bar of a list too tall for the browser on its full height. `viewport` is the height in sight. */
export function scrollScale(logicalHeight: number, viewport: number): ScrollScale {
  const physicalHeight = Math.min(logicalHeight, PHYSICAL_HEIGHT_MAX_PX)
  const scaled = physicalHeight < logicalHeight
  if (!scaled) return { physicalHeight, scaled, toLogical: same, toPhysical: same }
  const physicalEnd = physicalHeight - viewport
  const logicalEnd = logicalHeight - viewport
  const ratio = (logicalEnd - 2 * EDGE_PX) / (physicalEnd - 2 * EDGE_PX)
  return {
    physicalHeight,
    scaled,
    toLogical: (physical) => {
      if (physical <= EDGE_PX) return physical
      if (physicalEnd - physical <= EDGE_PX) return logicalEnd - (physicalEnd - physical)
      return Math.round(EDGE_PX + (physical - EDGE_PX) * ratio)
    },
    toPhysical: (logical) => {
      if (logical <= EDGE_PX) return logical
      if (logicalEnd - logical <= EDGE_PX) return physicalEnd - (logicalEnd - logical)
      return Math.round(EDGE_PX + (logical - EDGE_PX) / ratio)
    },
  }
}

function same(place: number): number {
  return place
}
