/** What the demo companies are called and what they buy. */

export const companyStems =
  list(`Nord, Alpine, Harbour, Summit, Bright, Blue River, Silver, Cedar, Falcon, Orbit, Pioneer, Quantum,
  Vertex, Atlas, Beacon, Crest, Delta, Echo, Evergreen, Frontier, Granite, Horizon, Iron Bridge, Juniper, Keystone, Lumen, Meridian,
  Nova, Oak Hill, Pacific, Redwood, Sterling, Terra, Union, Vantage, Westgate, Zenith, Amber, Baltic, Castle, Dover, Eagle, Fjord,
  Golden Gate, Helix, Indigo, Jade, Kestrel, Lotus, Maple, Neptune, Onyx, Phoenix, Quarry, Rhein, Sirius, Titan, Urban, Viking, Willow,
  Apex, Borealis, Cobalt, Dynamo, Ember, Forge, Glacier, Hanse, Iberia, Jura, Kite, Lynx, Mosaic, Nimbus, Opal, Prisma, Riviera, Solar,
  Tempo, Unity, Vela, Windmill, Yellowstone, Zephyr, Aurora, Bravo, Condor, Danube, Elbe, Fénix, Gotthard, Höhenrain, Île-de-Ré, Jadran`)

/** Each industry with the words that its companies have in their names. */
export const industries: readonly (readonly [name: string, weight: number, words: readonly string[]])[] = [
  ['Software', 14, list('Software, Systems, Data, Digital, Cloud, Labs, Apps, Networks')],
  ['Manufacturing', 13, list('Works, Machinery, Tools, Metal, Plastics, Engineering, Precision, Components')],
  ['Retail', 12, list('Stores, Market, Trading, Outlet, Home, Fashion, Sports, Goods')],
  ['Construction', 9, list('Construction, Build, Civil, Roofing, Interiors, Concrete, Homes')],
  ['Health care', 8, list('Health, Medical, Clinic, Care, Dental, Diagnostics, Pharma')],
  ['Logistics', 8, list('Logistics, Freight, Shipping, Transport, Couriers, Warehousing')],
  ['Consulting', 7, list('Consulting, Advisory, Partners, Strategy, Associates')],
  ['Finance', 6, list('Capital, Finance, Insurance, Invest, Credit, Leasing')],
  ['Food and drink', 6, list('Foods, Bakery, Brewery, Coffee, Catering, Dairy, Farms')],
  ['Education', 4, list('Academy, School, Learning, Training, Institute')],
  ['Energy', 4, list('Energy, Power, Solar, Wind, Gas, Grid')],
  ['Hospitality', 4, list('Hotels, Resorts, Travel, Events, Restaurants')],
  ['Media', 3, list('Media, Studio, Press, Films, Publishing')],
  ['Agriculture', 2, list('Agro, Seeds, Farming, Orchards')],
  ['Public sector', 2, list('Services, Utilities, Water, Council')],
]

export interface ProductLine {
  category: string
  code: string
  weight: number
  /** Of the median price, in whole units of the currency. */
  price: number
  kinds: readonly string[]
  variants: readonly string[]
}

