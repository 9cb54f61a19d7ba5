/** Names for what the server answers; the shapes come from its OpenAPI document (`npm run types`). */
import type { components } from "./schema";

/** The document leaves a field that may be null out of `required`; on the wire it is always there, as null. */
type Wire<T> = T extends readonly [infer A, infer B]
  ? [Wire<A>, Wire<B>]
  : T extends readonly (infer I)[]
    ? Wire<I>[]
    : T extends object
      ? { [K in keyof T]-?: undefined extends T[K] ? Wire<Exclude<T[K], undefined>> | null : Wire<T[K]> }
      : T;

type Schemas = { [K in keyof components["schemas"]]: Wire<components["schemas"][K]> };

export type Alert = Schemas["AlertLine"];
export type Board = Schemas["BoardInfo"];
export type Branch = Schemas["BranchInfo"];
export type Call = Schemas["CallInfo"];
export type Complaint = Schemas["ComplaintInfo"];
export type Conversation = Schemas["ConversationView"];
export type ConversationLine = Schemas["ConversationLine"];
export type ConversationList = Schemas["ConversationList"];
export type Guide = Schemas["GuideInfo"];
export type Handoff = Schemas["HandoffLine"];
export type Me = Schemas["Me"];
export type NextTicket = Schemas["NextTicket"];
export type Printer = Schemas["PrinterInfo"];
export type Queue = Schemas["QueueInfo"];
export type StaffComplaint = Schemas["StaffComplaint"];
export type StaffComplaintLine = Schemas["StaffComplaintLine"];
export type StaffFault = Schemas["FaultLine"];
export type StaffMachine = Schemas["StaffMachine"];
export type RequestKind = Schemas["RequestKind"];
export type StaffLoan = Schemas["StaffLoan"];
export type StaffRequest = Schemas["StaffRequest"];
export type StockLine = Schemas["StockLine"];
export type StaffTicket = Schemas["StaffTicket"];
export type StaffVisit = Schemas["StaffVisit"];
export type StaffWindow = Schemas["StaffWindow"];
export type TestedDays = Schemas["TestedDays"];
export type Ticket = Schemas["TicketInfo"];
export type UnitHistory = Schemas["UnitHistory"];
export type Visit = Schemas["VisitInfo"];
export type VisitCheckIn = Schemas["VisitCheckIn"];
export type VisitField = Schemas["VisitField"];
export type VisitService = Schemas["VisitService"];
export type VisitServices = Schemas["VisitServices"];
export type VisitSlots = Schemas["VisitSlots"];
export type Way = Schemas["WayInfo"];
export type TranscriptMessage = Schemas["MessageView"];
export type List<T> = { items: T[] };
