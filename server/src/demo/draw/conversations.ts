import type { InteractionKind } from '../../vocabulary.ts'

/** A subject with its body. {first}, {company}, {product}, {amount}, {day} and {city} are filled in. */
export type Template = readonly [subject: string, body: string]

export const templates: Readonly<Record<InteractionKind, readonly Template[]>> = {
  call: [
    [
      'Introductory call',
      'Introduced our range to {first}. {company} buys most of its equipment once a year and wants an offer before {day}.',
    ],
    [
      'Follow-up on the quote',
      '{first} has the quote and likes the {product}. Price is a little over budget; asked for 5 % less on ten or more.',
    ],
    ['No answer, left a message', 'Tried twice in the morning. Left a message asking {first} to call back.'],
    [
      'Delivery question',
      'Where is the {product}? Checked with the warehouse: it leaves on {day}. {first} is fine with that.',
    ],
    ['Renewal', 'Went through what {company} used this year. {first} will renew, but with fewer seats.'],
    [
      'Complaint: damaged parcel',
      'The {product} arrived with a broken corner. Promised a replacement and a collection on {day}. {first} sends photos.',
    ],
    [
      'Price for a larger quantity',
      '{first} needs forty pieces of the {product} for the new office in {city}. Send tiers for 10, 25 and 50.',
    ],
    [
      'Checking in',
      'All good at {company}. They open another site in {city} next spring; call again in January.',
    ],
    [
      'Invoice query',
      'The cost centre was missing on the last invoice over {amount}. Corrected invoice goes out today.',
    ],
    [
      'Product advice',
      'Compared the {product} with what they have now. {first} wants a trial unit for two weeks.',
    ],
    [
      'Lost to a competitor',
      '{first} told me they signed with somebody else for this year. Friendly talk; try again before the contract ends.',
    ],
    ['Called back', ''],
  ],
  email: [
    [
      'Your quote for {product}',
      'Hello {first},\nas discussed, here is our quote for the {product}. It is valid until {day}.\nPlease tell me if anything is missing.',
    ],
    [
      'Re: Your quote',
      'Thank you, that looks good. I will talk to our finance team and come back to you by {day}.',
    ],
    [
      'Order confirmation',
      'Hello {first},\nthank you for your order over {amount}. We deliver to {city} within five working days.',
    ],
    ['Re: Delivery date', 'Could you deliver in the morning? Our reception closes at noon.'],
    [
      'Catalogue and price list',
      'Hello {first},\nplease find our new catalogue. The {product} on the first pages may be right for {company}.',
    ],
    [
      'Thank you for the meeting',
      'Hello {first},\nthank you for your time today. I have noted the three open points and will answer them before {day}.',
    ],
    ['Invoice attached', 'Hello {first},\nplease find the invoice over {amount} attached.'],
    ['Re: Warranty', 'Yes, the {product} has three years of warranty, on site in {city}.'],
    [
      'Invitation: open house',
      'We would be glad to see you at our open house on {day}. Coffee and cake are waiting.',
    ],
    [
      'Reminder: open invoice',
      'Hello {first},\nperhaps our invoice over {amount} slipped through. If it is paid already, please forget this message.',
    ],
    ['Out of office', ''],
    [
      'Re: Question about {product}',
      'It works with the older model too. You only need the adapter, which we add at no cost.',
    ],
  ],
  meeting: [
    [
      'On-site visit in {city}',
      'Walked through the office with {first}. Sixty desks, half of them to be replaced. They care about noise and delivery in one day.',
    ],
    [
      'Product demo: {product}',
      '{first} and two colleagues. Liked the build, asked about spare parts. Next step: trial unit by {day}.',
    ],
    [
      'Quarterly review',
      'Revenue with {company} is up. Delivery times were the only complaint. Agreed on a standing order.',
    ],
    [
      'Contract negotiation',
      'They want 60 days to pay; we offered 30 with 2 % off. {first} answers by {day}.',
    ],
    [
      'Kick-off',
      'Agreed on the schedule for the move to {city}. {first} is the contact for everything on site.',
    ],
    [
      'Video call with the team',
      'Showed the {product} to six people from {company}; questions about security went to our technicians.',
    ],
    [
      'Lunch at the trade fair',
      'Met {first} by chance. There is a project for next year worth about {amount}.',
    ],
    [
      'Training',
      'Half a day for eleven people. Well received; they would like a second one for the night shift.',
    ],
  ],
  note: [
    ['Budget', 'Budget for this year is about {amount}; new budget from January.'],
    ['Decision maker', '{first} decides up to {amount}; above that the managing director signs.'],
    [
      'Competitor',
      'They also have an offer from another supplier in {city}. Ours is dearer, but includes installation.',
    ],
    ['Interested in a {product}', ''],
    ['Next step', 'Send samples, then call on {day}.'],
    ['Credit check passed', 'Limit raised to {amount}.'],
    ['Contact changed', '{first} takes over purchasing at {company} from {day}.'],
    ['Best reached by phone', ''],
  ],
}