export const productLines: readonly ProductLine[] = [
  {
    category: 'Laptops',
    code: 'LAP',
    weight: 9,
    price: 1290,
    kinds: list('Laptop 13, Laptop 14, Laptop 16, Workstation 15'),
    variants: list('8 GB / 256 GB, 16 GB / 512 GB, 32 GB / 1 TB, 64 GB / 2 TB'),
  },
  {
    category: 'Monitors',
    code: 'MON',
    weight: 8,
    price: 340,
    kinds: list('Monitor, Curved Monitor, 4K Monitor, Touch Display'),
    variants: list('24", 27", 32", 34"'),
  },
  {
    category: 'Accessories',
    code: 'ACC',
    weight: 16,
    price: 45,
    kinds: list('Keyboard, Mouse, Headset, Webcam, Docking Station, USB-C Hub, Cable, Laptop Sleeve'),
    variants: list('black, white, grey, wireless, compact, pro'),
  },
  {
    category: 'Networking',
    code: 'NET',
    weight: 8,
    price: 210,
    kinds: list('Switch, Router, Access Point, Firewall, Patch Panel'),
    variants: list('8-port, 16-port, 24-port, 48-port, outdoor'),
  },
  {
    category: 'Office furniture',
    code: 'FUR',
    weight: 12,
    price: 260,
    kinds: list('Desk, Sit-Stand Desk, Office Chair, Meeting Table, Filing Cabinet, Shelf, Acoustic Panel'),
    variants: list('oak, birch, white, graphite, 120 cm, 160 cm, 180 cm'),
  },
  {
    category: 'Printing',
    code: 'PRN',
    weight: 9,
    price: 120,
    kinds: list('Laser Printer, Label Printer, Toner, Scanner, Copy Paper'),
    variants: list('A4, A3, colour, mono, XL'),
  },
  {
    category: 'Storage',
    code: 'STO',
    weight: 6,
    price: 180,
    kinds: list('SSD, NAS, External Drive, Memory Card, Tape'),
    variants: list('1 TB, 2 TB, 4 TB, 8 TB, 16 TB'),
  },
  {
    category: 'Software licences',
    code: 'LIC',
    weight: 8,
    price: 96,
    kinds: list('Backup Licence, Antivirus Licence, Design Suite, Project Planner, Mail Archive'),
    variants: list('1 user, 5 users, 25 users, 100 users, site'),
  },
  {
    category: 'Services',
    code: 'SRV',
    weight: 5,
    price: 140,
    kinds: list('Installation, Training Day, Support Plan, On-Site Repair, Data Migration'),
    variants: list('basic, standard, premium'),
  },
  {
    category: 'Lighting',
    code: 'LGT',
    weight: 6,
    price: 75,
    kinds: list('Desk Lamp, Ceiling Light, Light Strip, Floor Lamp'),
    variants: list('warm, neutral, dimmable, black, brass'),
  },
  {
    category: 'Safety',
    code: 'SAF',
    weight: 6,
    price: 38,
    kinds: list('First Aid Kit, Safety Shoes, Hi-Vis Vest, Smoke Detector, Gloves'),
    variants: list('S, M, L, XL, pack of 10'),
  },
  {
    category: 'Kitchen and breaks',
    code: 'KIT',
    weight: 7,
    price: 55,
    kinds: list('Coffee Machine, Espresso Beans, Kettle, Water Dispenser, Mug Set, Café Crème'),
    variants: list('1 kg, 6-pack, steel, compact, office'),
  },
]

export const productSeries =
  list(`Aria, Nordic, Vega, Lumo, Kumo, Terra, Pinna, Orion, Saga, Nimbus, Fable, Rondo, Solid, Breeze, Stella, Tempo,
  Verde, Halo, Quilla, Mirta, Juno, Élan, Zuma, Cirrus, Onda, Polar, Räven, Sola, Tindra, Umbra`)

export const jobTitles: readonly (readonly [string, number])[] = [
  ['Office Manager', 10],
  ['Purchasing Manager', 9],
  ['Managing Director', 8],
  ['IT Manager', 8],
  ['Head of Procurement', 5],
  ['Buyer', 7],
  ['Operations Manager', 6],
  ['Accountant', 5],
  ['Facility Manager', 4],
  ['Chief Executive Officer', 4],
  ['Chief Financial Officer', 3],
  ['Chief Technology Officer', 3],
  ['Project Manager', 6],
  ['Team Lead', 5],
  ['Assistant', 6],
  ['Marketing Manager', 4],
  ['Owner', 4],
  ['Systems Administrator', 4],
  ['Human Resources Manager', 3],
  ['Warehouse Supervisor', 2],
  ['Head Teacher', 1],
  ['Practice Manager', 1],
]

export const sources: readonly (readonly [string, number])[] = [
  ['Website', 30],
  ['Referral', 18],
  ['Trade fair', 12],
  ['Newsletter', 9],
  ['Cold call', 9],
  ['Partner', 8],
  ['Online advert', 8],
  ['Import', 4],
  ['Social media', 2],
]

export const customerNotes =
  list(`Prefers to be called in the morning, Asked for quarterly invoices, Decides together with the finance team,
  Met at the spring trade fair, Wants delivery on Thursdays only, Interested in a framework agreement, Speaks German and French,
  Please send quotes as PDF, Has a competing offer until the end of the quarter, Moved here from another supplier, Very happy with support,
  Complained about a late delivery; watch the next one, Pays within ten days, Budget is renewed in October, Do not call on Fridays`)

/** Names of mail providers and companies end in .example, which is reserved: nothing sent from a demo reaches anybody. */
export const mailProviders = list('mail.example, mail.example, inbox.example, post.example, letters.example')

/** A comma- or line-separated text as a list. */
export function list(text: string): string[] {
  return text.split(/,\s+/).map((item) => item.trim())
}
