import { list } from './catalogue.ts'
import type { Culture } from './names.ts'
import { countries } from './places.ts'
import { type Random, type Sampler, sampler, weighted, zipf } from './random.ts'

const CITY_EXPONENT = 0.9
const HOUSE_NUMBER_MAX = 160

export interface City {
  name: string
  region: string | null
  /** Index of its country in `countries`. */
  country: number
}

/** The cities of all countries; a row of 2 bytes can say where a customer is. */
export const cities: readonly City[] = countries.flatMap((country, index) =>
  list(country.cities).map((text) => {
    const [name = '', region] = text.split('/')
    return { name, region: region ?? null, country: index }
  }),
)

interface Nation {
  firstCity: number
  drawCity: Sampler
  drawCulture: (random: Random) => Culture
}

const nations: readonly Nation[] = countries.map((country, index) => ({
  firstCity: cities.findIndex((city) => city.country === index),
  drawCity: sampler(zipf(list(country.cities).length, CITY_EXPONENT)),
  drawCulture: weighted(Object.entries(country.cultures) as [Culture, number][]), // Its keys are cultures.
}))

export const drawCountry: Sampler = sampler(countries.map(({ weight }) => weight))

/** The id of a city of the country, in `cities`. */
export function drawCity(random: Random, country: number): number {
  const nation = nations[country] as Nation // Countries and nations have the same indexes, here and below.
  return nation.firstCity + nation.drawCity(random)
}

export function drawCulture(random: Random, country: number): Culture {
  return (nations[country] as Nation).drawCulture(random) // Every country has its nation.
}

export function cityOf(id: number): City {
  return cities[id] as City // Ids come from drawCity.
}

/** A telephone number in one of the ways they are written in that country. */
export function drawPhone(random: Random, country: number): string {
  return withDigits(random, random.pick(countries[country]?.phones ?? []))
}

export function drawPostalCode(random: Random, country: number): string {
  return withDigits(random, countries[country]?.postalCode ?? '')
}

export function drawStreet(random: Random, country: number): string {
  return random.pick(countries[country]?.streets ?? []).replace('#', String(random.int(1, HOUSE_NUMBER_MAX)))
}

const CODE_ZERO = '0'.charCodeAt(0)

/** # becomes any digit, N one from 2 to 9. */
function withDigits(random: Random, pattern: string): string {
  let text = ''
  for (const character of pattern) {
    if (character === '#') text += String.fromCharCode(CODE_ZERO + random.int(0, 9))
    else if (character === 'N') text += String.fromCharCode(CODE_ZERO + random.int(2, 9))
    else text += character
  }
  return text
}
