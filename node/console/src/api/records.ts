// What is answered, by the names that the page uses.

import type { components } from './document.ts'

type Schemas = components['schemas']

export type Source = Schemas['Source']
export type Schedule = Schemas['Schedule']
export type Parked = Schemas['Parked']
export type Scan = Schemas['Scan']
export type Ledger = Schemas['Ledger']
export type Unread = Schemas['Unread']
export type Finding = Schemas['Finding']
export type Place = Schemas['Place']
export type Explanation = Schemas['Explanation']
export type Judged = Schemas['Judged']
export type Verdict = Schemas['VerdictWord']
export type Level = Schemas['Level']
export type Match = Schemas['Match']
export type FoundObject = Schemas['FoundObject']
